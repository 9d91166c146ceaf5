"""The live recommendation: the decision kernel over all units, with its reasons in words."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.commands import Choice
from goldenhour.dispatch.facts import Moment, UnitKind
from goldenhour.dispatch.plans import ResponsePlan, Slot, capabilities_of
from goldenhour.dispatch.policy import (
    WORDS,
    PolicyNumbers,
    Reason,
    UnitStatus,
    fill_plan,
    rank_units,
    screen_unit,
    screen_units,
)
from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE
from goldenhour.dispatch.state import Unit
from goldenhour.kernel.ids import IncidentId, UnitId
from goldenhour.kernel.levels import MODE_OF_LEVEL, Level, Mode, Skill


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One unit and what speaks for or against it. `eta_s` None: no position, or no road leads there; `turnout_s` of it
    pass before the unit rolls (a helicopter: lifts off). `flies`: it comes by air and is asked for, never proposed."""

    unit: UnitId
    call_sign: str
    kind: UnitKind
    skill: Skill
    status: str
    eta_s: int | None
    turnout_s: int
    estimated: bool
    flies: bool
    position_age_s: int | None
    usable: bool
    slot: str | None
    reasons: tuple[str, ...]
    diverts_from: IncidentId | None
    uncovers: str | None


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """A unit for a slot, ready to be sent as it stands."""

    unit: UnitId
    choice: Choice


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """Every candidate, those proposed first, then as the kernel ranks them for the first open place, then those that
    cannot go; who fills which slot; and what the plan still lacks."""

    candidates: tuple[Candidate, ...]
    proposal: tuple[Proposed, ...]
    lacks: tuple[str, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk knows of units when it decides: reported knowledge, not truth.

    Arrays in the order of `units`: `turnout_s` f64 seconds before it would roll, `travel_s` f64 seconds by road from
    then on (by air for a helicopter; inf: no way), `estimated` where that is only a straight-line estimate, `at_post`
    whether it stands at its post, `position_age_s` f64 (nan: never reported), `cover_loss` f64 the expected cover lost
    by leaving, `uncovers` f64 the share of addresses that nobody else covers. `committed_level` maps incidents to
    levels. `sent_s`: in how many seconds the first of those already sent to this incident is there (inf: nobody was
    sent; 0: somebody is there, or was).
    """

    units: Sequence[Unit]
    turnout_s: NDArray[np.float64]
    travel_s: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    at_post: NDArray[np.bool_]
    position_age_s: NDArray[np.float64]
    cover_loss: NDArray[np.float64]
    uncovers: NDArray[np.float64]
    committed_level: Mapping[IncidentId, Level]
    sent_s: float = math.inf


LEAST_TOLD: Final = 0.01
FLIES: Final = "flies: asked for as an air ambulance, never sent for a place of the plan"

_STATUS = {
    "off_duty": UnitStatus.OFF_DUTY,
    "out_of_service": UnitStatus.OUT_OF_SERVICE,
    "available": UnitStatus.AT_POST,
    Moment.RESERVED: UnitStatus.AT_POST,
    Moment.SCHEDULED: UnitStatus.AT_POST,
    Moment.NOTIFIED: UnitStatus.EN_ROUTE,
    Moment.ACKNOWLEDGED: UnitStatus.EN_ROUTE,
    Moment.EN_ROUTE: UnitStatus.EN_ROUTE,
    Moment.STAGED: UnitStatus.ON_SCENE,
    Moment.ON_SCENE: UnitStatus.ON_SCENE,
    Moment.AT_PATIENT: UnitStatus.ON_SCENE,
    Moment.LEFT_SCENE: UnitStatus.TRANSPORTING,
    Moment.AT_DESTINATION: UnitStatus.AT_DESTINATION,
    Moment.CARE_TRANSFERRED: UnitStatus.AT_DESTINATION,
}
"""How the kernel sees a unit's status."""


def recommend(
    known: Known, *, plan: ResponsePlan, open_slots: Sequence[Slot], level: Level, numbers: PolicyNumbers
) -> Recommendation:
    """Fills the plan's open slots from all units by the decision kernel; `open_slots` are those nobody fills yet."""
    units = known.units
    n = len(units)
    status = np.array([_STATUS[unit.status].value for unit in units], np.uint8)
    status[(status == UnitStatus.AT_POST) & ~known.at_post] = UnitStatus.MOBILE
    expected_s = known.turnout_s + known.travel_s
    capabilities = np.array([capabilities_of(unit) for unit in units], np.uint32)
    committed = np.array([_committed_level(unit, known) for unit in units], np.uint8)
    no_end = np.full(n, np.inf)
    chosen = np.full(len(open_slots), -1, np.int64)
    why_slot = np.zeros(len(open_slots), np.uint8)
    why = np.zeros(n, np.uint8)
    masks = np.array([slot.mask for slot in open_slots], np.uint32)
    sooner = np.array([slot.sooner_s for slot in open_slots], np.float64)
    fill_plan(
        expected_s,
        status,
        capabilities,
        committed,
        no_end,
        known.cover_loss,
        masks,
        sooner,
        known.sent_s,
        level.value,
        numbers,
        chosen,
        why_slot,
        why,
    )
    wanted = int(masks[0]) if len(masks) else 0
    screen_units(status, capabilities, committed, no_end, wanted, level.value, numbers, why)
    order = np.zeros(n, np.int64)
    ranked = rank_units(expected_s, capabilities, wanted, numbers, why, order)
    rank = {int(unit): place for place, unit in enumerate(order[:ranked])}
    slot_of = {int(unit): place for place, unit in enumerate(chosen) if unit >= 0}
    for unit, place in slot_of.items():  # a unit proposed for another place is screened for that one
        mask = open_slots[place].mask
        why[unit] = screen_unit(status[unit], capabilities[unit], committed[unit], math.inf, mask, level.value, numbers)
    for i in np.flatnonzero([unit.kind is UnitKind.HELICOPTER for unit in units]):
        # asked for, not sent for a place: its reason is what it is doing, not what a place would ask
        why[i] = screen_unit(status[i], 0, committed[i], math.inf, 0, level.value, numbers)
    found = [(i, _candidate(known, i, Reason(why[i]), _slot(slot_of, i, open_slots, why_slot))) for i in range(n)]
    found.sort(key=lambda one: _place_in_list(one[1], rank.get(one[0], n)))
    proposal = tuple(
        Proposed(unit=units[int(unit)].id, choice=_choice(known, int(unit), plan, slot, level, Reason(int(reason))))
        for slot, unit, reason in zip(open_slots, chosen, why_slot, strict=True)
        if unit >= 0
    )
    lacks = tuple(
        slot.name
        for slot, unit, reason in zip(open_slots, chosen, why_slot, strict=True)
        if unit < 0 and reason != Reason.SLOT_NOT_NEEDED and not slot.optional
    )
    return Recommendation(candidates=tuple(one for _, one in found), proposal=proposal, lacks=lacks)


def _place_in_list(candidate: Candidate, rank: int) -> tuple[bool, bool, int, float, UnitId]:
    eta_s = math.inf if candidate.eta_s is None else candidate.eta_s
    return candidate.slot is None, not candidate.usable, rank, eta_s, candidate.unit


def _committed_level(unit: Unit, known: Known) -> int:
    levels = [known.committed_level.get(one.incident, Level.L1).value for one in unit.assignments]
    return min(levels, default=0)


def _slot(
    slot_of: Mapping[int, int], unit: int, slots: Sequence[Slot], why: NDArray[np.uint8]
) -> tuple[str, Reason] | None:
    place = slot_of.get(unit)
    return None if place is None else (slots[place].id, Reason(why[place]))


def _candidate(known: Known, i: int, reason: Reason, slot: tuple[str, Reason] | None) -> Candidate:
    unit = known.units[i]
    flies = unit.kind is UnitKind.HELICOPTER
    reasons = [WORDS[reason]]
    if slot is not None:
        reasons.append(WORDS[slot[1]])
    if flies:
        reasons.append(FLIES)
    reasons.extend(_parts(known, i))
    if known.estimated[i]:
        reasons.append("time estimated in a straight line: no road position")
    reachable = math.isfinite(known.travel_s[i])
    return Candidate(
        unit=unit.id,
        call_sign=unit.call_sign,
        kind=unit.kind,
        skill=unit.skill,
        status=unit.status,
        eta_s=_eta_s(known, i),
        turnout_s=round(float(known.turnout_s[i])),
        estimated=bool(known.estimated[i]),
        flies=flies,
        position_age_s=_seconds(known.position_age_s[i]),
        usable=slot is not None or (reason >= FIRST_CANDIDATE and reachable and not flies),
        slot=slot[0] if slot else None,
        reasons=tuple(reasons),
        diverts_from=unit.assignments[0].incident if reason is Reason.DIVERTIBLE and unit.assignments else None,
        uncovers=_share(known.uncovers[i]),
    )


def _choice(known: Known, i: int, plan: ResponsePlan, slot: Slot, level: Level, reason: Reason) -> Choice:
    mode = MODE_OF_LEVEL[level] if slot.sooner_s < 0 else Mode.HOT
    return Choice(
        slot=slot.id,
        mode=mode,
        plan=plan.plan_id,
        eta_s=_eta_s(known, i),
        turnout_s=round(float(known.turnout_s[i])),
        position_age_s=_seconds(known.position_age_s[i]),
        reasons=(WORDS[reason], *_parts(known, i)),
    )


def _eta_s(known: Known, i: int) -> int | None:
    return _seconds(known.turnout_s[i] + known.travel_s[i])


def _parts(known: Known, i: int) -> tuple[str, ...]:
    """The time's parts in words, where there is more than the road to it: "turnout 1:00 + road 3:05"."""
    eta_s = _eta_s(known, i)
    if eta_s is None:
        return ()
    turnout_s = round(float(known.turnout_s[i]))
    before, way = ("lift-off", "flight") if known.units[i].kind is UnitKind.HELICOPTER else ("turnout", "road")
    if turnout_s:
        return (f"{before} {minutes(turnout_s)} + {way} {minutes(eta_s - turnout_s)}",)
    return (f"{way} {minutes(eta_s)}",) if way == "flight" else ()


def minutes(seconds: int) -> str:
    """185 -> "3:05"."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def _share(lost: float) -> str | None:
    """The cover lost in words; less than a percent is nothing to tell."""
    return f"{lost * 100:.0f} % of addresses" if lost >= LEAST_TOLD else None


def _seconds(value: float) -> int | None:
    return round(float(value)) if math.isfinite(value) else None
