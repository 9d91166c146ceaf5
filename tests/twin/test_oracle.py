"""The engine against the slow SimPy model of the same rules: same calls, same arrivals."""

import numpy as np
import pytest
from little_town import ALS, BLS, LittleTown, calls_of, little_town, rich_fleet, rich_rules, rules_of

from goldenhour.planning.oracle import Oracle
from goldenhour.planning.twin.arrays import DMEXCLP
from goldenhour.planning.twin.simulate import Fleet, simulate

POST = [0, 0, 1, 1, 2, 3]
DIVERT = {"divert": {1: (3,), 2: (3,)}}


def both(town: LittleTown, rules, calls, fleet):
    outcome = simulate(town.town, rules, calls, fleet, covers=town.covers)
    oracle = Oracle(town.town, rules, calls, fleet, covers=town.covers)
    return outcome, oracle, oracle.play()


def agree(outcome, arrived_s, *, share: float = 0.999) -> None:
    ours = outcome.places["arrived_s"]
    assert np.isfinite(arrived_s).any()
    same = (np.isnan(ours) & np.isnan(arrived_s)) | (np.abs(ours - arrived_s) <= 1.0)
    assert same.mean() >= share, f"{same.mean():.4%} agree; first difference at {np.argwhere(~same)[:3]}"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("closest", {}),
        ("redispatch", {"numbers": DIVERT}),
        ("redispatch and DMEXCLP", {"numbers": DIVERT, "redeploy": DMEXCLP}),
        ("swaps", {"numbers": DIVERT | {"swap_gain_s": {1: 30, 2: 30, 3: 60}}, "swaps": 1}),
        ("reported positions", {"numbers": DIVERT, "report_s": 45.0}),
        ("keeping cover", {"numbers": {"cover_slack_s": 60.0}, "cover": True}),
        (
            "move-up",
            {
                "redeploy": DMEXCLP,
                "move_up": 1,
                "moves_per_hour": 4,
                "move_rest_s": 900.0,
                "numbers": {"move_gain": 0.02},
            },
        ),
    ],
)
def test_the_twin_and_the_oracle_agree(town, name, fields):
    calls = calls_of(town, n=3000, seed=11, per_hour=6.5)
    outcome, oracle, arrived_s = both(town, rules_of(town, **fields), calls, Fleet.always_on(POST, [ALS] * len(POST)))
    agree(outcome, arrived_s)
    assert outcome.most_waiting > 0, "the case must exercise the queue"
    for count in ("diverted", "swaps", "moves"):
        assert outcome.units[count].tolist() == [getattr(unit, count) for unit in oracle.units]
    if "numbers" in fields and "divert" in fields["numbers"]:
        assert outcome.units["diverted"].sum() > 50
    if fields.get("swaps"):
        assert outcome.units["swaps"].sum() > 20
    if fields.get("move_up"):
        assert outcome.units["moves"].sum() > 50


def test_skills_and_a_hospital_with_few_bays(town):
    narrow = little_town(seed=7, bays=(1, 2))
    calls = calls_of(narrow, n=3000, seed=5, per_hour=5.0)
    fleet = Fleet.always_on(POST, [ALS, BLS, ALS, BLS, BLS, ALS])
    outcome, _, arrived_s = both(narrow, rules_of(narrow, numbers={"spare_s": 60.0}), calls, fleet)
    agree(outcome, arrived_s)
    wide = simulate(town.town, rules_of(town, numbers={"spare_s": 60.0}), calls, fleet, covers=town.covers)
    assert np.nanmean(outcome.places["arrived_s"]) > np.nanmean(wide.places["arrived_s"]), "bays must hold units up"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_richer_model_agrees_in_everything_at_once(seed):
    town = little_town(seed=seed, bays=(2, 1))
    calls = calls_of(town, n=2500, seed=seed, per_hour=4.0, plans=3)
    calls["luck"] = np.random.default_rng(seed).lognormal(0, 0.15, len(calls))
    outcome, _, arrived_s = both(town, rich_rules(town), calls, rich_fleet())
    agree(outcome, arrived_s)
    units = outcome.units
    assert units["breaks"].sum() > 0
    assert units["breaks_cut"].sum() > 0
    assert units["overtime_s"].sum() > 0
    assert units["diverted"].sum() > 0
    assert units["swaps"].sum() > 0
