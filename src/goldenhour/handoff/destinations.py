"""Which hospital: capability, open status and travel time, with the reasons said."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from goldenhour.handoff.facts import FacilityStatus
from goldenhour.handoff.state import Facility
from goldenhour.kernel.ids import FacilityId
from goldenhour.kernel.instants import Instant


class AlertRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a patient of this kind needs: any one of these capabilities, within this ground time where given.

    `services` are those of the hospital that the care rests on: without any one of them it cannot be given there.
    """

    id: str
    name: str
    nemsis: str
    needs: tuple[str, ...]
    services: tuple[str, ...] = ()
    within_s: float | None = None
    despite_diversion: bool = False


EMERGENCY_DEPARTMENT = "emergency department"
"""The service every patient needs: a hospital limited in it is closed as one on diversion is."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital and why it stands where it stands; rank 1 is suggested first."""

    facility: FacilityId
    name: str
    rank: int
    eta_s: float | None
    status: FacilityStatus
    capable: bool
    reasons: tuple[str, ...]


def suggested(
    facilities: Sequence[Facility],
    eta_s: Mapping[FacilityId, float],
    needs: Sequence[AlertRule],
    now: Instant,
) -> list[Suggestion]:
    """All hospitals, best first: able and open within the time limit, then able, then the rest; by time within each.

    `eta_s` in seconds, inf or missing where no road leads. Rule: capability, open status, time (domain/clinical.md
    section 5). Diversion is a request: a hospital on diversion is ranked lower, never hidden. One that is limited in a
    service the patient needs is not able now, whatever its capabilities say.
    """
    judged = [(_judge(facility, eta_s.get(facility.id, math.inf), needs, now), facility) for facility in facilities]
    judged.sort(key=lambda found: (found[0][0], eta_s.get(found[1].id, math.inf), found[1].name))
    return [
        Suggestion(
            facility=facility.id,
            name=facility.name,
            rank=rank,
            eta_s=None if math.isinf(time := eta_s.get(facility.id, math.inf)) else time,
            status=facility.status_at(now),
            capable=capable,
            reasons=reasons,
        )
        for rank, ((_, capable, reasons), facility) in enumerate(judged, start=1)
    ]


def _judge(
    facility: Facility, eta_s: float, needs: Sequence[AlertRule], now: Instant
) -> tuple[int, bool, tuple[str, ...]]:
    """(class to sort by, whether it can treat this patient, why)."""
    status = facility.status_at(now)
    missing = set(facility.services) if status is FacilityStatus.LIMITED else set()
    reasons: list[str] = []
    able = True
    for need in needs:
        lacking = [service for service in need.services if service in missing]
        if need.needs and not set(need.needs) & set(facility.capabilities):
            able = False
            reasons.append(f"no {need.name} capability")
        elif lacking:
            able = False
            reasons.append(f"cannot take {need.name} now: no {', no '.join(lacking)} ({facility.reason})")
        elif need.needs:
            reasons.append(f"{need.name} capable")
        if need.within_s is not None and eta_s > need.within_s:
            reasons.append(f"beyond {need.within_s / 60:.0f} min for {need.name}")
    late = any(need.within_s is not None and eta_s > need.within_s for need in needs)
    despite = any(need.despite_diversion for need in needs)
    closed = (status is FacilityStatus.DIVERSION or EMERGENCY_DEPARTMENT in missing) and not despite
    if status is FacilityStatus.DIVERSION:
        reasons.append(f"on diversion: {facility.reason}" + (" (does not bind here)" if despite else ""))
    elif status is FacilityStatus.LIMITED:
        reasons.append(f"limited: {', '.join(facility.services)} ({facility.reason})")
    if math.isinf(eta_s):
        reasons.append("no road leads there")
    order = (0 if able else 2) + (1 if closed or late else 0) + (4 if math.isinf(eta_s) else 0)
    return order, able, tuple(reasons)
