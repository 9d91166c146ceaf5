"""Work on the desks, laid out by commands as the people themselves would give them: something to look at."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from browser.conftest import Sit
from browser.demo_server import Demo
from browser.desk import Desk

TO_THE_PATIENT = ("notified", "acknowledged", "en_route", "on_scene", "at_patient")
DISPATCHER = "dispatcher"
CALL_TAKER = "call_taker"


@dataclass
class Scene:
    """The people of a demo, each at the start page, giving the commands that set a scene."""

    sit: Sit
    demo: Demo
    people: dict[str, Desk] = field(default_factory=dict)

    def person(self, name: str) -> Desk:
        if name not in self.people:
            self.people[name] = self.sit(self.demo, name, "/")
        return self.people[name]

    def dispatch(self, name: str, fields: dict[str, Any]) -> None:
        self.person(DISPATCHER).command("dispatch", name, fields)

    def place(self, near: int, label: str = "") -> dict[str, Any]:
        """Some streets from the middle of the county; `near` tells one place from the next."""
        lon, lat = self.person(DISPATCHER).ask("/api/v1/region")["centre"]
        lon, lat = lon + 0.004 * (near % 7 - 3), lat + 0.004 * (near % 5 - 2)
        return {"label": label or f"{near} Mill Lane", "lon": lon, "lat": lat, "source": "typed"}

    def incident(
        self, near: int, complaint: str = "chest_pain", level: int = 2, *, label: str = "", ago_s: int = 0
    ) -> str:
        """Opens one, so long ago; its id."""
        incident = str(uuid4())
        said = {"location": self.place(near, label), "level": level, "complaint": complaint}
        at = {"at": self.now() - ago_s * 1000} if ago_s else {}
        self.dispatch("open-incident", {"incident": incident, **said, **at})
        return incident

    def now(self) -> int:
        """The desk's own instant, ms."""
        return int(self.person(DISPATCHER).ask("/api/v1/views?names=desk")["now"])

    def sent(self, incident: str, unit: str, to: str = "notified") -> dict[str, str]:
        """Sends a unit and reports for it as far as `to`; the assignment as commands name it."""
        self.free(unit)
        self.dispatch("assign-unit", {"incident": incident, "unit": unit, "choice": {"slot": "als"}})
        row = self.person(DISPATCHER).view("incidents")[incident]
        assignment = next(one["id"] for one in row["assignments"] if one["unit"] == unit and one["active"])
        part = {"incident": incident, "unit": unit, "assignment": assignment}
        for status in TO_THE_PATIENT[1 : TO_THE_PATIENT.index(to) + 1]:
            self.dispatch("report-status", {**part, "status": status})
        return part

    def free(self, unit: str) -> None:
        """The unit is on duty, in service and on no incident, whatever was before."""
        row = self.person(DISPATCHER).view("units")[unit]
        if not row["on_duty"]:
            crew = [{"id": f"{unit}-1", "name": "Kim Cole", "skill": "emt"}]
            self.dispatch("go-on-duty", {"unit": unit, "crew": crew})
        if row["out_of_service"]:
            self.dispatch("return-to-service", {"unit": unit})
        for one in row["assignments"]:
            self.over({"incident": one["incident"], "unit": unit, "assignment": one["id"]}, one["status"])

    def over(self, part: dict[str, str], status: str) -> None:
        """The unit's part ends: it is stood down, or with a patient aboard, clears."""
        if status in ("left_scene", "at_destination", "care_transferred"):
            self.dispatch("report-status", {**part, "status": "back_in_service"})
        else:
            self.dispatch("cancel-assignment", {**part, "reason": "stood down"})

    def clear(self) -> None:
        """Everything that was is over: calls, assignments, incidents."""
        for call in self.person(CALL_TAKER).view("calls").values():
            end = {"ringing": "abandon-call", "answered": "end-call"}.get(call["state"])
            if end:
                self.person(CALL_TAKER).command("call-taking", end, {"call": call["id"]})
        for row in self.person(DISPATCHER).view("incidents").values():
            for one in row["assignments"]:
                if one["active"]:
                    self.over({"incident": row["id"], "unit": one["unit"], "assignment": one["id"]}, one["status"])
            self.dispatch("close-incident", {"incident": row["id"], "outcome": "no patient found"})

    def patient_coming(self, part: dict[str, str], hospital: str) -> str:
        """The crew leaves the scene for a hospital and tells it who is coming; the handover."""
        handover = str(uuid4())
        self.dispatch("report-status", {**part, "status": "left_scene", "facility": hospital})
        who = {"complaint": "Chest pain", "age": "61 y", "sex": "female", "words": "ST elevation V2 to V4"}
        told = {"handover": handover, "facility": hospital, **part, "level": 2, "alerts": ["stemi"], **who}
        self.person(f"crew-{part['unit']}").command("handoff", "pre-alert", told)
        return handover

    def call(self, near: int, *, answered: bool = False) -> str:
        """A call that rings, or that the call taker has answered; its id."""
        call = str(uuid4())
        place = {**self.place(near, "near Mill Lane"), "source": "device", "uncertainty_m": 40.0}
        taker = self.person(CALL_TAKER)
        taker.command("call-taking", "ring-call", {"call": call, "ani": f"555-01{near:02d}", "location": place})
        if answered:
            taker.command("call-taking", "answer-call", {"call": call, "desk": "Call taker"})
        return call

    def working_day(self, *, unit: str, hospital: str) -> str:
        """Something of everything: calls, an incident that waits, some under way, a patient on the way to a hospital.

        `unit` is with a patient in the incident whose id is the answer.
        """
        self.clear()
        self.incident(1, "breathing_problem", 1)
        under_way = self.incident(2, "fall", 3)
        self.sent(under_way, "m5", "en_route")
        self.dispatch("note-hazard", {"incident": under_way, "text": "dog in the yard"})
        self.dispatch("note-incident", {"incident": under_way, "text": "gate code 4711"})
        asked = {"incident": under_way, "request": str(uuid4()), "agency": "fire", "wanted": "lift assistance"}
        self.dispatch("request-agency", asked)
        own = self.incident(3)
        self.sent(own, unit, "at_patient")
        self.patient_coming(self.sent(self.incident(4), "m3", "at_patient"), hospital)
        self.free("m4")
        self.dispatch("take-out-of-service", {"unit": "m4", "reason": "restocking"})
        self.call(5)
        self.call(6, answered=True)
        return own
