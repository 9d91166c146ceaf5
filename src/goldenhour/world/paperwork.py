"""What a simulated crew writes into the chart, moment by moment (content/world/care.yaml). Codes are NEMSIS v3.5.1."""

from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any, Final

import msgspec

from goldenhour.care import commands as care
from goldenhour.care.facts import Entry
from goldenhour.chain.charting import CREW_LEVEL
from goldenhour.chain.content import default_folder
from goldenhour.chain.desk import Desk
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.state import Assignment, Incident
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import RecordId
from goldenhour.kernel.instants import Instant, as_iso, later
from goldenhour.kernel.levels import Level
from goldenhour.world.emergencies import Truth

Page = Callable[[Desk, Incident, Assignment, RecordId, Truth, Random, Instant], list[Command]]

RXNORM: Final = "9924003"
YES, NO = "9923003", "9923001"
IMPROVED, UNCHANGED = "9916001", "9916003"
AVPU: Final = {15: "3326001", 9: "3326003", 6: "3326005", 0: "3326007"}
ROLE_OF_LEVEL: Final = {
    "9925001": "9905001",
    "9925003": "9905003",
    "9925005": "9905005",
    "9925007": "9905007",
}


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A medication: RxNorm code, dose, unit (eMedications.06), route (eMedications.04)."""

    code: str
    dose: str
    unit: str
    route: str


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """Vital signs around which those of a patient vary; temperature in degrees Celsius."""

    hr: float
    sbp: float
    dbp: float
    rr: float
    spo2: float
    gcs: tuple[int, int, int]
    temperature: float


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """What a crew finds and does for one complaint; `vitals` replaces the usual ones by name."""

    impression: str
    symptom: str
    organ: str
    where: str
    injury: bool
    cause: str = ""
    arrest: bool = False
    glucose: int | None = None
    vitals: dict[str, Any] = {}
    medications: tuple[Given, ...] = ()
    procedures: tuple[str, ...] = ()


class Names(msgspec.Struct, frozen=True, kw_only=True):
    first: tuple[str, ...]
    last: tuple[str, ...]


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    usual: Usual
    complaints: dict[str, Picture]
    names: Names


@cache
def findings() -> Findings:
    """The simulated world's clinical pictures."""
    return msgspec.yaml.decode((default_folder() / "world" / "care.yaml").read_bytes(), type=Findings)


def picture_of(truth: Truth) -> Picture:
    """The clinical picture of an emergency."""
    known = findings().complaints
    return known.get(truth.complaint, known["default"])


def at_patient(
    desk: Desk, incident: Incident, assignment: Assignment, record: RecordId, truth: Truth, random: Random, now: Instant
) -> list[Command]:
    """At the patient: opens the chart; who it is, what is wrong, the first vital signs."""
    opened = care.OpenRecord(record=record, incident=incident.id, assignment=assignment.id, unit=assignment.unit)
    names = findings().names
    picture = picture_of(truth)
    entries = {
        "ePatient.02": random.choice(names.last),
        "ePatient.03": random.choice(names.first),
        "ePatient.15": str(truth.age_y),
        "ePatient.16": "2516009",
        "ePatient.25": "9919001" if truth.sex == "female" else "9919003",
        "eSituation.01": as_iso(truth.at, desk.zone),
        "eSituation.02": "9922005" if picture.injury else "9922001",
        "eSituation.07": picture.where,
        "eSituation.08": picture.organ,
        "eSituation.09": picture.symptom,
        "eSituation.13": _acuity(incident.level, ("2813001", "2813003", "2813005")),
        "eArrest.01": "3001003" if picture.arrest else "3001001",
        "eScene.09": "Y92.009",
    }
    if picture.cause:
        entries["eInjury.01"] = picture.cause
    complaint = care.AddGroup(
        record=record,
        path="eSituation.PatientComplaintGroup",
        group="chief",
        content={"eSituation.03": "2803001", "eSituation.04": truth.words},
    )
    charted = care.ChartElements(record=record, entries=_entries(entries))
    return [opened, charted, complaint, _vitals(desk, record, "v1", truth, random, now, better=0.0)]


def in_transit(
    desk: Desk, incident: Incident, assignment: Assignment, record: RecordId, truth: Truth, random: Random, now: Instant
) -> list[Command]:
    """What was done, and the vital signs after it."""
    done = list(_treatment(desk, assignment, record, truth, now))
    return [*done, _vitals(desk, record, "v2", truth, random, now, better=0.6)]


