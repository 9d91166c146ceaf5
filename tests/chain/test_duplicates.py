"""Several callers for one crash: which open incident is suggested to the call taker."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from goldenhour.call_taking.state import Call
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.questions.duplicates import duplicates
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.ids import CallId, IncidentId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.places import Location, LocationSource
from goldenhour.runtime.boards import Open

CONTENT = Content(default_folder())
RULES = list(CONTENT.complaints.complaints)
ONE = RULES[0]
RELATED = next(rule for rule in RULES if rule.family == ONE.family and rule.id != ONE.id)
OTHER = next(rule for rule in RULES if rule.family != ONE.family)
NOON = Instant(1_767_600_000_000)
METRE = 1 / 111_195


def at(metres_north: float, uncertainty_m: float = 0.0) -> Location:
    return Location(
        label="Mill Ln",
        lon=9.5,
        lat=47.1 + metres_north * METRE,
        source=LocationSource.TYPED,
        uncertainty_m=uncertainty_m,
    )


def call(location: Location | None, complaint: str | None = ONE.id, **more: Any) -> Call:
    return Call(id=CallId("k"), number="C1", line="911", rang_at=NOON, location=location, complaint=complaint, **more)


def incident(
    name: str, location: Location | None, *, minutes_ago: float = 2, complaint: str | None = ONE.id
) -> Incident:
    opened = Instant(NOON - round(minutes_ago * 60_000))
    return Incident(id=IncidentId(name), number=name, opened_at=opened, location=location, complaint=complaint)


def found(asked: Call, *incidents: Incident) -> list[tuple[str, float]]:
    now = Open(["incident"])
    for one in incidents:
        now.put("incident", one.id, one)
    desk: Any = SimpleNamespace(content=CONTENT, boards=SimpleNamespace(open=now))
    return [(one.incident, one.score) for one in duplicates(desk, asked)]


def test_the_same_place_minute_and_complaint_is_nearly_certain() -> None:
    ((name, score),) = found(call(at(0)), incident("a", at(20)))
    assert name == "a"
    assert score > 0.9


def test_the_same_complaint_is_likelier_than_a_related_one_and_that_than_another() -> None:
    scored = dict(
        found(
            call(at(0)),
            incident("same", at(50)),
            incident("related", at(50), complaint=RELATED.id),
            incident("other", at(50), complaint=OTHER.id),
            incident("unknown", at(50), complaint=None),
        )
    )
    assert scored["same"] > scored["related"] > scored["unknown"] > scored["other"]


def test_what_is_far_away_or_long_ago_is_not_suggested() -> None:
    assert not found(call(at(0)), incident("far", at(3000)))
    assert not found(call(at(0)), incident("old", at(0), minutes_ago=180))


def test_an_unsure_place_reaches_as_far_as_it_is_unsure() -> None:
    assert not found(call(at(0)), incident("a", at(2000)))
    assert found(call(at(0, uncertainty_m=1500)), incident("a", at(2000)))


def test_a_call_without_a_place_and_an_incident_without_one_match_nothing() -> None:
    assert not found(call(None), incident("a", at(0)))
    assert not found(call(at(0)), incident("a", None))


def test_a_call_is_no_duplicate_of_its_own_incident() -> None:
    assert not found(call(at(0), incident=IncidentId("a")), incident("a", at(0)))


def test_at_most_five_are_suggested_best_first() -> None:
    scored = found(call(at(0)), *[incident(f"i{n}", at(40 * n)) for n in range(9)])
    assert [name for name, _ in scored] == ["i0", "i1", "i2", "i3", "i4"]


@given(st.floats(0, 5000), st.floats(0, 5000), st.floats(0, 300), st.floats(0, 300))
def test_nearer_and_newer_never_scores_lower(near: float, far: float, new: float, old: float) -> None:
    near, far = sorted((near, far))
    new, old = sorted((new, old))

    def score(metres: float, minutes: float) -> float:
        got = found(call(at(0)), incident("a", at(metres), minutes_ago=minutes))
        return got[0][1] if got else 0.0

    assert score(near, new) >= score(far, old)
    assert score(near, new) <= 1.0
