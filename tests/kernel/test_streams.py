"""Typed ids say which streams a fact belongs to and which entities a command reads."""

from typing import Any

import pytest

from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Fact, stream_fields, streams_of
from goldenhour.kernel.ids import AgencyId, AssignmentId, IncidentId, Ref, UnitId, stream, stream_kind
from goldenhour.kernel.privacy import Phi


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (UnitId, ("unit", False)),
        (UnitId | None, ("unit", False)),
        (tuple[UnitId, ...], ("unit", True)),
        (tuple[UnitId, ...] | None, ("unit", True)),
        (Phi[tuple[UnitId, ...]], ("unit", True)),
        (dict[UnitId, int], None),
        (list[int], None),
        (Phi[UnitId], ("unit", False)),
        (Ref[UnitId], None),
        (Ref[UnitId] | None, None),
        (tuple[Ref[UnitId], ...], None),
        (AssignmentId, None),
        (AgencyId, None),
        (str, None),
        (dict[str, int], None),
        (tuple[UnitId | IncidentId, ...], None),
    ],
)
def test_a_fields_type_says_whose_stream_it_names(annotation: Any, kind: Any) -> None:
    assert stream_kind(annotation) == kind


class Moved(Fact, frozen=True, kw_only=True):
    incident: IncidentId
    units: tuple[UnitId, ...]
    other: IncidentId | None = None
    seen_by: Ref[UnitId] | None = None


class Move(Command, frozen=True, kw_only=True):
    incident: IncidentId
    unit: UnitId | None = None


def test_a_fact_belongs_to_each_stream_once_in_the_order_of_its_fields() -> None:
    fact = Moved(
        incident=IncidentId("i2"),
        units=(UnitId("b"), UnitId("a"), UnitId("b")),
        other=IncidentId("i2"),
        seen_by=UnitId("z"),
    )
    assert streams_of(fact) == ("incident:i2", "unit:b", "unit:a")
    assert stream_fields(Moved) == (
        ("incident", "incident", False),
        ("units", "unit", True),
        ("other", "incident", False),
    )


def test_what_is_left_out_names_nothing() -> None:
    assert streams_of(Move(incident=IncidentId("i"))) == ("incident:i",)
    assert streams_of(Move(incident=IncidentId("i"), unit=UnitId("u"))) == ("incident:i", "unit:u")
    assert streams_of(Moved(incident=IncidentId("i"), units=())) == ("incident:i",)


def test_ids_with_colons_keep_their_stream_apart() -> None:
    assert stream("unit", "a:b") == "unit:a:b"
    assert stream("unit", "a:b").partition(":")[2] == "a:b"
