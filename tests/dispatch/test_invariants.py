"""Whatever people do in whatever order: invariants of assignments against random commands."""

from hypothesis import given, settings
from hypothesis import strategies as st

from decisions import Story
from dispatch.words import incident, send, status, unit
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import Moment
from goldenhour.kernel.commands import Command, Refused
from goldenhour.kernel.ids import AssignmentId, IncidentId, UnitId
from goldenhour.kernel.instants import Instant

INCIDENTS = st.sampled_from(["a", "b"])
UNITS = st.sampled_from(["m1", "m2"])
LATE_S = st.integers(0, 900)


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, str, str, int, Moment, int]:
    """(kind, incident, unit, which assignment, moment, how late)."""
    kind = draw(st.sampled_from(["send", "stack", "status", "cancel", "divert", "withdraw", "close", "reopen"]))
    return kind, draw(INCIDENTS), draw(UNITS), draw(st.integers(1, 3)), draw(st.sampled_from(Moment)), draw(LATE_S)


def command_of(story: Story, wish: tuple[str, str, str, int, Moment, int]) -> Command:
    kind, on, who, nth, moment, late_s = wish
    assignment, other = AssignmentId(f"{on}/{nth}"), "b" if on == "a" else "a"
    choice = c.Choice(slot="als", override="")
    match kind:
        case "send":
            return send(who, on)
        case "stack":
            return send(who, on, override="on purpose")
        case "status":
            return status(who, on, moment, nth=nth, at=Instant(story.now + 60_000 - 1000 * late_s))
        case "cancel":
            return c.CancelAssignment(incident=IncidentId(on), unit=UnitId(who), assignment=assignment, reason="r")
        case "divert":
            return c.DivertUnit(
                incident=IncidentId(on),
                unit=UnitId(who),
                assignment=assignment,
                to=IncidentId(other),
                choice=choice,
                reason="r",
            )
        case "withdraw":
            return c.WithdrawStatus(incident=IncidentId(on), unit=UnitId(who), assignment=assignment, moment=moment)
        case "close":
            return c.CloseIncident(incident=IncidentId(on), outcome="o")
    return c.ReopenIncident(incident=IncidentId(on), reason="r")


@settings(max_examples=150, deadline=None)
@given(st.lists(wishes(), max_size=25))
def test_units_and_incidents_never_disagree(asked: list[tuple[str, str, str, int, Moment, int]]) -> None:
    story = Story().given([incident("a"), incident("b"), *unit("m1"), *unit("m2")])
    for wish in asked:
        command = command_of(story, wish)
        try:
            story.when(command)
        except Refused:
            continue
        bound = {
            (one.unit, one.id, one.status)
            for name in ("a", "b")
            for one in story.of("incident", name).assignments.values()
            if one.is_active
        }
        told = {(who, one.id, one.status) for who in ("m1", "m2") for one in story.of("unit", who).assignments}
        assert bound == told
        for name in ("a", "b"):
            now = story.of("incident", name)
            assert now.is_open or not now.active, "a closed incident binds nobody"
            for one in now.assignments.values():
                assert one.times, "an assignment always has a time"
                assert all(at >= min(one.times.values()) for at in one.times.values())
