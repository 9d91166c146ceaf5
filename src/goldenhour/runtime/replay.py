"""The whole log read again: is the chain whole, and does it still make every stored document?

The log may be written meanwhile: what a document holds beyond the place where the reading began is read again for
that one stream before anything is called a difference.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from goldenhour.kernel.codec import FIRST_HASH, chain_hash
from goldenhour.kernel.facts import Happened, streams_of
from goldenhour.kernel.parts import Registry
from goldenhour.runtime.answers import Accepted, read_answer
from goldenhour.runtime.decide import NOTHING_YET, Held, entity_doc
from goldenhour.runtime.runtime import Change, Committed, Follower
from goldenhour.runtime.store import CommandRow, EntityDoc, LoggedFact, Store

MOST_SHOWN: Final = 200
"""Differences that a report spells out; all are counted."""

Progress = Callable[[int, int], None]
"""(facts read, facts in all)."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Where the log and what is stored of it do not agree: a place (`seq 12`, `unit:m1`, `command c1`) and what."""

    where: str
    what: str


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay found. `log_head` is the hash of the last fact that was read."""

    facts: int
    commands: int
    entities: int
    log_head: str
    differences: int
    shown: tuple[Difference, ...]


class Replay:
    """One reading of a log. `followers` are told of every fact in order, as boards are when the system runs.

    Afterwards `mended` holds what the documents that differ should be (None: should not be), for `Store.mend`.
    """

    def __init__(self, registry: Registry, store: Store, followers: Iterable[Follower] = ()) -> None:
        self.differences: list[Difference] = []
        self.count = 0
        self.mended: dict[str, EntityDoc | None] = {}
        self.head_seq = 0
        self._registry = registry
        self._store = store
        self._followers = tuple(followers)
        self._held: dict[str, Held] = {}
        self._broken: set[str] = set()
        self._places: dict[tuple[str, int], int] = {}
        self._causes: dict[str, list[int]] = {}
        self._hash = FIRST_HASH

    async def run(self, progress: Progress = lambda done, total: None) -> Replayed:
        """Reads everything up to the present head."""
        head_seq, head_hash = await self._store.head()
        self.head_seq = head_seq
        seq = 0
        async for fact in self._store.all_facts():
            if fact.seq > head_seq:
                break
            self._take(fact, expected_seq=seq + 1)
            seq = fact.seq
            if seq % 1000 == 0:
                progress(seq, head_seq)
        if (seq, self._hash) != (head_seq, head_hash):
            self.differ(f"seq {seq}", f"the log says that it ends at {head_seq} with another hash")
        await self._check_streams(head_seq)
        commands = await self._check_commands(head_seq)
        await self._check_entities()
        progress(head_seq, head_seq)
        return Replayed(
            facts=seq,
            commands=commands,
            entities=len(self._held),
            log_head=self._hash.hex(),
            differences=self.count,
            shown=tuple(self.differences),
        )

    def differ(self, where: str, what: str) -> None:
        """Notes a difference."""
        self.count += 1
        if len(self.differences) < MOST_SHOWN:
            self.differences.append(Difference(where=where, what=what))

    def _take(self, logged: LoggedFact, *, expected_seq: int) -> None:
        where = f"seq {logged.seq}"
        if logged.seq != expected_seq:
            self.differ(where, f"{logged.seq - expected_seq} facts before it are missing")
        if logged.hash != chain_hash(self._hash, logged.seq, logged.body):
            self.differ(where, "its hash does not follow from the fact before it and its bytes")
        self._hash = logged.hash
        try:
            happened = self._registry.read_happened(logged.body)
        except msgspec.MsgspecError as error:
            self.differ(where, f"{logged.type} cannot be read: {error}")
            return
        told = (happened.id, type(happened.fact).__name__, streams_of(happened.fact))
        if told != (logged.id, logged.type, logged.streams):
            self.differ(where, f"it is filed as {logged.type} {logged.id} of {', '.join(logged.streams)}")
        self._causes.setdefault(happened.cause, []).append(logged.seq)
        self._fold(logged.seq, happened)

    def _fold(self, seq: int, happened: Happened) -> None:
        changes = []
        for name in streams_of(happened.fact):
            before = self._held.get(name, NOTHING_YET)
            self._places[name, before.version + 1] = seq
            state = before.state if name in self._broken else self._folded(name, before.state, happened)
            held = self._held[name] = Held(version=before.version + 1, state=state)
            kind, _, entity_id = name.partition(":")
            if name not in self._broken:
                changes.append(Change(kind=kind, id=entity_id, version=held.version, state=state))
        committed = Committed(seq=seq, facts=(happened,), changes=tuple(changes))
        for follower in self._followers:
            follower(committed)

    def _folded(self, name: str, state: Any, happened: Happened) -> Any:
        try:
            return self._registry.entities[name.partition(":")[0]].fold(state, happened)
        except Exception as bug:  # noqa: BLE001 - a fold that fails is what a replay is to find; the rest is read on
            self._broken.add(name)
            self.differ(name, f"{type(happened.fact).__name__} {happened.id} cannot be folded: {bug!r}")
            return state

    async def _check_streams(self, head_seq: int) -> None:
        places = self._places
        async for row in self._store.all_streams():
            if row.seq <= head_seq and places.pop((row.stream, row.version), None) != row.seq:
                self.differ(row.stream, f"fact {row.seq} is filed as its number {row.version}, and is not")
        for (name, version), seq in places.items():
            self.differ(name, f"fact {seq}, its number {version}, is not filed under it")

    async def _check_commands(self, head_seq: int) -> int:
        count = 0
        async for row in self._store.all_commands():
            said = self._facts_said(row)
            if said and row.after_seq >= head_seq:  # answered since this reading began
                if row.after_seq + said > (await self._store.head())[0]:
                    self.differ(f"command {row.id}", f"it was answered with {said} facts after {row.after_seq}")
                continue
            count += 1
            if self._causes.pop(row.id, []) != list(range(row.after_seq + 1, row.after_seq + 1 + said)):
                self.differ(f"command {row.id}", f"it was answered with {said} facts after {row.after_seq}")
        for command, seqs in self._causes.items():
            self.differ(f"command {command}", f"facts {seqs} come from it, and it is not in the log")
        return count

    def _facts_said(self, row: CommandRow) -> int:
        try:
            answer = read_answer(row.answer)
        except msgspec.MsgspecError as error:
            self.differ(f"command {row.id}", f"its answer cannot be read: {error}")
            return 0
        if isinstance(answer, Accepted) != row.accepted:
            self.differ(f"command {row.id}", "it is filed as accepted and answered as refused, or the other way round")
        return len(answer.facts) if isinstance(answer, Accepted) else 0

    async def _check_entities(self) -> None:
        missing = dict(self._held)
        async for doc in self._store.all_entities():
            held = missing.pop(doc.stream, None)
            if doc.stream not in self._broken and (held is None or entity_doc(doc.stream, held) != doc):
                await self._look_again(doc.stream)
        for name, held in missing.items():
            self.differ(name, "its facts make a document, and none is stored")
            if name not in self._broken:
                self.mended[name] = entity_doc(name, held)

    async def _look_again(self, name: str) -> None:
        doc = (await self._store.read([name])).get(name)
        try:
            facts = [self._registry.read_happened(fact.body) for fact in await self._store.facts_of(name)]
        except msgspec.MsgspecError:
            self.differ(name, "one of its facts cannot be read")
            return
        if doc is None or not 0 < doc.version <= len(facts):
            self.differ(name, f"a document of {doc.version if doc else 0} facts is stored; the log has {len(facts)}")
            self.mended[name] = entity_doc(name, self._held[name]) if name in self._held else None
            return
        state = None
        for happened in facts[: doc.version]:
            state = self._registry.entities[name.partition(":")[0]].fold(state, happened)
        made = entity_doc(name, Held(version=doc.version, state=state))
        if made != doc:
            self.differ(name, _unlike(made, doc))
            self.mended[name] = entity_doc(name, self._held[name])


def _unlike(made: EntityDoc, stored: EntityDoc) -> str:
    """Which parts differ, by name only: documents hold patients' data, and reports travel."""
    if made.doc == stored.doc:
        return f"its kind, version or openness is stored otherwise than its facts say (version {stored.version})"
    ours = msgspec.json.decode(made.doc, type=dict[str, Any])
    try:
        theirs = msgspec.json.decode(stored.doc, type=dict[str, Any])
    except msgspec.MsgspecError:
        return "the stored document cannot be read"
    names = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    return f"the stored document differs from what its {stored.version} facts make, in: {', '.join(names) or 'form'}"
