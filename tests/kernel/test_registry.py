"""Building the table of parts finds what does not fit before anybody asks for it."""

from typing import Any

import msgspec
import pytest

from depot.part import DEPOT, REGISTRY, Job, Join, Opened, Send, Sent, Truck
from goldenhour.kernel.codec import encode
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor, Fact, Happened
from goldenhour.kernel.ids import CommandId, IncidentId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.parts import Part, Registry


def test_the_readings_of_a_decision_follow_from_its_signature() -> None:
    readings = {one.field: one for one in REGISTRY.decisions[Send].readings}
    assert {name: (one.kind, one.many, one.may_be_missing) for name, one in readings.items()} == {
        "incident": ("incident", False, False),
        "unit": ("unit", False, False),
    }
    (unit,) = REGISTRY.decisions[Join].readings
    assert unit.may_be_missing


class SendMany(Command, frozen=True, kw_only=True):
    incident: IncidentId
    units: tuple[UnitId, ...]


def too_few(cmd: SendMany, incident: Job) -> list[Fact]:
    return []


def other_name(cmd: SendMany, incident: Job, trucks: tuple[Truck, ...]) -> list[Fact]:
    return []


def one_for_many(cmd: SendMany, incident: Truck, units: tuple[Truck, ...]) -> list[Fact]:
    return []


def fits(cmd: SendMany, incident: Job, units: tuple[Truck, ...]) -> list[Fact]:
    return []


def with_decision(decide: Any) -> Part:
    return msgspec.structs.replace(DEPOT, decisions={SendMany: decide})


@pytest.mark.parametrize("decide", [too_few, other_name, one_for_many])
def test_a_decision_that_does_not_fit_its_command_is_found(decide: Any) -> None:
    with pytest.raises(AssertionError, match=decide.__name__):
        Registry((with_decision(decide),))


def test_a_decision_may_read_many() -> None:
    _, units = Registry((with_decision(fits),)).decisions[SendMany].readings
    assert (units.kind, units.many) == ("unit", True)


def test_two_parts_cannot_own_one_kind_of_stream_or_one_name_of_a_fact() -> None:
    other = Part(name="other", facts=(), entities=(DEPOT.entities[0],), decisions={})
    with pytest.raises(AssertionError, match="two parts own the stream kind 'incident'"):
        Registry((DEPOT, other))
    twin = Part(name="twin", facts=(Opened,), entities=(), decisions={})
    with pytest.raises(AssertionError, match="two facts are called Opened"):
        Registry((DEPOT, twin))


def test_facts_commands_and_entities_come_back_from_their_bytes() -> None:
    happened = Happened(
        id="c1.0",
        fact=Sent(incident=IncidentId("i"), unit=UnitId("u")),
        occurred_at=Instant(1),
        recorded_at=Instant(2),
        by=Actor(id="a", role="r", agency="g"),
        cause=CommandId("c1"),
        exercise=True,
    )
    again = REGISTRY.read_happened(encode(happened))
    assert again == happened
    assert type(again) is Happened
    command = Send(at=Instant(5), incident=IncidentId("i"), unit=UnitId("u"))
    assert REGISTRY.read_command(encode(command)) == command
    assert REGISTRY.read_entity("unit", encode(Truck(incident="i", journeys=3))) == Truck(incident="i", journeys=3)


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"type":"Send"}', b'{"type":"Nonsense"}', b"[]", b'{"type":"Send","incident":1,"unit":"u"}']
)
def test_what_is_no_command_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        REGISTRY.read_command(body)


def test_an_entry_made_more_than_a_minute_after_is_late() -> None:
    by = Actor(id="a", role="r", agency="g")

    def entered(after_ms: int) -> Happened:
        return Happened(
            id="c.0",
            fact=Opened(incident=IncidentId("i")),
            occurred_at=Instant(0),
            recorded_at=Instant(after_ms),
            by=by,
            cause=CommandId("c"),
        )

    assert not entered(60_000).late
    assert entered(60_001).late
