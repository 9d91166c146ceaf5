"""Callers and call takers: the phone rings, somebody answers, asks, and sends for help."""

from goldenhour.call_taking import commands as c
from goldenhour.call_taking.state import Call, CallState
from goldenhour.kernel.ids import CallId, IncidentId
from goldenhour.kernel.instants import Instant, later
from goldenhour.kernel.places import Location, LocationSource
from goldenhour.world.chance import lognormal_s
from goldenhour.world.emergencies import Emergencies, Truth, heard_after, truth
from goldenhour.world.people import Cast

ROLE = "call_taker"
ANSWER_S = 5.0
QUESTION_S = 14.0


class Callers:
    """Dials for every emergency, and takes the calls that no real call taker takes."""

    def __init__(self, cast: Cast, emergencies: Emergencies) -> None:
        self._cast = cast
        self._emergencies = emergencies

    def begin(self, at: Instant) -> None:
        """Plans the next emergency after an instant; each plans the one after it."""
        next_one = self._emergencies.next_after(at)
        random = self._cast.chance.fresh("heard", next_one.id)
        self._cast.agenda.plan(f"ring:{next_one.id}", heard_after(next_one.at, random), lambda: self._ring(next_one))

    async def _ring(self, known: Truth) -> None:
        self.begin(known.at)
        call = CallId(self._cast.chance.uuid("call", known.id))
        self._cast.truths[call] = known
        random = self._cast.chance.fresh("phone", known.id)
        blur = 0.0004 * random.random()
        await self._cast.say(
            c.RingCall(
                call=call,
                book=self._cast.desk.book_of_day("calls", self._cast.now),
                ani=known.ani,
                location=Location(
                    label=f"near {known.label}",
                    lon=round(known.lon + blur * (random.random() - 0.5), 6),
                    lat=round(known.lat + blur * (random.random() - 0.5), 6),
                    source=LocationSource.DEVICE,
                    uncertainty_m=float(round(15 + 120 * random.random())),
                    learned_at=self._cast.now,
                ),
            ),
            role="caller",
        )

    def resume(self, call: Call) -> None:
        """Takes up a call of a world that was interrupted: what is really the matter is made up to fit it."""
        if call.location is None or call.id in self._cast.truths:
            return
        self._cast.truths[call.id] = truth(
            call.id,
            call.rang_at,
            self._cast.chance.fresh("truth", call.id),
            lon=call.location.lon,
            lat=call.location.lat,
            label=call.location.label.removeprefix("near "),
            complaint=call.complaint or "",
        )

    def see(self, call: Call) -> None:
        """Plans the next step of a call: answer it, or ask the next question."""
        if call.id not in self._cast.truths or not call.is_open:
            return
        random = self._cast.chance.fresh("taking", call.id, step := self._step(call))
        delay_s = lognormal_s(random, ANSWER_S if step == "answer" else QUESTION_S, 0.4)
        since = call.rang_at if step == "answer" else self._cast.now
        if self._cast.present(ROLE, None) and (step == "answer" or not call.desk.startswith("sim")):
            if step != "answer":
                return
            delay_s += self._cast.patience_s
        self._cast.agenda.plan(f"call:{call.id}:{step}", later(since, delay_s), lambda: self._take(call.id, step))

    def _step(self, call: Call) -> str:
        if call.state is CallState.RINGING:
            return "answer"
        if call.location_confirmed_at is None:
            return "where"
        if call.complaint is None:
            return "what"
        if call.awake is None:
            return "life"
        return "send" if call.incident is None else "end"

    async def _take(self, call_id: CallId, step: str) -> None:
        call: Call | None = self._cast.desk.boards.open.get("call", call_id)
        if call is None or self._step(call) != step:
            return
        known = self._cast.truths[call_id]
        match step:
            case "answer":
                await self._cast.say(c.AnswerCall(call=call_id, desk="sim desk"), role=ROLE)
            case "where":
                place = Location(
                    label=known.label,
                    lon=known.lon,
                    lat=known.lat,
                    source=LocationSource.TYPED,
                    learned_at=self._cast.now,
                )
                await self._cast.say(c.ConfirmLocation(call=call_id, location=place), role=ROLE)
                await self._cast.say(c.TakeCallback(call=call_id, callback=known.ani), role=ROLE)
            case "what":
                taken = c.TakeComplaint(call=call_id, complaint=known.complaint, words=known.words)
                await self._cast.say(taken, role=ROLE)
            case "life":
                answers = c.AnswerLifeQuestions(call=call_id, awake=known.awake, breathing=known.breathing)
                await self._cast.say(answers, role=ROLE)
            case "send":
                incident = IncidentId(self._cast.chance.uuid("incident", call_id))
                self._cast.truths[incident] = known
                await self._cast.say(c.RequestHelp(call=call_id, incident=incident), role=ROLE)
            case "end":
                await self._cast.say(c.EndCall(call=call_id), role=ROLE)
