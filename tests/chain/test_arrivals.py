"""When units would be there: turnout at the post, the road, the air; the same at the desk and on the boards."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from goldenhour.chain.desk import SYSTEM, Desk
from goldenhour.chain.questions.recommendation import RecommendationAnswer, recommendation
from goldenhour.chain.questions.routes import way_of
from goldenhour.chain.views.incidents import AssignmentRow
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import Moment, RequestState
from goldenhour.dispatch.recommend import Candidate
from goldenhour.dispatch.state import AgencyRequest
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import AssignmentId, CommandId, IncidentId, UnitId
from goldenhour.kernel.instants import Instant, later
from goldenhour.kernel.levels import Level, Mode, Skill
from goldenhour.kernel.places import Location, LocationSource, crow_flies_m
from goldenhour.runtime.answers import Accepted, Declined
from goldenhour.runtime.positions import Position
from goldenhour.world.world import World
from world.simulated import a_desk, loaded

INCIDENT = IncidentId("i1")


@pytest.fixture
async def desk(county: Path) -> AsyncIterator[Desk]:
    """The county with a crew on every unit and one incident, and nobody who rings."""
    desk = a_desk(county)
    await desk.start()
    await World(desk, loaded(county)[0], seed=1, rate=0).begin()
    lon, lat = scene(desk)
    place = Location(label="the far end", lon=lon, lat=lat, source=LocationSource.TYPED)
    await did(desk, c.OpenIncident(incident=INCIDENT, book="", location=place, level=Level.L1))
    yield desk
    await desk.stop()


def scene(desk: Desk) -> tuple[float, float]:
    """An address in the middle of the region's list."""
    assert desk.region is not None
    stored = desk.region.geocoder.tables.stored
    middle = len(stored["address_lon"]) // 2
    return float(stored["address_lon"][middle]), float(stored["address_lat"][middle])


async def did(desk: Desk, command: Command) -> None:
    answer = await desk.submit(command, command_id=CommandId(str(uuid4())), by=SYSTEM)
    assert isinstance(answer, Accepted), answer


def recommended(desk: Desk) -> RecommendationAnswer:
    return recommendation(desk, desk.boards.open.get("incident", INCIDENT))


def candidate(desk: Desk, unit: str) -> Candidate:
    return next(one for one in recommended(desk).candidates if one.unit == unit)


def row(desk: Desk) -> AssignmentRow:
    (found,) = desk.boards.rows["incidents"][INCIDENT].assignments  # type: ignore[attr-defined]
    assert isinstance(found, AssignmentRow)
    return found


def reported(desk: Desk, unit: str, lon: float, lat: float, *, eta_at: Instant | None = None) -> None:
    desk.positions.report(Position(unit=UnitId(unit), lon=lon, lat=lat, at=desk.clock.now(), eta_at=eta_at))


async def test_a_unit_at_its_post_takes_its_turnout_and_a_street_away_it_does_not(desk: Desk) -> None:
    m1 = desk.boards.open.get("unit", "m1")
    lon, lat = desk.posts[m1.post][1]
    reported(desk, "m1", lon, lat)
    at_post = candidate(desk, "m1")
    assert at_post.turnout_s == 60
    reported(desk, "m1", lon, lat + 0.003)  # about 330 m
    on_the_road = candidate(desk, "m1")
    assert on_the_road.turnout_s == 0
    assert on_the_road.eta_s is not None
    assert at_post.eta_s is not None
    assert abs(at_post.eta_s - 60 - on_the_road.eta_s) < 120


async def test_the_kinds_have_the_turnout_that_the_agency_set(desk: Desk) -> None:
    policy = desk.content.response_plans.policy
    turnouts = {one.kind: one.turnout_s for one in recommended(desk).candidates}
    assert turnouts == {kind: policy.expected_turnout_s(kind) for kind in turnouts}
    assert len(set(turnouts.values())) > 2, "the kinds differ, so that a mix-up would show"


