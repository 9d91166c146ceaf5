"""Hospitals: accept who is coming, find a bed, sign the hand-over."""

from goldenhour.handoff import commands as c
from goldenhour.handoff.facts import Side
from goldenhour.handoff.state import Facility, Handover
from goldenhour.kernel.ids import HandoverId
from goldenhour.kernel.instants import later
from goldenhour.world.chance import lognormal_s
from goldenhour.world.people import Cast

ROLE = "hospital"
ACCEPT_S = 45.0
BED_S = 300.0
SIGN_S = 480.0


class Hospitals:
    """Works every handover at a hospital without real staff."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def see(self, handover: Handover) -> None:
        """Plans the hospital's next step with a patient."""
        step = self._step(handover)
        if step is None or self._cast.present(ROLE, handover.facility):
            return
        random = self._cast.chance.fresh("hospital", handover.id, step)
        median = {"accept": ACCEPT_S, "bed": BED_S, "sign": SIGN_S}[step]
        when = later(self._cast.now, lognormal_s(random, median, 0.6))
        self._cast.agenda.plan(f"hospital:{handover.id}:{step}", when, lambda: self._act(handover.id, step))

    def _step(self, handover: Handover) -> str | None:
        if not handover.is_open:
            return None
        if handover.accepted_at is None:
            return "accept"
        if handover.arrived_at is None:
            return None
        if not handover.bed:
            return "bed"
        return "sign" if Side.HOSPITAL not in handover.signatures else None

    async def _act(self, handover_id: HandoverId, step: str) -> None:
        handover: Handover | None = self._cast.desk.boards.open.get("handover", handover_id)
        if handover is None or self._step(handover) != step:
            return
        match step:
            case "accept":
                await self._cast.say(c.AcceptPatient(handover=handover.id), role=ROLE)
            case "bed":
                await self._cast.say(c.AssignBed(handover=handover.id, bed=self._free_bed(handover)), role=ROLE)
            case "sign":
                signed = c.SignTransfer(handover=handover.id, side=Side.HOSPITAL, name="receiving nurse")
                await self._cast.say(signed, role=ROLE)

    def _free_bed(self, handover: Handover) -> str:
        """One of the hospital's own that no patient who just came has; a trolley where all of them are taken."""
        known = self._cast.desk.boards.open
        facility: Facility | None = known.get("facility", handover.facility)
        taken = {one.bed for one in known.all("handover").values() if one.facility == handover.facility}
        beds = [f"{number}" for number in range(1, 1 + (facility.beds if facility is not None else 0))]
        free = [bed for bed in beds if bed not in taken]
        return self._cast.chance.fresh("bed", handover.id).choice(free) if free else "trolley"
