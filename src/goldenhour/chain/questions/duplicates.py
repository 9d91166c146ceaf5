"""Whether a call is about an incident that is known already: several callers for one crash are normal."""

import math
from typing import Final

import msgspec

from goldenhour.call_taking.state import Call
from goldenhour.chain.desk import Desk
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.ids import IncidentId
from goldenhour.kernel.places import crow_flies_m
from goldenhour.kernel.privacy import Phi

REACH_M: Final = 800.0
"""Beyond this and both uncertainties two reports are hardly of one incident (our assumption; the desk judges)."""

AGE_S: Final = 3600.0
"""After an hour a new report of the same place is half as likely the same incident (our assumption)."""

LEAST_SCORE: Final = 0.25


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """An open incident that the call may be about; `score` 0 to 1."""

    incident: IncidentId
    number: str
    score: float
    distance_m: int
    age_s: int
    complaint_name: str
    label: Phi[str]
    reasons: tuple[str, ...]


def duplicates(desk: Desk, call: Call) -> list[Duplicate]:
    """Candidates by distance (less both uncertainties), age and complaint family, best first. Nothing is linked."""
    if call.location is None:
        return []
    found = [_scored(desk, call, incident) for incident in desk.boards.open.all("incident").values()]
    return sorted((one for one in found if one is not None), key=lambda one: -one.score)[:5]


def _scored(desk: Desk, call: Call, incident: Incident) -> Duplicate | None:
    if call.location is None or incident.location is None or incident.id == call.incident:
        return None
    apart_m = crow_flies_m(call.location.lon, call.location.lat, incident.location.lon, incident.location.lat)
    unsure_m = call.location.uncertainty_m + incident.location.uncertainty_m
    near = math.exp(-((max(0.0, apart_m - unsure_m) / REACH_M) ** 2))
    age_s = (call.rang_at - incident.opened_at) / 1000
    fresh = 0.5 ** (abs(age_s) / AGE_S)
    reasons = [f"{apart_m:.0f} m away", f"{abs(age_s) / 60:.0f} min {'earlier' if age_s >= 0 else 'later'}"]
    alike = 0.7
    if call.complaint and incident.complaint:
        rules = desk.content.complaint_by_id
        same_family = rules[call.complaint].family == rules[incident.complaint].family
        alike = 1.0 if call.complaint == incident.complaint else 0.8 if same_family else 0.35
        reasons.append("same complaint" if alike == 1.0 else "related complaint" if same_family else "other complaint")
    score = near * fresh * alike
    if score < LEAST_SCORE:
        return None
    return Duplicate(
        incident=incident.id,
        number=incident.number,
        score=round(score, 3),
        distance_m=round(apart_m),
        age_s=round(age_s),
        complaint_name=desk.content.complaint_name(incident.complaint),
        label=incident.location.label,
        reasons=tuple(reasons),
    )