async def test_the_board_expects_the_turnout_until_the_unit_rolls_and_not_after(desk: Desk) -> None:
    proposed = recommended(desk).proposal[0]
    assert proposed.choice.eta_s is not None
    assert proposed.choice.turnout_s == 60
    told_at = desk.clock.now()
    await did(desk, c.AssignUnit(incident=INCIDENT, unit=proposed.unit, choice=proposed.choice))
    assert row(desk).eta_at == later(told_at, proposed.choice.eta_s)
    reported(desk, proposed.unit, *scene(desk), eta_at=later(told_at, 5))
    await status(desk, proposed.unit, Moment.ACKNOWLEDGED, told_at)
    assert row(desk).eta_at == later(told_at, proposed.choice.eta_s), "a report of another way is not this one's"
    desk.positions.newest.clear()
    rolled_at = later(told_at, 95)
    await status(desk, proposed.unit, Moment.EN_ROUTE, rolled_at)
    assert row(desk).eta_at == later(rolled_at, proposed.choice.eta_s - 60)


async def status(desk: Desk, unit: UnitId, moment: Moment, at: Instant) -> None:
    part = AssignmentId(f"{INCIDENT}/1")
    await did(desk, c.ReportStatus(at=at, incident=INCIDENT, unit=unit, assignment=part, status=moment))


async def test_a_helicopter_flies_and_the_map_draws_a_straight_line(desk: Desk) -> None:
    policy, there = desk.content.response_plans.policy, scene(desk)
    lf1 = desk.boards.open.get("unit", "lf1")
    pad = desk.posts[lf1.post][1]
    flight_s = crow_flies_m(*pad, *there) * 3.6 / policy.helicopter.cruise_kmh
    listed = candidate(desk, "lf1")
    assert listed.eta_s == round(policy.helicopter.lift_off_s + flight_s)
    assert listed.flies
    assert not listed.estimated
    assert "lf1" not in {one.unit for one in recommended(desk).proposal}
    drawn = way_of(desk, lf1, pad, there, Mode.HOT)
    assert (drawn.line, drawn.flight, drawn.estimated) == ((pad, there), True, False)
    assert drawn.seconds == pytest.approx(flight_s)
    driven = way_of(desk, desk.boards.open.get("unit", "m1"), pad, there, Mode.HOT)
    assert len(driven.line) > 2
    assert not driven.flight


async def test_in_the_air_a_helicopter_needs_no_lift_off(desk: Desk) -> None:
    reported(desk, "lf1", *scene(desk))
    listed = candidate(desk, "lf1")
    assert (listed.turnout_s, listed.eta_s) == (0, 0)


async def test_the_simulated_helicopter_flies_as_the_desk_expects(county: Path) -> None:
    """Lift-off and flight vary as crews do; what the desk expects lies within."""
    desk = a_desk(county)
    await desk.start()
    try:
        world = World(desk, loaded(county)[0], seed=1, rate=0)
        await world.begin()
        place = Location(label="the far end", lon=scene(desk)[0], lat=scene(desk)[1], source=LocationSource.TYPED)
        await did(desk, c.OpenIncident(incident=INCIDENT, book="", location=place))
        policy = desk.content.response_plans.policy
        flight_s = desk.distances.flight_s(desk.posts["meridian-regional"][1], scene(desk))
        choice = c.Choice(slot="als", override="asked for by the crew")
        await did(desk, c.AssignUnit(incident=INCIDENT, unit=UnitId("lf1"), choice=choice))
        await world.run_until(later(desk.clock.now(), 3600))
        times = desk.boards.open.get("incident", INCIDENT).assignments[AssignmentId(f"{INCIDENT}/1")].times
        aloft_s = (times[Moment.ON_SCENE] - times[Moment.EN_ROUTE]) / 1000
        assert 0.85 * flight_s - 1 <= aloft_s <= 1.25 * flight_s + 1
        lift_off_s = (times[Moment.EN_ROUTE] - times[Moment.NOTIFIED]) / 1000
        assert 0.3 * policy.helicopter.lift_off_s < lift_off_s < 3 * policy.helicopter.lift_off_s
    finally:
        await desk.stop()


