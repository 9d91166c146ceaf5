"""The table that says which function decides which command and which one folds which fact."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from types import NoneType, UnionType
from typing import Any, Protocol, Union, get_args, get_origin, get_type_hints

import msgspec

from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Fact, Happened, stream_fields

Decide = Callable[..., list[Fact]]
Fold = Callable[[Any, Happened], Any]


class Entity(Protocol):
    """What a stream folds to. `is_open` entities are the ones the boards keep at hand."""

    @property
    def is_open(self) -> bool: ...


class EntityKind(msgspec.Struct, frozen=True, kw_only=True):
    """A stream kind: the struct its facts fold to, and how one more fact changes it (`fold(None, first)` begins)."""

    kind: str
    shape: type
    fold: Fold


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the house: its name, its facts, its entities, and who decides its commands."""

    name: str
    facts: tuple[type[Fact], ...]
    entities: tuple[EntityKind, ...]
    decisions: Mapping[type[Command], Decide]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One entity argument of a decision: the command's field that names it, its kind, and how it is passed."""

    field: str
    kind: str
    many: bool
    may_be_missing: bool


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A command, the function that decides it, and the entities that the function reads."""

    part: str
    command: type[Command]
    decide: Decide
    readings: tuple[Reading, ...]


class Registry:
    """All parts as one table. Building it checks that signatures, commands and entities fit each other."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)
        self.entities: dict[str, EntityKind] = {}
        self.decisions: dict[type[Command], Decision] = {}
        self.facts: dict[str, type[Fact]] = {}
        for part in self.parts:
            for entity in part.entities:
                assert entity.kind not in self.entities, f"two parts own the stream kind {entity.kind!r}"
                self.entities[entity.kind] = entity
            for fact in part.facts:
                assert fact.__name__ not in self.facts, f"two facts are called {fact.__name__}"
                self.facts[fact.__name__] = fact
        for part in self.parts:
            for command, decide in part.decisions.items():
                self.decisions[command] = Decision(
                    part=part.name, command=command, decide=decide, readings=self._readings(command, decide)
                )
        happened: Any = Happened
        facts: Any = Union[tuple(self.facts.values())]  # noqa: UP007 - made at run time
        self._happened_decoder = msgspec.json.Decoder(
            msgspec.defstruct(
                "HappenedOfOurs",
                [("fact", facts)],
                bases=(happened,),
                frozen=True,
                kw_only=True,
            )
        )
        commands: Any = Union[tuple(self.decisions)]  # noqa: UP007 - made at run time
        self._command_decoder = msgspec.json.Decoder(commands)
        self._entity_decoders: dict[str, msgspec.json.Decoder[Any]] = {
            kind: msgspec.json.Decoder(entity.shape) for kind, entity in self.entities.items()
        }

    def read_happened(self, body: bytes) -> Happened:
        """A fact with its circumstances, from its bytes in the log."""
        found = self._happened_decoder.decode(body)
        return Happened(**{name: getattr(found, name) for name in Happened.__struct_fields__})

    def read_command(self, body: bytes) -> Command:
        """A command from its bytes in the log."""
        command: Command = self._command_decoder.decode(body)
        return command

    def read_entity(self, kind: str, doc: bytes) -> Any:
        """An entity's state from its stored document."""
        return self._entity_decoders[kind].decode(doc)

    def _readings(self, command: type[Command], decide: Decide) -> tuple[Reading, ...]:
        hints = get_type_hints(decide)
        named = {field: (kind, many) for field, kind, many in stream_fields(command)}
        _, *arguments = inspect.signature(decide).parameters
        assert set(arguments) == set(named), (
            f"{decide.__qualname__} reads {sorted(arguments)}, but {command.__name__} names {sorted(named)}"
        )
        readings = []
        for argument in arguments:
            kind, many = named[argument]
            shape, may_be_missing = _without_none(hints[argument])
            expected = self.entities[kind].shape
            assert (get_args(shape)[0] if many else shape) is expected, (
                f"{decide.__qualname__}: {argument} should be {expected.__name__}"
            )
            readings.append(Reading(field=argument, kind=kind, many=many, may_be_missing=may_be_missing))
        return tuple(readings)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, UnionType):
        rest = [argument for argument in get_args(hint) if argument is not NoneType]
        return rest[0], len(rest) < len(get_args(hint))
    return hint, False
