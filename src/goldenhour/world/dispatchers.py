"""Dispatchers: send what the recommendation says, fill what is lacking, close what is over."""

from goldenhour.chain.questions.recommendation import NotYet, recommendation
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.ids import IncidentId
from goldenhour.kernel.instants import later
from goldenhour.world.chance import lognormal_s
from goldenhour.world.people import Cast

ROLE = "dispatcher"
DECIDE_S = 18.0
LOOK_AGAIN_S = 45.0
TIDY_S = 60.0


class Dispatchers:
    """Works every incident that no real dispatcher takes in time."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def see(self, incident: Incident) -> None:
        """Plans the next look at an incident."""
        if not incident.is_open or incident.location is None or incident.level is None:
            return
        step = self._step(incident)
        if step is None:
            return
        random = self._cast.chance.fresh("dispatch", incident.id, step, str(len(incident.assignments)))
        delay_s = lognormal_s(random, TIDY_S if step == "close" else DECIDE_S, 0.4)
        if self._cast.present(ROLE, None):
            delay_s += self._cast.patience_s
        key = f"incident:{incident.id}:{step}"
        self._cast.agenda.plan(key, later(self._cast.now, delay_s), lambda: self._act(incident.id, step))

    def _step(self, incident: Incident) -> str | None:
        working = [one for one in incident.active if one.status not in (Moment.RESERVED, Moment.SCHEDULED)]
        if incident.scheduled_for is not None and not working:
            return None
        ended = [one for one in incident.assignments.values() if not one.is_active]
        if not incident.active and any(Moment.ON_SCENE in one.times for one in ended):
            return "close"
        row = self._cast.desk.boards.rows["incidents"].get(incident.id)
        lacking = getattr(getattr(row, "plan", None), "lacks", ())
        return "send" if lacking and not any(Moment.LEFT_SCENE in one.times for one in working) else None

    async def _act(self, incident_id: IncidentId, step: str) -> None:
        incident: Incident | None = self._cast.desk.boards.open.get("incident", incident_id)
        if incident is None or self._step(incident) != step:
            return
        if step == "close":
            outcomes = [one.outcome for one in incident.assignments.values() if one.outcome]
            transported = "patient transported" in outcomes
            outcome = "patient transported" if transported else "treated and released"
            await self._cast.say(c.CloseIncident(incident=incident_id, outcome=outcome), role=ROLE)
            return
        await self._send(incident)
        later_on = later(self._cast.now, LOOK_AGAIN_S)
        self._cast.agenda.plan(f"incident:{incident_id}:again", later_on, lambda: self._look(incident_id))

    async def _look(self, incident_id: IncidentId) -> None:
        incident = self._cast.desk.boards.open.get("incident", incident_id)
        if incident is not None:
            self.see(incident)

    async def _send(self, incident: Incident) -> None:
        try:
            found = recommendation(self._cast.desk, incident)
        except NotYet:
            return
        units = self._cast.desk.boards.open.all("unit")
        divert = {one.unit for one in found.candidates if one.diverts_from is not None}
        free = [one for one in found.proposal if one.unit not in divert]
        if free:
            await self._cast.say(
                c.SendPlan(
                    incident=incident.id,
                    units=tuple(one.unit for one in free),
                    choices=tuple(one.choice for one in free),
                ),
                role=ROLE,
            )
        for one in found.proposal:
            if one.unit in divert and units[one.unit].assignments:
                present = units[one.unit].assignments[0]
                await self._cast.say(
                    c.DivertUnit(
                        incident=present.incident,
                        unit=one.unit,
                        assignment=present.id,
                        to=incident.id,
                        choice=one.choice,
                        reason="more urgent",
                    ),
                    role=ROLE,
                )
