"""The crews' board of charts that are not locked yet, and how far each has come."""

from collections.abc import Iterable, Iterator

import msgspec

from goldenhour.care.record.checks import missing_count
from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.record.custom import custom_findings
from goldenhour.care.record.tree import Tree, element_at
from goldenhour.care.record.typed import view
from goldenhour.care.state import Record
from goldenhour.dispatch.state import Unit
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.boards import Open
from goldenhour.runtime.runtime import Change

INCIDENT_NUMBER = "eResponse.03"
"""Written into every chart by dispatch: what a chart is known by once its incident is closed and off the boards."""

MOST_VITALS = 6
"""Sets of vital signs a hospital sees beside a patient: enough for a trend."""


class RecordRow(msgspec.Struct, frozen=True, kw_only=True):
    """An open chart: whose, and how much of it is still missing."""

    id: RecordId
    incident: IncidentId
    number: str
    assignment: AssignmentId
    unit: UnitId
    call_sign: str
    agency: str
    patient_number: int
    patient: Phi[str]
    opened_at: Instant
    missing: int


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """One set of vital signs: heart rate and respirations per minute, pressures in mmHg, SpO2 in %, GCS 3 to 15."""

    at: Instant | None
    hr: int | None
    sbp: int | None
    dbp: int | None
    rr: int | None
    spo2: int | None
    gcs: int | None


class RecordsView:
    """One row per chart that is being written. `collect` is what the state wants charted."""

    name = "records"

    def __init__(self, collect: Collect = EVERYTHING) -> None:
        self._collect = collect

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        if change.kind == "unit" and not (isinstance(before, Unit) and before.agency == change.state.agency):
            return tuple(one.id for one in now.all("record").values() if one.unit == change.id)
        return (change.id,) if change.kind == "record" else ()

    def row(self, key: str, now: Open) -> RecordRow | None:
        record: Record | None = now.get("record", key)
        if record is None:
            return None
        incident, unit = now.get("incident", record.incident), now.get("unit", record.unit)
        return RecordRow(
            id=record.id,
            incident=record.incident,
            number=incident.number if incident else str(element_at(record.tree, INCIDENT_NUMBER) or ""),
            assignment=record.assignment,
            unit=record.unit,
            call_sign=unit.call_sign if unit else record.unit,
            agency=unit.agency if unit else "",
            patient_number=record.patient,
            patient=patient_name(record.tree),
            opened_at=record.opened_at,
            missing=self._missing(record.tree),
        )

    def _missing(self, tree: Tree) -> int:
        custom = custom_findings(tree, self._collect) if self._collect.custom else ()
        own = sum(finding.kind == "missing" for finding in custom)
        return missing_count(tree, collect=self._collect) + own


def patient_name(tree: Tree) -> str:
    """Last and first name as charted; "" while unknown."""
    patient = view(tree).ePatient
    return ", ".join(name for name in (patient.last_name, patient.first_name) if name)


def last_vitals(tree: Tree) -> tuple[Vitals, ...]:
    """The newest sets of vital signs, oldest of them first."""
    found = sorted(_vitals(tree), key=lambda one: one.at or 0)
    return tuple(found[-MOST_VITALS:])


def _vitals(tree: Tree) -> Iterator[Vitals]:
    for group in view(tree).eVitals.vital_group:
        yield Vitals(
            at=group.vital_signs_taken,
            hr=group.heart_rate,
            sbp=group.sbp,
            dbp=group.dbp,
            rr=group.respiratory_rate,
            spo2=group.pulse_oximetry,
            gcs=group.total_glasgow_coma_score,
        )
