"""Cover, queue and swaps, in the dispatcher's words."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenhour.dispatch.policy import (
    Capability,
    Reason,
    choose_move,
    choose_post,
    choose_waiting,
    covered_share,
    loss_of_leaving,
    marginal_demand,
    offer_swap,
    policy_numbers,
    queue_level,
)

BLS = int(Capability.BLS_AMBULANCE)
ALS = int(Capability.ALS_AMBULANCE)


def expected_cover(posts_of_units, covers, demand, q):
    count = covers[:, posts_of_units].sum(axis=1)
    return float((demand * (1 - q**count)).sum())


@st.composite
def towns(draw):
    groups, posts = draw(st.integers(1, 12)), draw(st.integers(2, 6))
    covers = np.array(draw(st.lists(st.booleans(), min_size=groups * posts, max_size=groups * posts)), np.float64)
    demand = np.array(draw(st.lists(st.integers(0, 50), min_size=groups, max_size=groups)), np.float64)
    units = draw(st.lists(st.integers(0, posts - 1), max_size=6))
    return covers.reshape(groups, posts), demand, units, draw(st.sampled_from([0.1, 0.3, 0.7]))


@settings(deadline=None)  # the first example compiles
@given(towns())
def test_a_freed_unit_goes_where_expected_cover_grows_most(town):
    covers, demand, units, q = town
    marginal, gain = np.zeros(len(demand)), np.zeros(covers.shape[1])
    marginal_demand(covers[:, units].sum(axis=1).astype(np.int32), demand, q, marginal)
    post = choose_post(marginal, covers, np.zeros(covers.shape[1]), gain)
    now = expected_cover(units, covers, demand, q)
    gains = [expected_cover([*units, w], covers, demand, q) - now for w in range(covers.shape[1])]
    np.testing.assert_allclose(gain, gains, atol=1e-9)
    assert gains[post] >= max(gains) - 1e-9


def test_a_closed_post_is_never_chosen_and_ties_go_to_the_nearer():
    gain = np.zeros(3)
    assert choose_post(np.ones(1), np.ones((1, 3)), np.array([np.inf, 90.0, 30.0]), gain) == 2
    assert choose_post(np.ones(1), np.ones((1, 3)), np.full(3, np.inf), gain) == -1


@settings(deadline=None)  # the first example compiles
@given(towns())
def test_what_leaving_uncovers_is_the_difference_in_expected_cover(town):
    covers, demand, units, q = town
    if not units:
        return
    count = covers[:, units].sum(axis=1).astype(np.int32)
    loss = loss_of_leaving(count, covers, demand, units[0], q)
    difference = expected_cover(units, covers, demand, q) - expected_cover(units[1:], covers, demand, q)
    assert abs(loss - difference) < 1e-9


@settings(deadline=None)  # the first example compiles
@given(towns())
def test_the_best_single_move_is_found_and_only_when_it_is_worth_it(town):
    covers, demand, units, q = town
    if not units:
        return
    numbers = policy_numbers(q=q, move_gain=0.05)
    why = np.zeros(len(units), np.uint8)
    unit, post = choose_move(
        np.array(units, np.int32),
        np.ones(len(units), np.bool_),
        np.full((len(units), covers.shape[1]), 60.0),
        covers[:, units].sum(axis=1).astype(np.int32),
        covers,
        demand,
        numbers,
        why,
    )
    now = expected_cover(units, covers, demand, q)
    moves = {
        (u, w): expected_cover([*units[:u], w, *units[u + 1 :]], covers, demand, q) - now
        for u in range(len(units))
        for w in range(covers.shape[1])
        if w != units[u]
    }
    worth = 0.05 * demand.sum()
    if unit < 0:
        assert max(moves.values()) <= worth + 1e-9
    else:
        assert moves[unit, post] >= max(moves.values()) - 1e-9
        assert moves[unit, post] > worth - 1e-9
        assert why[unit] == Reason.BEST_COVER


def test_covered_share_counts_demand_with_at_least_one_unit():
    assert covered_share(np.array([0, 1, 3], np.int32), np.array([50.0, 30.0, 20.0])) == 0.5


def waiting(levels, waited_s, required, *, capabilities=BLS, numbers=None):
    return choose_waiting(
        np.array(levels, np.uint8),
        np.array(waited_s, np.float64),
        np.array(required, np.uint32),
        capabilities,
        numbers or policy_numbers(),
    )


def test_the_most_urgent_incident_is_taken_first_then_the_longest_waiting():
    assert waiting([3, 1, 1], [900, 10, 20], [BLS, BLS, BLS]) == 2


def test_an_incident_the_unit_cannot_serve_is_passed_over():
    assert waiting([1, 3], [10, 900], [ALS, BLS]) == 1
    assert waiting([1], [10], [ALS]) == -1


def test_a_long_wait_raises_an_incident_by_a_level_each_time():
    numbers = policy_numbers(promote_s={3: 600})
    assert [queue_level(3, s, numbers) for s in (0, 599, 600, 1200, 1e9)] == [3, 3, 2, 1, 1]
    assert waiting([2, 3], [300, 700], [BLS, BLS], numbers=numbers) == 1
    assert waiting([1, 3], [300, 700], [BLS, BLS], numbers=numbers) == 0


def test_a_freed_unit_is_offered_the_urgent_assignment_it_would_reach_sooner():
    why = np.zeros(4, np.uint8)
    best = offer_swap(
        np.array([100.0, 100.0, 100.0, 100.0]),
        np.array([900.0, 300.0, 400.0, 150.0]),
        np.array([3, 1, 1, 1], np.uint8),
        np.array([BLS, BLS, BLS, BLS], np.uint32),
        BLS,
        policy_numbers(swap_gain_s={1: 120, 3: 120}),
        why,
    )
    assert best == 2
    assert why.tolist() == [Reason.MOBILE, Reason.MOBILE, Reason.NEAREST, Reason.NO_GAIN]


def test_a_swap_is_never_offered_by_default():
    why = np.zeros(1, np.uint8)
    args = np.array([0.0]), np.array([9000.0]), np.array([1], np.uint8), np.array([BLS], np.uint32)
    assert offer_swap(*args, BLS, policy_numbers(), why) == -1
