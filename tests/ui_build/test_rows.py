"""The screens' row types say the same fields as the server's structs, so that neither can drift unseen."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldenhour.chain.questions import recommendation, routes
from goldenhour.chain.timeline import entries
from goldenhour.chain.views import calls, desk, hospitals, incidents, units
from goldenhour.dispatch import recommend, state
from goldenhour.geo.geocode.found import Found
from goldenhour.kernel.places import Location
from goldenhour.runtime.positions import Position

ROWS = Path(__file__).resolve().parents[2] / "ui" / "src" / "kernel" / "rows.ts"

STRUCTS: dict[str, Any] = {
    "AgencyRequest": state.AgencyRequest,
    "AssignmentRow": incidents.AssignmentRow,
    "CallRow": calls.CallRow,
    "Candidate": recommend.Candidate,
    "CommitmentRow": units.CommitmentRow,
    "DeskRow": desk.DeskRow,
    "FacilityRow": hospitals.FacilityRow,
    "FoundPlace": Found,
    "IncidentRow": incidents.IncidentRow,
    "Location": Location,
    "PositionRow": Position,
    "Recommendation": recommendation.RecommendationAnswer,
    "RouteAnswer": routes.Way,
    "RunningClock": incidents.RunningClock,
    "SlotRow": incidents.SlotRow,
    "Timeline": entries.TimeLine,
    "TimelineEntry": entries.Entry,
    "UnitRow": units.UnitRow,
}

PROMISED = {"Candidate": {"uncovers"}, "CommitmentRow": {"eta_at"}}
"""Fields that the screens show as soon as the server sends them."""


def fields_of(interface: str) -> set[str]:
    found = re.search(rf"export interface {interface} \{{\n(.*?)\n\}}", ROWS.read_text(), re.DOTALL)
    assert found is not None, f"{ROWS.name} has no interface {interface}"
    return set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))


@pytest.mark.parametrize("interface", STRUCTS)
def test_a_row_on_the_screen_is_the_row_of_the_server(interface: str) -> None:
    sent = {field.encode_name for field in msgspec.structs.fields(STRUCTS[interface])}
    promised = PROMISED.get(interface, set())
    assert fields_of(interface) - promised == sent - promised
