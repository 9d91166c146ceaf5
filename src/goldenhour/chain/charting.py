"""What dispatch knows flows into every open chart by itself: times, crew, unit, place, destination (source "dispatch").

Element numbers and codes are NEMSIS v3.5.1. What the crew has charted is never overwritten: an element or a repeated
group that anybody but dispatch has touched is left alone. What dispatch takes back is cleared again.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import goldenhour
from goldenhour.care import commands as care
from goldenhour.care.facts import Entry
from goldenhour.care.record.tree import Tree, groups_at, scope
from goldenhour.care.state import DISPATCH, Record
from goldenhour.chain.content import Content
from goldenhour.dispatch.facts import (
    CrewMember,
    Moment,
    TimeCorrected,
    TimeWithdrawn,
    UnitArrivedAtPatient,
    UnitArrivedOnScene,
    UnitKind,
    UnitLeftScene,
)
from goldenhour.dispatch.state import Assignment, Incident, Unit
from goldenhour.handoff.state import Facility, Handover
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Happened
from goldenhour.kernel.instants import Instant, as_iso
from goldenhour.kernel.levels import NEMSIS_EMD_DETERMINANT, Level, Mode, Skill
from goldenhour.runtime.boards import Open

SOURCE: Final = DISPATCH

TIME_ELEMENTS: Final = {
    Moment.NOTIFIED: "eTimes.03",
    Moment.ACKNOWLEDGED: "eTimes.04",
    Moment.EN_ROUTE: "eTimes.05",
    Moment.ON_SCENE: "eTimes.06",
    Moment.AT_PATIENT: "eTimes.07",
    Moment.LEFT_SCENE: "eTimes.09",
    Moment.AT_DESTINATION: "eTimes.11",
    Moment.CARE_TRANSFERRED: "eTimes.12",
    Moment.HOME: "eTimes.15",
    Moment.STAGED: "eTimes.17",
}
CREW_GROUP: Final = "eCrew.CrewGroup"
ALERT_GROUP: Final = "eDisposition.HospitalTeamActivationGroup"
MATTERS_TO_ALL: Final = (UnitArrivedOnScene, UnitArrivedAtPatient, UnitLeftScene, TimeCorrected, TimeWithdrawn)
"""Facts about one unit that other units' charts speak of: who was first on scene, who took the patient."""

CREW_LEVEL: Final = {
    Skill.EMR: "9925003",
    Skill.EMT: "9925005",
    Skill.AEMT: "9925001",
    Skill.PARAMEDIC: "9925007",
}
PRIMARY_CAREGIVER: Final = ("2403011", "2403013")
DRIVER: Final = ("2403001", "2403003")
OTHER_CAREGIVER: Final = ("2403007", "2403009")
EMERGENCY_RESPONSE, MUTUAL_AID_RESPONSE = "2205001", "2205009"
EMERGENT, NON_EMERGENT = "2223001", "2223005"
LIGHTS_AND_SIREN, NO_LIGHTS = "2224015", "2224019"
NO_DELAY: Final = {
    "eResponse.08": "2208013",
    "eResponse.09": "2209011",
    "eResponse.12": "2212015",
}
ALS_TRANSPORT, BLS_TRANSPORT, NON_TRANSPORT_ALS, NON_TRANSPORT_BLS, HELICOPTER = (
    "2207015",
    "2207017",
    "2207021",
    "2207023",
    "2207011",
)
EMD_YES_UNKNOWN_PAI: Final = "2302007"
YES, NO = "9923003", "9923001"
ONE_PATIENT, SEVERAL_PATIENTS = "2707005", "2707001"
TRANSPORTING: Final = (UnitKind.AMBULANCE, UnitKind.HELICOPTER)
GROUND_AMBULANCE, AIR_ROTOR = "4216005", "4216003"
HOSPITAL_EMERGENCY_DEPARTMENT: Final = "4221003"
NO_ALERT: Final = "4224001"
DESTINATION: Final = tuple(f"eDisposition.{number}" for number in ("01", "02", "05", "16", "21", "23"))
"""What is said of the destination while the patient is on the way or there."""


def charting(content: Content, zone: str) -> Callable[[Happened, Open], list[Command]]:
    """The reaction of every open chart to a fact about its incident, assignment, unit or handover."""

    def react(happened: Happened, now: Open) -> list[Command]:
        return [
            command
            for record in _concerned(happened, now)
            for command in _brought_up_to_date(record, now, content, zone, happened.occurred_at)
        ]

    return react