AIR = c.RequestAgency(
    incident=INCIDENT,
    request="r1",
    agency="air",
    wanted="scene flight",
    landing_zone="school field",
    handover_point="gate on Mill Ln",
)


async def test_an_air_ambulance_is_asked_with_the_time_it_would_be_there(desk: Desk) -> None:
    listed, asked_at = candidate(desk, "lf1"), desk.clock.now()
    await did(desk, AIR)
    (request,) = desk.boards.rows["incidents"][INCIDENT].requests  # type: ignore[attr-defined]
    assert listed.eta_s is not None
    assert (request.unit, request.eta_at) == ("lf1", later(asked_at, listed.eta_s))
    assert (request.landing_zone, request.handover_point) == ("school field", "gate on Mill Ln")


async def test_what_the_air_ambulance_says_itself_stands(desk: Desk) -> None:
    asked_at = desk.clock.now()
    await did(desk, replace(AIR, eta_s=900))
    moved = c.MoveAgencyRequest(incident=INCIDENT, request="r1", state=RequestState.ACCEPTED)
    assert request_of(desk).eta_at == later(asked_at, 900)
    await did(desk, moved)
    assert (request_of(desk).eta_at, request_of(desk).landing_zone) == (later(asked_at, 900), "school field")
    await did(desk, replace(moved, state=RequestState.EN_ROUTE, eta_s=420, landing_zone="car park"))
    assert (request_of(desk).eta_at, request_of(desk).landing_zone) == (later(asked_at, 420), "car park")


async def test_weather_keeps_the_air_ambulance_away(desk: Desk) -> None:
    await did(desk, AIR)
    await did(desk, c.MoveAgencyRequest(incident=INCIDENT, request="r1", state=RequestState.DECLINED, note="weather"))
    assert (request_of(desk).state, request_of(desk).note) == (RequestState.DECLINED, "weather")
    assert "weather" in next(one for one in desk.content.desk.agencies if one.flies).declines


async def test_nobody_is_expected_where_no_helicopter_is_free_and_from_those_who_drive(desk: Desk) -> None:
    await did(desk, c.TakeOutOfService(unit=UnitId("lf1"), reason="maintenance"))
    await did(desk, AIR)
    assert (request_of(desk).unit, request_of(desk).eta_at) == (None, None)
    await did(desk, replace(AIR, request="r2", agency="fire", wanted="landing zone"))
    assert request_of(desk, "r2").eta_at is None


async def test_a_time_that_cannot_be_is_refused(desk: Desk) -> None:
    answer = await desk.submit(replace(AIR, eta_s=-5), command_id=CommandId(str(uuid4())), by=SYSTEM)
    assert isinstance(answer, Declined)
    assert answer.rule == "dispatch.request.eta"


def request_of(desk: Desk, name: str = "r1") -> AgencyRequest:
    found: AgencyRequest = desk.boards.open.get("incident", INCIDENT).requests[name]
    return found


def helps_first(desk: Desk) -> list[UnitId]:
    return [one.unit for one in recommended(desk).proposal if one.choice.slot == "first_responder"]


async def test_nobody_is_sent_to_be_there_sooner_once_somebody_is_there(desk: Desk) -> None:
    """A first responder is worth sending while it would come before those already sent."""
    medics = [one for one in recommended(desk).candidates if one.usable and one.skill is Skill.PARAMEDIC]
    farthest = max(medics, key=lambda one: one.eta_s or 0)
    later_one = max((one for one in medics if one is not farthest), key=lambda one: one.eta_s or 0)
    for slot, unit in (("als", farthest.unit), ("bls", later_one.unit)):
        await did(desk, c.AssignUnit(incident=INCIDENT, unit=unit, choice=c.Choice(slot=slot)))
    assert helps_first(desk)
    part = {"incident": INCIDENT, "unit": farthest.unit, "assignment": AssignmentId(f"{INCIDENT}/1")}
    await did(desk, c.ReportStatus(**part, status=Moment.ON_SCENE))
    assert helps_first(desk) == []
    await did(desk, c.ReportStatus(**part, status=Moment.BACK_IN_SERVICE, outcome="no transport"))
    assert helps_first(desk) == []
