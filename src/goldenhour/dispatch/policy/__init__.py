"""The decision kernel: pure compiled functions over arrays that the live desk and the twin both call.

Nothing here reads a clock, chance or a socket. Every function takes arrays of n units (or posts, or waiting
incidents) in one order, returns the action as an index (-1: none) and writes why into an array of `Reason` codes.

A recommendation is three calls, live and in the twin alike:

    candidates = screen_units(status, capabilities, committed_level, until_off_s, required, level, numbers, why)
    chosen = choose_unit(travel_s, capabilities, cover_loss, required, numbers, why)
    count = rank_units(travel_s, capabilities, required, numbers, why, order)

or, for a plan of several units, `fill_plan`. Travel times come from outside (`geo.travel`); a unit that the screen
has refused needs none.
"""

from goldenhour.dispatch.policy.choose import choose_unit, cost_s, rank_units
from goldenhour.dispatch.policy.codes import WORDS, Capability, Reason, UnitStatus
from goldenhour.dispatch.policy.cover import (
    choose_move,
    choose_post,
    covered_share,
    loss_of_leaving,
    marginal_demand,
    marginal_of,
)
from goldenhour.dispatch.policy.numbers import PolicyNumbers, policy_numbers
from goldenhour.dispatch.policy.plan import fill_plan
from goldenhour.dispatch.policy.screen import screen_unit, screen_units
from goldenhour.dispatch.policy.swap import offer_swap
from goldenhour.dispatch.policy.waiting import choose_waiting, queue_level

__all__ = [
    "WORDS",
    "Capability",
    "PolicyNumbers",
    "Reason",
    "UnitStatus",
    "choose_move",
    "choose_post",
    "choose_unit",
    "choose_waiting",
    "cost_s",
    "covered_share",
    "fill_plan",
    "loss_of_leaving",
    "marginal_demand",
    "marginal_of",
    "offer_swap",
    "policy_numbers",
    "queue_level",
    "rank_units",
    "screen_unit",
    "screen_units",
]