def _concerned(happened: Happened, now: Open) -> Iterator[Record]:
    fact = happened.fact
    named = {getattr(fact, name, None) for name in ("record", "assignment")}
    for_all = getattr(fact, "assignment", None) is None or isinstance(fact, MATTERS_TO_ALL)
    incident = getattr(fact, "incident", None) if for_all else None
    handover = now.get("handover", getattr(fact, "handover", None))
    if handover is not None:
        named.add(handover.assignment)
    for record in now.all("record").values():
        if record.id in named or record.assignment in named or (incident and record.incident == incident):
            yield record


def _brought_up_to_date(record: Record, now: Open, content: Content, zone: str, at: Instant) -> list[Command]:
    incident: Incident | None = now.get("incident", record.incident)
    assignment = incident.assignments.get(record.assignment) if incident else None
    unit: Unit | None = now.get("unit", record.unit)
    if incident is None or assignment is None or unit is None:
        return []
    said = dict(_elements(record, incident, assignment, unit, now, content, zone))
    entries = tuple(
        Entry(path=path, value=value)
        for path, value in said.items()
        if path not in record.charted_by_crew and not _same(_there(record.tree, path), value)
    )
    commands: list[Command] = []
    if entries:
        commands.append(care.ChartElements(at=at, record=record.id, entries=entries, source=SOURCE))
    if CREW_GROUP not in record.charted_by_crew and not groups_at(record.tree, CREW_GROUP):
        commands += _crew(record, unit, at)
    if ALERT_GROUP not in record.charted_by_crew and not groups_at(record.tree, ALERT_GROUP):
        commands += _alerts(record, now, content, zone, at)
    return commands


def _there(tree: Tree, path: str) -> Any:
    """What stands at an element outside of repeated groups, as all that dispatch charts is."""
    here: Any = tree
    for node in scope().way(path):
        here = None if here is None else here.get(node.name)
    return here


def _same(there: Any, value: Any) -> bool:
    return bool(there == value or there == [value])


def _elements(
    record: Record, incident: Incident, assignment: Assignment, unit: Unit, now: Open, content: Content, zone: str
) -> Iterator[tuple[str, Any]]:
    """Every element that dispatch can say, as (path, value); None where it has nothing to say (any more)."""
    agency = content.agency
    patient = "" if record.patient == 1 else f"-p{record.patient}"
    yield "eRecord.01", f"{incident.number}-{assignment.id.rpartition('/')[2]}{patient}"
    yield "eRecord.02", "Golden Hour"
    yield "eRecord.03", "Golden Hour"
    yield "eRecord.04", goldenhour.__version__
    yield "eResponse.01", agency.number
    yield "eResponse.02", agency.name
    yield "eResponse.03", incident.number
    yield "eResponse.04", f"{incident.number}.{assignment.id.rpartition('/')[2]}"
    yield "eResponse.05", MUTUAL_AID_RESPONSE if unit.mutual_aid else EMERGENCY_RESPONSE
    yield "eResponse.07", _capability(unit)
    yield from NO_DELAY.items()
    yield "eResponse.13", unit.call_sign
    yield "eResponse.14", unit.call_sign
    hot = assignment.mode is Mode.HOT
    yield "eResponse.23", EMERGENT if hot else NON_EMERGENT
    yield "eResponse.24", LIGHTS_AND_SIREN if hot else NO_LIGHTS
    rule = content.complaint_by_id.get(incident.complaint or "")
    if rule is not None:
        yield "eDispatch.01", rule.nemsis
    yield "eDispatch.02", EMD_YES_UNKNOWN_PAI
    yield "eDispatch.05", NEMSIS_EMD_DETERMINANT[incident.level or Level.L3]
    yield "eTimes.01", as_iso(_rang(incident, now), zone)
    yield "eTimes.02", as_iso(incident.opened_at, zone)
    for element, at in _times(incident, assignment):
        yield element, None if at is None else as_iso(at, zone)
    yield from _scene(incident, assignment, content)
    yield from _destination(assignment, unit, now, content)


def _times(incident: Incident, assignment: Assignment) -> Iterator[tuple[str, Instant | None]]:
    """The assignment's own times, and those that follow from them (domain: a cancelled unit is back in service)."""
    times = assignment.times
    for moment, element in TIME_ELEMENTS.items():
        yield element, times.get(moment)
    cancelled = times.get(Moment.CANCELLED, times.get(Moment.DIVERTED))
    yield "eTimes.08", _given_to_another_unit(incident, assignment)
    yield "eTimes.13", times.get(Moment.BACK_IN_SERVICE, times.get(Moment.HOME, cancelled))
    yield "eTimes.14", cancelled
    yield "eTimes.16", times.get(Moment.HOME)


