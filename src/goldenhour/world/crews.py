"""Crews: acknowledge, drive, treat, decide, transport, hand over, and come home."""

import math
from random import Random

from goldenhour.care import commands as care
from goldenhour.care.state import Record
from goldenhour.chain.questions.distances import Point, flies
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import CrewMember, Moment, UnitKind
from goldenhour.dispatch.state import Assignment, Incident, Unit
from goldenhour.handoff import commands as h
from goldenhour.handoff.destinations import suggested
from goldenhour.handoff.facts import Alert, Side
from goldenhour.handoff.state import Handover
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant, later
from goldenhour.kernel.levels import Level, Mode
from goldenhour.world import paperwork
from goldenhour.world.chance import lognormal_s
from goldenhour.world.emergencies import Truth, truth
from goldenhour.world.people import Cast

ROLE = "crew"
ACKNOWLEDGE_S = 12.0
TURNOUT_S = 55.0
ROLLING_S = 10.0
TO_PATIENT_S = 75.0
CARE_S = 900.0
FIRST_RESPONDER_S = 1080.0
HANDOVER_S = 420.0
READY_S = 600.0
LOCK_S = 240.0
"""Medians of the crews' times: a paid, staffed service (our assumptions for the demo; domain/planning.md gives a rural
volunteer district's: turnout 132 s, scene 780 s, turnaround 1332 s)."""

_FIRST_NAMES = ("Ana", "Ben", "Cora", "Dan", "Elif", "Finn", "Grace", "Hugo", "Iris", "Jon", "Kim", "Luis")
_LAST_NAMES = ("Abbott", "Baker", "Cole", "Diaz", "Evans", "Frey", "Gray", "Hunt", "Imai", "Jones", "Khan", "Lee")