def finishing(
    desk: Desk, incident: Incident, assignment: Assignment, record: RecordId, truth: Truth, random: Random, now: Instant
) -> list[Command]:
    """How it ended, in words and codes."""
    transported = Moment.LEFT_SCENE in assignment.times
    other = any(Moment.LEFT_SCENE in one.times for one in incident.assignments.values() if one.id != assignment.id)
    transport = "4230001" if transported else "4230005" if other else "4230009"
    picture = picture_of(truth)
    entries = {
        "eSituation.11": picture.impression,
        "eDisposition.27": "4227001",
        "eDisposition.28": "4228001" if transported or other else "4228003",
        "eDisposition.29": "4229001" if transported else "4229005" if other else "4229013",
        "eDisposition.30": transport,
        "eDisposition.19": _acuity(incident.level, ("4219001", "4219003", "4219005")),
        "eNarrative.01": _story(truth, transported=transported),
    }
    if transported:
        entries |= {"eDisposition.17": "4217005", "eDisposition.18": "4218015", "eDisposition.20": "4220001"}
    return [care.ChartElements(record=record, entries=_entries(entries))]


def _entries(values: dict[str, str]) -> tuple[Entry, ...]:
    return tuple(Entry(path=path, value=value) for path, value in values.items())


def _acuity(level: Level | None, codes: tuple[str, str, str]) -> str:
    if level is None:
        return codes[1]
    return codes[0] if level is Level.L1 else codes[1] if level <= Level.L3 else codes[2]


def _vitals(
    desk: Desk, record: RecordId, name: str, truth: Truth, random: Random, now: Instant, *, better: float
) -> Command:
    """One set of vital signs, `better` of the way back to the usual ones."""
    usual, picture = findings().usual, picture_of(truth)

    def measured(sign: str, spread: float, low: int, high: int) -> str:
        normal = float(getattr(usual, sign))
        ill = float(picture.vitals.get(sign, normal))
        if ill == 0 and better == 0:
            return "0"
        return str(round(min(high, max(low, random.gauss(ill + better * (normal - ill), spread)))))

    eye, verbal, motor = picture.vitals.get("gcs", usual.gcs)
    if better:
        eye, verbal, motor = min(4, eye + 1), min(5, verbal + 1), min(6, motor + 1)
    total = eye + verbal + motor
    content: dict[str, Any] = {
        "eVitals.01": as_iso(now, desk.zone),
        "eVitals.02": NO,
        "eVitals.BloodPressureGroup": {
            "eVitals.06": measured("sbp", 9, 50, 240),
            "eVitals.07": measured("dbp", 6, 30, 140),
            "eVitals.08": "3308005",
        },
        "eVitals.HeartRateGroup": {"eVitals.10": measured("hr", 7, 30, 200)},
        "eVitals.12": measured("spo2", 1.2, 60, 100),
        "eVitals.14": measured("rr", 2, 4, 50),
        "eVitals.GlasgowScoreGroup": {
            "eVitals.19": str(eye),
            "eVitals.20": str(verbal),
            "eVitals.21": str(motor),
            "eVitals.23": str(total),
        },
        "eVitals.26": next(code for least, code in AVPU.items() if total >= least),
    }
    if picture.glucose is not None:
        content["eVitals.18"] = str(picture.glucose if not better else 112)
    return care.AddGroup(record=record, path="eVitals.VitalGroup", group=name, content=content)


def _treatment(desk: Desk, assignment: Assignment, record: RecordId, truth: Truth, now: Instant) -> Iterator[Command]:
    picture = picture_of(truth)
    unit = desk.boards.open.get("unit", assignment.unit)
    role = ROLE_OF_LEVEL[CREW_LEVEL[unit.skill]]
    for place, code in enumerate(picture.procedures):
        yield care.AddGroup(
            record=record,
            path="eProcedures.ProcedureGroup",
            group=f"p{place + 1}",
            content={
                "eProcedures.01": as_iso(later(now, -480 + 60 * place), desk.zone),
                "eProcedures.02": NO,
                "eProcedures.03": code,
                "eProcedures.05": "1",
                "eProcedures.06": YES,
                "eProcedures.08": UNCHANGED,
                "eProcedures.10": role,
            },
        )
    for place, given in enumerate(picture.medications):
        yield care.AddGroup(
            record=record,
            path="eMedications.MedicationGroup",
            group=f"m{place + 1}",
            content={
                "eMedications.01": as_iso(later(now, -360 + 60 * place), desk.zone),
                "eMedications.02": NO,
                "eMedications.03": {"v": given.code, "a": {"CodeType": RXNORM}},
                "eMedications.04": given.route,
                "eMedications.DosageGroup": {"eMedications.05": given.dose, "eMedications.06": given.unit},
                "eMedications.07": IMPROVED,
                "eMedications.10": role,
            },
        )


def _story(truth: Truth, *, transported: bool) -> str:
    who = f"{truth.age_y}-year-old {truth.sex}"
    end = "Transported without incident." if transported else "Not transported by this unit."
    return f"{who}, reported as: {truth.words}. Assessed and treated as charted. {end} Simulated record."