def _given_to_another_unit(incident: Incident, assignment: Assignment) -> Instant | None:
    """When the only patient, seen by this unit, left with another one: care passed on by then at the latest."""
    seen = assignment.times.get(Moment.AT_PATIENT)
    if seen is None or Moment.LEFT_SCENE in assignment.times or incident.patients != 1:
        return None
    left = [
        one.times[Moment.LEFT_SCENE]
        for one in incident.assignments.values()
        if one.id != assignment.id and one.times.get(Moment.LEFT_SCENE, seen) > seen
    ]
    return min(left, default=None)


def _rang(incident: Incident, now: Open) -> Instant:
    calls = [found for one in incident.calls if (found := now.get("call", one)) is not None]
    return min((one.rang_at for one in calls), default=incident.opened_at)


def _capability(unit: Unit) -> str:
    advanced = unit.skill in (Skill.AEMT, Skill.PARAMEDIC)
    if unit.kind is UnitKind.HELICOPTER:
        return HELICOPTER
    if unit.kind is UnitKind.AMBULANCE:
        return ALS_TRANSPORT if advanced else BLS_TRANSPORT
    return NON_TRANSPORT_ALS if advanced else NON_TRANSPORT_BLS


def _scene(incident: Incident, assignment: Assignment, content: Content) -> Iterator[tuple[str, Any]]:
    mine = assignment.times.get(Moment.ON_SCENE)
    arrivals = [one.times[Moment.ON_SCENE] for one in incident.assignments.values() if Moment.ON_SCENE in one.times]
    yield "eScene.01", None if mine is None else YES if mine == min(arrivals) else NO
    yield "eScene.06", ONE_PATIENT if incident.patients == 1 else SEVERAL_PATIENTS
    yield "eScene.07", NO
    if incident.location is not None:
        yield "eScene.11", f"{incident.location.lat:.6f},{incident.location.lon:.6f}"
        yield "eScene.15", incident.location.label[:255]
    yield "eScene.18", content.agency.state
    yield "eScene.19", content.agency.zip
    yield "eScene.21", content.agency.county


def _destination(assignment: Assignment, unit: Unit, now: Open, content: Content) -> Iterator[tuple[str, Any]]:
    facility: Facility | None = now.get("facility", assignment.facility)
    if facility is None or Moment.LEFT_SCENE not in assignment.times:
        yield from dict.fromkeys(DESTINATION).items()
        return
    yield "eDisposition.01", facility.name[:100]
    yield "eDisposition.02", facility.id[:50]
    yield "eDisposition.05", content.agency.state
    yield "eDisposition.16", AIR_ROTOR if unit.kind is UnitKind.HELICOPTER else GROUND_AMBULANCE
    yield "eDisposition.21", HOSPITAL_EMERGENCY_DEPARTMENT
    yield "eDisposition.23", list(facility.capabilities) or None


def _crew(record: Record, unit: Unit, at: Instant) -> list[Command]:
    return [
        care.AddGroup(
            at=at,
            record=record.id,
            path="eCrew.CrewGroup",
            group=member.id,
            content=_crew_group(member, place, transports=unit.kind in TRANSPORTING),
            source=SOURCE,
        )
        for place, member in enumerate(unit.crew)
    ]


def _alerts(record: Record, now: Open, content: Content, zone: str, at: Instant) -> list[Command]:
    """What the hospital was told to be ready for, one group for each alert."""
    handovers: Iterable[Handover] = now.all("handover").values()
    told = next((one for one in handovers if one.assignment == record.assignment), None)
    if told is None:
        return []
    codes = {rule.id: rule.nemsis for rule in content.destinations.alerts}
    alerts = dict.fromkeys([codes[alert.value] for alert in told.alerts] or [NO_ALERT])
    return [
        care.AddGroup(
            at=at,
            record=record.id,
            path="eDisposition.HospitalTeamActivationGroup",
            group=f"alert-{code}",
            content={"eDisposition.24": code, "eDisposition.25": as_iso(told.alerted_at, zone)},
            source=SOURCE,
        )
        for code in alerts
    ]


def _crew_group(member: CrewMember, place: int, *, transports: bool) -> dict[str, Any]:
    """One of the crew: the first named cares for the patient, the second drives, all others help."""
    roles = (PRIMARY_CAREGIVER, DRIVER)[place] if place < 2 else OTHER_CAREGIVER
    return {
        "eCrew.01": member.id,
        "eCrew.02": CREW_LEVEL[member.skill],
        "eCrew.03": list(roles if transports else roles[:1]),
    }
