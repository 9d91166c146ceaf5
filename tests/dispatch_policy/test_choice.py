"""Choosing units, in the dispatcher's words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenhour.dispatch.policy import (
    WORDS,
    Capability,
    PolicyNumbers,
    Reason,
    UnitStatus,
    choose_unit,
    fill_plan,
    policy_numbers,
    rank_units,
    screen_units,
)

ALS = int(Capability.ALS_AMBULANCE)
BLS = int(Capability.BLS_AMBULANCE)
AMBULANCE = int(Capability.EMT | Capability.TRANSPORT)
PLAIN = policy_numbers()


class Board:
    """A few units as the kernel sees them."""

    def __init__(self, *units: tuple[UnitStatus, int, float], committed_level: int = 0, until_off_s: float = np.inf):
        n = len(units)
        self.status = np.array([u[0] for u in units], np.uint8)
        self.capabilities = np.array([u[1] for u in units], np.uint32)
        self.travel_s = np.array([u[2] for u in units], np.float64)
        self.committed_level = np.full(n, committed_level, np.uint8)
        self.until_off_s = np.full(n, until_off_s)
        self.cover_loss = np.zeros(n)
        self.why = np.zeros(n, np.uint8)

    def choose(self, *, required: int = AMBULANCE, level: int = 1, numbers: PolicyNumbers = PLAIN) -> int:
        screen_units(
            self.status, self.capabilities, self.committed_level, self.until_off_s, required, level, numbers, self.why
        )
        return choose_unit(self.travel_s, self.capabilities, self.cover_loss, required, numbers, self.why)

    def plan(
        self, slots: list[int], sooner_s: list[float], *, level: int = 1, sent_s: float = np.inf
    ) -> tuple[list[int], list[int], int]:
        chosen = np.zeros(len(slots), np.int64)
        why_slot = np.zeros(len(slots), np.uint8)
        lacking = fill_plan(
            self.travel_s,
            self.status,
            self.capabilities,
            self.committed_level,
            self.until_off_s,
            self.cover_loss,
            np.array(slots, np.uint32),
            np.array(sooner_s),
            sent_s,
            level,
            PLAIN,
            chosen,
            why_slot,
            self.why,
        )
        return chosen.tolist(), why_slot.tolist(), lacking


def test_the_nearest_available_ambulance_goes_whether_at_its_post_or_on_the_road():
    board = Board((UnitStatus.AT_POST, BLS, 400), (UnitStatus.MOBILE, BLS, 300), (UnitStatus.AT_POST, BLS, 500))
    assert board.choose() == 1
    assert board.why.tolist() == [Reason.AT_POST, Reason.NEAREST, Reason.AT_POST]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (UnitStatus.OFF_DUTY, Reason.OFF_DUTY),
        (UnitStatus.OUT_OF_SERVICE, Reason.OUT_OF_SERVICE),
        (UnitStatus.EN_ROUTE, Reason.COMMITTED),
        (UnitStatus.ON_SCENE, Reason.WITH_PATIENT),
        (UnitStatus.TRANSPORTING, Reason.WITH_PATIENT),
        (UnitStatus.AT_DESTINATION, Reason.WITH_PATIENT),
    ],
)
def test_a_unit_that_cannot_go_is_refused_with_the_reason(status, why):
    board = Board((status, ALS, 10), (UnitStatus.AT_POST, ALS, 900), committed_level=2)
    assert board.choose() == 1
    assert board.why[0] == why
    assert WORDS[Reason(board.why[0])]


def test_nobody_goes_when_every_unit_lacks_a_capability_or_a_road():
    board = Board((UnitStatus.AT_POST, BLS, 100), (UnitStatus.AT_POST, ALS, np.inf))
    assert board.choose(required=int(Capability.PARAMEDIC)) == -1
    assert board.why.tolist() == [Reason.LACKS_CAPABILITY, Reason.UNREACHABLE]


def test_a_unit_on_its_way_to_a_lesser_incident_is_diverted_only_as_the_matrix_allows():
    numbers = policy_numbers(divert={1: (3,)}, divert_gain_s=60)
    near = Board((UnitStatus.EN_ROUTE, BLS, 200), (UnitStatus.AT_POST, BLS, 300), committed_level=3)
    assert near.choose(level=1, numbers=numbers) == 0
    assert near.choose(level=2, numbers=numbers) == 1
    barely = Board((UnitStatus.EN_ROUTE, BLS, 250), (UnitStatus.AT_POST, BLS, 300), committed_level=3)
    assert barely.choose(level=1, numbers=numbers) == 1


def test_a_break_is_interrupted_for_the_urgent_only():
    board = Board((UnitStatus.ON_BREAK, BLS, 100), (UnitStatus.AT_POST, BLS, 300))
    assert board.choose(level=2) == 0
    assert board.choose(level=4) == 1
    assert board.why[0] == Reason.ON_BREAK


def test_a_crew_about_to_go_home_is_not_given_a_late_low_level_call():
    numbers = policy_numbers(end_guard_s={4: 1800})
    board = Board((UnitStatus.AT_POST, BLS, 100), until_off_s=900)
    assert board.choose(level=4, numbers=numbers) == -1
    assert board.why[0] == Reason.END_OF_SHIFT
    assert board.choose(level=1, numbers=numbers) == 0


def test_a_paramedic_crew_is_spared_when_a_basic_crew_is_nearly_as_near():
    numbers = policy_numbers(spare_s=90)
    board = Board((UnitStatus.AT_POST, ALS, 200), (UnitStatus.AT_POST, BLS, 260))
    assert board.choose(numbers=numbers) == 1
    assert board.why[1] == Reason.SPARES_SCARCE
    assert board.choose(required=int(Capability.PARAMEDIC), numbers=numbers) == 0


def test_among_units_nearly_as_near_the_one_that_uncovers_least_goes():
    board = Board((UnitStatus.AT_POST, BLS, 200), (UnitStatus.AT_POST, BLS, 240), (UnitStatus.AT_POST, BLS, 900))
    board.cover_loss[:] = (50.0, 10.0, 0.0)
    assert board.choose(numbers=policy_numbers(cover_slack_s=60)) == 1
    assert board.why[1] == Reason.KEEPS_COVER
    assert board.choose() == 0


def test_a_plan_sends_the_first_responder_only_when_it_beats_the_ambulance():
    ambulance_far = Board((UnitStatus.AT_POST, ALS, 500), (UnitStatus.AT_POST, int(Capability.EMR), 200))
    slots = [int(Capability.PARAMEDIC | Capability.TRANSPORT), int(Capability.EMR)]
    assert ambulance_far.plan(slots, [-1, 60]) == ([0, 1], [Reason.NEAREST, Reason.NEAREST], 0)
    ambulance_near = Board((UnitStatus.AT_POST, ALS, 220), (UnitStatus.AT_POST, int(Capability.EMR), 200))
    assert ambulance_near.plan(slots, [-1, 60]) == ([0, -1], [Reason.NEAREST, Reason.SLOT_NOT_NEEDED], 0)


def test_a_plan_says_what_it_still_lacks_and_uses_no_unit_twice():
    board = Board((UnitStatus.AT_POST, ALS, 500), (UnitStatus.AT_POST, BLS, 600))
    slots = [ALS, AMBULANCE, int(Capability.SUPERVISE)]
    assert board.plan(slots, [-1, -1, -1]) == ([0, 1, -1], [Reason.NEAREST, Reason.NEAREST, Reason.SLOT_LACKING], 1)


def test_every_reason_has_plain_words():
    assert set(WORDS) == set(Reason)


@pytest.mark.parametrize("q", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_a_busy_chance_outside_zero_to_one_is_refused(q):
    with pytest.raises(ValueError, match="between 0 and 1"):
        policy_numbers(q=q)


def test_a_divert_towards_the_less_urgent_is_refused():
    with pytest.raises(ValueError, match="more urgent"):
        policy_numbers(divert={3: (1,)})


units = st.tuples(
    st.sampled_from(list(UnitStatus)),
    st.sampled_from([ALS, BLS, int(Capability.EMR)]),
    st.one_of(st.just(np.inf), st.floats(0, 4000)),
)


@settings(deadline=None)  # the first example compiles
@given(
    board=st.lists(units, min_size=1, max_size=40),
    level=st.integers(1, 5),
    spare_s=st.sampled_from([0.0, 120.0]),
    divert_gain_s=st.sampled_from([0.0, 45.0]),
)
def test_the_choice_is_the_first_of_the_ranking_and_costs_least(board, level, spare_s, divert_gain_s):
    numbers = policy_numbers(divert={1: (3, 4), 2: (4,)}, spare_s=spare_s, divert_gain_s=divert_gain_s)
    b = Board(*board, committed_level=4)
    chosen = b.choose(level=level, numbers=numbers)
    cost = [
        seconds + spare_s * bool(capabilities == ALS) + divert_gain_s * (status == UnitStatus.EN_ROUTE)
        for status, capabilities, seconds in board
    ]
    may_go = [
        capabilities in (ALS, BLS)
        and seconds < np.inf
        and (
            status in (UnitStatus.AT_POST, UnitStatus.MOBILE)
            or (status == UnitStatus.ON_BREAK and level <= 2)
            or (status == UnitStatus.EN_ROUTE and level <= 2)
        )
        for status, capabilities, seconds in board
    ]
    allowed = [i for i, yes in enumerate(may_go) if yes]
    assert chosen == (min(allowed, key=lambda i: (cost[i], i)) if allowed else -1)
    # ranked afresh, before the choice marks its winner
    screen_units(b.status, b.capabilities, b.committed_level, b.until_off_s, AMBULANCE, level, numbers, b.why)
    order = np.zeros(len(board), np.int64)
    count = rank_units(b.travel_s, b.capabilities, AMBULANCE, numbers, b.why, order)
    assert order[:count].tolist() == sorted(allowed, key=lambda i: (cost[i], i))


@settings(deadline=None)  # the first example compiles
@given(board=st.lists(units, min_size=1, max_size=30), level=st.integers(1, 5))
def test_a_plan_of_one_place_chooses_as_the_single_choice_does(board, level):
    one, other = Board(*board, committed_level=4), Board(*board, committed_level=4)
    chosen, why_slot, lacking = one.plan([AMBULANCE], [-1.0], level=level)
    single = other.choose(level=level)
    assert chosen == [single]
    assert lacking == (single < 0)
    assert why_slot == [other.why[single] if single >= 0 else Reason.SLOT_LACKING]


@settings(deadline=None)  # the first example compiles
@given(
    board=st.lists(units, min_size=2, max_size=30),
    lowered=st.lists(st.floats(0, 1), min_size=30, max_size=30),
    slack_s=st.sampled_from([0.0, 60.0]),
)
def test_a_lower_bound_above_the_best_changes_no_choice(board, lowered, slack_s):
    """What lets the twin skip asking how far a hopeless unit is."""
    numbers = policy_numbers(cover_slack_s=slack_s, spare_s=30.0)
    exact, bounded = Board(*board), Board(*board)
    best = exact.choose(level=1, numbers=numbers)
    if best < 0:
        return
    cost = [t + 30.0 * bool(c == ALS) for t, c in zip(exact.travel_s, exact.capabilities, strict=True)]
    least = min(c for c, why in zip(cost, exact.why, strict=True) if why >= Reason.AT_POST)
    for u in range(len(board)):
        room = cost[u] - least - slack_s
        if 0 < room < np.inf:
            bounded.travel_s[u] -= lowered[u] * room * 0.999
    assert bounded.choose(level=1, numbers=numbers) == best
