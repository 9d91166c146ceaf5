"""A planner's questions about Auckland, answered by the twin; what the Planning page's map shows of a scenario."""

from pathlib import Path

import msgspec
import pytest

from goldenhour.planning.siting import BadSiting
from goldenhour.planning.study import BadScenario, Scenario, Setting, prepare, setting_of_city
from goldenhour.planning.study.scenario import Policy, Shift, Station, Unit
from goldenhour.planning.whatif import LoggedRun, RunLog
from goldenhour.planning.whatif.answer import Answer, Question, ask, ask_or_remember, question_hash
from goldenhour.planning.whatif.compare import Effect
from goldenhour.planning.whatif.planning_map import planning_map

AS_IT_IS = Scenario()


@pytest.fixture(scope="module")
def auckland(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Setting:
    return setting_of_city(shared / "regions" / "jemss" / "auckland", cache=tmp_path_factory.mktemp("travel"))


def effect(answer: Answer, figure: str) -> Effect:
    return next(one for one in answer.what_if.effects if one.figure == figure)


def test_the_same_plan_is_the_same_in_every_figure(auckland: Setting) -> None:
    answer = ask(auckland, Question(before=AS_IT_IS, after=Scenario(name="again"), weeks=3))
    assert {one.verdict for one in answer.what_if.effects} == {"same"}
    assert answer.calls_per_week == pytest.approx(1960, rel=0.05)


def test_dmexclp_reaches_more_in_time_than_redispatch(auckland: Setting) -> None:
    """The planning notes: 56.2 % against 58.2 % over 2.8 million calls, at q = 0.3."""
    before, after = Scenario(policy=Policy(name="redispatch")), Scenario(policy=Policy(name="dmexclp", q=0.3))
    answer = ask(auckland, Question(before=before, after=after, weeks=24))
    in_time = effect(answer, "in_time")
    assert in_time.verdict == "more"
    assert in_time.difference is not None
    assert in_time.difference.low < 0.02 < in_time.difference.high + 0.005
    assert in_time.before == pytest.approx(0.562, abs=0.01)


def test_a_dragged_post_is_a_new_station_with_a_unit_moved_to_it(auckland: Setting) -> None:
    busiest = auckland.stations[6]
    graph = auckland.travel.graph
    far = Station(name="far post", lon=float(graph.lon.min()), lat=float(graph.lat[graph.lon.argmin()]))
    names = [unit.name for unit in auckland.units if unit.home == 6]
    assert busiest.name == "St John Central"
    after = Scenario(name="Central sent away", stations=(far,), move={name: "far post" for name in names})
    answer = ask(auckland, Question(before=AS_IT_IS, after=after, weeks=8))
    assert effect(answer, "in_time").verdict == "less"
    assert effect(answer, "mean_s").verdict == "more"


def test_the_same_question_is_remembered_and_another_is_not(auckland: Setting, tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    question = Question(before=AS_IT_IS, after=Scenario(calls_per_day=350.0), weeks=2)
    first = ask_or_remember(auckland, question, log, at=1_000)
    again = ask_or_remember(auckland, question, log, at=2_000)
    assert not first.remembered
    assert again.remembered
    assert msgspec.structs.replace(again, remembered=False) == first
    (run,) = log.runs()
    assert isinstance(run, LoggedRun)
    assert (run.at, run.inputs_hash) == (1_000, question_hash(auckland, question))
    other = msgspec.structs.replace(question, seed=2)
    assert not ask_or_remember(auckland, other, log, at=3_000).remembered
    assert len(log.runs()) == 2


def test_what_cannot_be_asked_is_refused(auckland: Setting) -> None:
    with pytest.raises(BadScenario, match="there is no station nowhere"):
        ask(auckland, Question(before=AS_IT_IS, after=Scenario(move={"1": "nowhere"})))
    with pytest.raises(BadSiting, match="at least two weeks"):
        ask(auckland, Question(before=AS_IT_IS, after=AS_IT_IS, weeks=1))


def test_the_map_has_all_calls_and_every_unit(auckland: Setting) -> None:
    found = planning_map(prepare(auckland, AS_IT_IS))
    assert found.heat.calls_total == pytest.approx(280)
    assert sum(found.cell_calls) == pytest.approx(280)
    assert sum(hour.calls for hour in found.cover.hours) == pytest.approx(280)
    assert sum(len(post.units) for post in found.posts) == 16
    assert all(sum(post.on_duty[hour] for post in found.posts) == 16 for hour in range(24))
    assert len(found.cover.minutes) == len(found.cell_lon)
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


def test_the_map_knows_the_hours(auckland: Setting) -> None:
    """Calls by day only, slow roads at 17:00, and one unit that works nights on Mondays."""
    day_calls = tuple(float(6 <= hour < 18) for hour in range(24))
    rush = tuple(2.0 if hour == 17 else 1.0 for hour in range(24))
    night = Unit(name="night", home="St John Central", shifts=(Shift(start="20:00", end="04:00", days=("mon",)),))
    always = Unit(name="always", home="St John Howick")
    scenario = Scenario(hours=day_calls, travel_hours=rush, units=(night, always), first_day="wed")
    monday, tuesday = (planning_map(prepare(auckland, scenario), day=day) for day in ("mon", "tue"))
    assert [hour.calls > 0 for hour in monday.cover.hours] == [bool(calls) for calls in day_calls]
    central = next(post for post in monday.posts if post.name == "St John Central")
    assert central.on_duty == [0] * 20 + [1] * 4
    after = next(post for post in tuesday.posts if post.name == "St John Central")
    assert after.on_duty == [1] * 4 + [0] * 20
    row = next(minutes for minutes in monday.cover.minutes if minutes[12] is not None)
    assert row[12] is not None
    assert row[17] == pytest.approx(2 * row[12], abs=0.02)