class Crews:
    """Works every assignment whose unit has no real crew."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    async def sign_on(self, unit: Unit) -> None:
        """Puts a made-up crew on a unit, at its post."""
        post = self._cast.desk.posts.get(unit.post)
        if post is not None and self._cast.movement.where(unit.id, self._cast.now) is None:
            self._cast.movement.stand(unit.id, post[1], self._cast.now)
        if unit.on_duty:
            return
        random = self._cast.chance.fresh("crew", unit.id)
        crew = tuple(
            CrewMember(
                id=f"{unit.id}-{place}",
                name=f"{random.choice(_FIRST_NAMES)} {random.choice(_LAST_NAMES)}",
                skill=unit.skill,
            )
            for place in (1, 2)
        )
        await self._cast.say(c.GoOnDuty(unit=unit.id, crew=crew), role=ROLE, who=f"{unit.id}-1")

    def resume(self, incident: Incident, assignment: Assignment) -> None:
        """Puts a unit of a world that was interrupted where its status says it is: there, or as far on its way."""
        if incident.location is None or not assignment.is_active:
            return
        scene, since = self._scene(incident), assignment.times[assignment.status]
        facility = self._cast.desk.boards.open.get("facility", assignment.facility)
        hospital = (facility.lon, facility.lat) if facility else scene
        random = self._cast.chance.fresh("resumed", assignment.id)
        match assignment.status:
            case Moment.EN_ROUTE:
                self._cast.movement.drive(assignment.unit, scene, assignment.mode, since, random)
            case Moment.STAGED | Moment.ON_SCENE | Moment.AT_PATIENT:
                self._cast.movement.stand(assignment.unit, scene, self._cast.now)
            case Moment.LEFT_SCENE:
                self._cast.movement.stand(assignment.unit, scene, self._cast.now)
                self._cast.movement.drive(assignment.unit, hospital, Mode.COLD, since, random)
            case Moment.AT_DESTINATION | Moment.CARE_TRANSFERRED:
                self._cast.movement.stand(assignment.unit, hospital, self._cast.now)

    def resume_charts(self) -> None:
        """Charts of assignments that were over before the interruption are still to be signed."""
        active = {one.id for unit in self._cast.desk.boards.open.all("unit").values() for one in unit.assignments}
        for record in self._cast.desk.boards.open.all("record").values():
            if record.assignment not in active and not self._cast.present(ROLE, record.unit):
                self._plan_lock(record)

    def see(self, incident: Incident, assignment: Assignment) -> None:
        """Plans the crew's next step in an assignment."""
        unit: Unit | None = self._cast.desk.boards.open.get("unit", assignment.unit)
        if unit is None or not assignment.is_active or self._cast.present(ROLE, assignment.unit):
            return
        status = assignment.status
        key = f"crew:{assignment.id}:{status.value}"
        when = None if self._cast.agenda.stands(key) else self._when(incident, assignment, unit)
        if when is not None:
            self._cast.agenda.plan(key, when, lambda: self._act(incident.id, assignment.id, status))

    def ended(self, assignment: Assignment) -> None:
        """An assignment is over: lock its chart; if nothing else is waiting, drive to the post."""
        unit_id = assignment.unit
        if self._cast.present(ROLE, unit_id):
            return
        self._cast.agenda.plan(f"home:{unit_id}", later(self._cast.now, 20), lambda: self._drive_home(unit_id))
        for record in self._cast.desk.boards.open.all("record").values():
            if record.assignment == assignment.id:
                self._plan_lock(record)

    def _plan_lock(self, record: Record) -> None:
        when = later(self._cast.now, LOCK_S)
        self._cast.agenda.plan(f"lock:{record.id}", when, lambda: self._lock(record.id, record.unit))

    def _when(self, incident: Incident, assignment: Assignment, unit: Unit) -> Instant | None:
        random = self._cast.chance.fresh("crew", assignment.id, assignment.status.value)
        since = assignment.times[assignment.status]
        match assignment.status:
            case Moment.NOTIFIED:
                return later(since, lognormal_s(random, ACKNOWLEDGE_S, 0.4))
            case Moment.ACKNOWLEDGED:
                return later(since, lognormal_s(random, self._turnout_s(unit), 0.35))
            case Moment.EN_ROUTE:
                return self._set_off(incident, assignment, random)
            case Moment.ON_SCENE:
                return later(since, lognormal_s(random, TO_PATIENT_S, 0.4))
            case Moment.AT_PATIENT:
                median = CARE_S if unit.kind is UnitKind.AMBULANCE else FIRST_RESPONDER_S
                return later(since, lognormal_s(random, median, 0.35))
            case Moment.LEFT_SCENE:
                return self._to_hospital(assignment, random)
            case Moment.AT_DESTINATION:
                return later(since, lognormal_s(random, HANDOVER_S, 0.4))
            case Moment.CARE_TRANSFERRED:
                return later(since, lognormal_s(random, READY_S, 0.4))
        return None

    def _turnout_s(self, unit: Unit) -> float:
        """The median of this crew's: a helicopter has to lift off, and who is on the road already only turns round."""
        desk = self._cast.desk
        if not desk.distances.at_post(unit):
            return ROLLING_S
        return desk.content.response_plans.policy.helicopter.lift_off_s if flies(unit) else TURNOUT_S

    def _set_off(self, incident: Incident, assignment: Assignment, random: Random) -> Instant | None:
        if incident.location is None:
            return None
        to = self._scene(incident)
        return self._cast.movement.drive(assignment.unit, to, assignment.mode, self._cast.now, random)

    def _scene(self, incident: Incident) -> Point:
        assert incident.location is not None
        return incident.location.lon, incident.location.lat

    def _to_hospital(self, assignment: Assignment, random: Random) -> Instant | None:
        facility = self._cast.desk.boards.open.get("facility", assignment.facility)
        if facility is None:
            return None
        to = (facility.lon, facility.lat)
        return self._cast.movement.drive(assignment.unit, to, Mode.COLD, self._cast.now, random)

    async def _act(self, incident_id: IncidentId, assignment_id: AssignmentId, status: Moment) -> None:
        incident: Incident | None = self._cast.desk.boards.open.get("incident", incident_id)
        assignment = incident.assignments.get(assignment_id) if incident else None
        if incident is None or assignment is None or assignment.status is not status:
            return
        match status:
            case Moment.NOTIFIED:
                await self._report(assignment, incident, Moment.ACKNOWLEDGED)
            case Moment.ACKNOWLEDGED:
                await self._report(assignment, incident, Moment.EN_ROUTE)
            case Moment.EN_ROUTE if self._cast.movement.heading_for(assignment.unit) != self._scene(incident):
                self.see(incident, assignment)  # the place was corrected on the way: drive on to it
            case Moment.EN_ROUTE:
                self._cast.movement.stand(assignment.unit, self._scene(incident), self._cast.now)
                await self._report(assignment, incident, Moment.ON_SCENE)
            case Moment.ON_SCENE:
                await self._report(assignment, incident, Moment.AT_PATIENT)
                await self._write(incident, assignment, paperwork.at_patient)
            case Moment.AT_PATIENT:
                await self._leave(incident, assignment)
            case Moment.LEFT_SCENE:
                await self._arrive(incident, assignment)
            case Moment.AT_DESTINATION:
                await self._sign(assignment)
            case Moment.CARE_TRANSFERRED:
                await self._write(incident, assignment, paperwork.finishing)
                await self._report(assignment, incident, Moment.BACK_IN_SERVICE)

    async def _report(
        self, assignment: Assignment, incident: Incident, status: Moment, facility: FacilityId | None = None
    ) -> None:
        await self._cast.say(
            c.ReportStatus(
                incident=incident.id,
                unit=assignment.unit,
                assignment=assignment.id,
                status=status,
                facility=facility,
            ),
            role=ROLE,
            who=f"{assignment.unit}-1",
        )

    async def _leave(self, incident: Incident, assignment: Assignment) -> None:
        """Transport, or end on scene. The first ambulance to get there takes the patient."""
        if not self._takes_patient(incident, assignment) or not self._truth(incident).transported:
            await self._write(incident, assignment, paperwork.finishing)
            await self._report(assignment, incident, Moment.BACK_IN_SERVICE)
            return
        facility = self._destination(incident, assignment)
        if facility is None:
            await self._report(assignment, incident, Moment.BACK_IN_SERVICE)
            return
        await self._report(assignment, incident, Moment.LEFT_SCENE, facility)
        await self._pre_alert(incident, assignment, facility)
        await self._write(incident, assignment, paperwork.in_transit)

    def _takes_patient(self, incident: Incident, assignment: Assignment) -> bool:
        def carries(one: Assignment) -> bool:
            unit = self._cast.desk.boards.open.get("unit", one.unit)
            return unit is not None and unit.kind in (UnitKind.AMBULANCE, UnitKind.HELICOPTER)

        there = [one for one in incident.assignments.values() if Moment.AT_PATIENT in one.times and carries(one)]
        if not carries(assignment) or any(Moment.LEFT_SCENE in one.times for one in there):
            return False
        ranked = sorted(there, key=lambda one: (one.slot != "als", one.times[Moment.AT_PATIENT], one.id))
        return ranked[0].id == assignment.id

    def _truth(self, incident: Incident) -> Truth:
        """What is really the matter; about an incident that a real person reported, made up when first asked."""
        known = self._cast.truths.get(incident.id)
        if known is None:
            assert incident.location is not None
            known = self._cast.truths[incident.id] = truth(
                incident.id,
                incident.opened_at,
                self._cast.chance.fresh("truth", incident.id),
                lon=incident.location.lon,
                lat=incident.location.lat,
                label=incident.location.label,
                complaint=incident.complaint or "",
            )
        return known

    def _destination(self, incident: Incident, assignment: Assignment) -> FacilityId | None:
        desk = self._cast.desk
        facilities = list(desk.boards.open.all("facility").values())
        start = self._cast.movement.where(assignment.unit, self._cast.now)
        alert = self._truth(incident).alert
        needs = [rule for rule in desk.content.destinations.alerts if rule.id == alert]
        unit = desk.boards.open.get("unit", assignment.unit)
        times = {one.id: desk.distances.of_unit(unit, start, (one.lon, one.lat), mode=Mode.COLD) for one in facilities}
        ranked = suggested(facilities, times, needs, self._cast.now)
        return ranked[0].facility if ranked and math.isfinite(times[ranked[0].facility]) else None

    async def _pre_alert(self, incident: Incident, assignment: Assignment, facility: FacilityId) -> None:
        """Tells the hospital. Without an alert it is still told who is coming (level 3 or what the incident has)."""
        known = self._truth(incident)
        at = self._cast.desk.boards.open.get("facility", facility)
        start = self._cast.movement.where(assignment.unit, self._cast.now)
        unit = self._cast.desk.boards.open.get("unit", assignment.unit)
        left_s = self._cast.desk.distances.of_unit(unit, start, (at.lon, at.lat), mode=Mode.COLD)
        await self._cast.say(
            h.PreAlert(
                handover=HandoverId(self._cast.chance.uuid("handover", assignment.id)),
                facility=facility,
                incident=incident.id,
                assignment=assignment.id,
                unit=assignment.unit,
                level=(incident.level or Level.L3) if known.alert else Level.L3,
                alerts=(Alert(known.alert),) if known.alert else (),
                complaint=self._cast.desk.content.complaint_name(known.complaint),
                age=f"{known.age_y} y",
                sex=known.sex,
                words=known.words,
                eta_at=later(self._cast.now, left_s),
            ),
            role=ROLE,
            who=f"{assignment.unit}-1",
        )

    async def _arrive(self, incident: Incident, assignment: Assignment) -> None:
        facility = self._cast.desk.boards.open.get("facility", assignment.facility)
        if facility is not None:
            self._cast.movement.stand(assignment.unit, (facility.lon, facility.lat), self._cast.now)
        await self._report(assignment, incident, Moment.AT_DESTINATION)

    async def _sign(self, assignment: Assignment) -> None:
        for one in list(self._cast.desk.boards.open.all("handover").values()):
            if isinstance(one, Handover) and one.assignment == assignment.id and Side.CREW not in one.signatures:
                signed = h.SignTransfer(handover=one.id, side=Side.CREW, name=f"crew of {assignment.unit.upper()}")
                await self._cast.say(signed, role=ROLE, who=f"{assignment.unit}-1")

    async def _write(self, incident: Incident, assignment: Assignment, page: paperwork.Page) -> None:
        """The chart, as far as this moment goes; only the unit that has the patient writes one."""
        if not self._writes(incident, assignment):
            return
        random = self._cast.chance.fresh("chart", assignment.id, page.__name__)
        record, known = self._record(assignment), self._truth(incident)
        commands = page(self._cast.desk, incident, assignment, record, known, random, self._cast.now)
        for command in commands:
            await self._cast.say(command, role=ROLE, who=f"{assignment.unit}-1")

    def _record(self, assignment: Assignment) -> RecordId:
        return RecordId(self._cast.chance.uuid("record", assignment.id))

    async def _lock(self, record_id: RecordId, unit: UnitId) -> None:
        """Signs the chart once the unit is back in service."""
        if self._cast.desk.boards.open.get("record", record_id) is not None:
            lock = care.LockRecord(record=record_id, signed_by=f"crew of {unit.upper()}")
            await self._cast.say(lock, role=ROLE, who=f"{unit}-1")

    def _writes(self, incident: Incident, assignment: Assignment) -> bool:
        unit = self._cast.desk.boards.open.get("unit", assignment.unit)
        return unit is not None and unit.kind in (UnitKind.AMBULANCE, UnitKind.HELICOPTER)

    async def _drive_home(self, unit_id: UnitId) -> None:
        unit: Unit | None = self._cast.desk.boards.open.get("unit", unit_id)
        post = self._cast.desk.posts.get(unit.post) if unit else None
        if unit is None or unit.assignments or post is None:
            return
        if self._cast.movement.heading_for(unit_id) == post[1]:
            return
        random = self._cast.chance.fresh("home", unit_id, str(self._cast.now))
        there = self._cast.movement.drive(unit_id, post[1], Mode.COLD, self._cast.now, random)
        self._cast.agenda.plan(f"parked:{unit_id}", there, lambda: self._park(unit_id))

    async def _park(self, unit_id: UnitId) -> None:
        unit: Unit | None = self._cast.desk.boards.open.get("unit", unit_id)
        if unit is not None and not unit.assignments:
            self._cast.movement.stand(unit_id, self._cast.desk.posts[unit.post][1], self._cast.now)
