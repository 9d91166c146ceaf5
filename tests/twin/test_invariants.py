"""What holds on every day, whatever the rules: found by Hypothesis, checked from the log alone."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from little_town import ALS, BLS, calls_of, little_town, rich_fleet, rich_rules, rules_of

from goldenhour.planning.twin.arrays import DMEXCLP, HOME
from goldenhour.planning.twin.simulate import Fleet, simulate

TOWN = little_town(seed=7)
NARROW = little_town(seed=7, bays=(1, 1))


@st.composite
def days(draw):
    """A town, its calls, rules and fleet; some of everything."""
    town = draw(st.sampled_from([TOWN, NARROW]))
    n = draw(st.integers(1, 150))
    seed = draw(st.integers(0, 10_000))
    per_hour = draw(st.sampled_from([0.5, 4.0, 12.0]))
    if draw(st.booleans()):
        calls = calls_of(town, n=n, seed=seed, per_hour=per_hour, plans=3)
        return town, calls, rich_rules(town), rich_fleet()
    rules = rules_of(
        town,
        redeploy=draw(st.sampled_from([HOME, DMEXCLP])),
        numbers={
            "divert": draw(st.sampled_from([{}, {1: (3,)}, {1: (2, 3), 2: (3,)}])),
            "swap_gain_s": {1: 30, 2: 30, 3: 30},
        },
        swaps=draw(st.integers(0, 1)),
        report_s=draw(st.sampled_from([0.0, 60.0])),
        cover=True,
        move_up=draw(st.integers(0, 1)),
        moves_per_hour=3,
        sample_s=900.0,
    )
    units = draw(st.integers(1, 6))
    calls = calls_of(town, n=n, seed=seed, per_hour=per_hour)
    return town, calls, rules, Fleet.always_on(np.arange(units) % 4, [ALS, BLS, ALS, ALS, BLS, ALS][:units])


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(days())
def test_no_unit_is_in_two_places_every_call_is_served_or_queued_and_times_go_forward(day):
    town, calls, rules, fleet = day
    outcome = simulate(town.town, rules, calls, fleet, covers=town.covers)
    places, size = outcome.places, rules["plan_size"][0][calls["plan"]]
    wanted = np.arange(places.shape[1]) < size[:, None]
    optional = wanted & (rules["plan_sooner_s"][0][calls["plan"], : places.shape[1]] >= 0)
    served = ~np.isnan(places["arrived_s"])
    assert not (served & ~wanted).any()
    waiting = wanted & ~served & ~optional
    assert waiting.sum() <= outcome.left_waiting <= (wanted & ~served).sum(), "neither served nor queued"
    _times_go_forward(calls, places, served)
    _never_in_two_places(calls, places, served, len(fleet.post))
    assert (outcome.units["busy_s"] >= 0).all()
    assert (outcome.units["driven_s"] >= 0).all()
    if rules["sample_s"][0] > 0:
        assert ((outcome.samples["covered"] >= 0) & (outcome.samples["covered"] <= 1 + 1e-9)).all()
        assert (outcome.samples["available"] <= len(fleet.post)).all()


def _times_go_forward(calls, places, served) -> None:
    ready = calls["ready_s"][:, None]
    assert (places["assigned_s"][served] >= np.broadcast_to(ready, served.shape)[served]).all()
    assert (places["arrived_s"][served] >= places["assigned_s"][served]).all()
    first, done = places[:, 0], ~np.isnan(places["free_s"][:, 0])
    assert (first["free_s"][done] >= first["arrived_s"][done]).all()
    taken = done & ~np.isnan(first["at_hospital_s"])
    left = first["arrived_s"][taken] + calls["on_scene_s"][taken]
    assert (first["at_hospital_s"][taken] >= left - 1e-6).all()
    assert (first["free_s"][taken] >= first["at_hospital_s"][taken] + calls["handover_s"][taken] - 1e-3).all()


def _never_in_two_places(calls, places, served, n_units) -> None:
    """From its last assignment to a call until it is done there, a unit is nowhere else."""
    for unit in range(n_units):
        c, k = np.nonzero(served & (places["unit"] == unit))
        begin = places["assigned_s"][c, k]
        end = np.where(k == 0, places["free_s"][c, 0], places["arrived_s"][c, k] + calls["support_s"][c])
        order = np.argsort(begin, kind="stable")
        assert (begin[order][1:] >= end[order][:-1] - 1e-3).all(), f"unit {unit} is in two places"


def test_the_same_seed_gives_the_same_day():
    calls = calls_of(TOWN, n=400, seed=1, per_hour=6, plans=3)
    one, two = (simulate(TOWN.town, rich_rules(TOWN), calls, rich_fleet(), covers=TOWN.covers) for _ in range(2))
    assert one.places.tobytes() == two.places.tobytes()
