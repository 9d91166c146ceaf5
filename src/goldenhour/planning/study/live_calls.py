"""The live desk's own days as recorded calls: what its log knows of each incident, in the columns of `recorded`."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Final

from goldenhour.call_taking.state import Call
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.state import Assignment, Incident
from goldenhour.kernel.instants import SECOND_MS, Instant, as_datetime

COLUMNS: Final = (
    "incident", "time", "lon", "lat", "level", "transport", "dispatch_delay_s", "turnout_s", "on_scene_s", "handover_s",
)  # fmt: skip

LONGEST_DECISION_S: Final = 300.0
"""A first unit notified later than this was waited for; how long the desk itself took is then not known, and drawn."""

Row = dict[str, object]


def calls_of_log(incidents: Iterable[Incident], calls: Mapping[str, Call], *, zone: str) -> tuple[str, int]:
    """(CSV text, incidents left out because nobody knew where they were), in the order of time on the local clock."""
    rows: list[tuple[Instant, Row]] = []
    lost = 0
    for incident in incidents:
        if incident.location is None:
            lost += 1
            continue
        at = _arrival(incident, calls)
        rows.append((at, _row(incident, at, zone)))
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for _, row in sorted(rows, key=lambda one: (one[0], str(one[1]["incident"]))))
    return text.getvalue(), lost


def _arrival(incident: Incident, calls: Mapping[str, Call]) -> Instant:
    """When it began for the twin: the first call's ringing; for an incident that was booked, the time booked."""
    if incident.scheduled_for is not None:
        return incident.scheduled_for
    rang = [calls[call].rang_at for call in incident.calls if call in calls]
    return min([incident.opened_at, *rang])


def _row(incident: Incident, at: Instant, zone: str) -> Row:
    assert incident.location is not None
    row: Row = {
        "incident": incident.number,
        "time": as_datetime(at, zone).replace(tzinfo=None).isoformat(timespec="milliseconds"),
        "lon": incident.location.lon,
        "lat": incident.location.lat,
        "level": "" if incident.level is None else incident.level.value,
    }
    notified = [one.times[Moment.NOTIFIED] for one in incident.assignments.values() if Moment.NOTIFIED in one.times]
    if notified and 0 <= min(notified) - at <= LONGEST_DECISION_S * SECOND_MS:
        row["dispatch_delay_s"] = (min(notified) - at) / SECOND_MS
    first = _treating(incident)
    if first is not None:
        times = first.times
        left = times.get(Moment.LEFT_SCENE)
        row["transport"] = int(left is not None)
        row["turnout_s"] = _between(times, Moment.NOTIFIED, Moment.EN_ROUTE)
        row["on_scene_s"] = _between(times, Moment.ON_SCENE, Moment.LEFT_SCENE if left else Moment.BACK_IN_SERVICE)
        row["handover_s"] = _between(times, Moment.AT_DESTINATION, Moment.BACK_IN_SERVICE)
    return row


def _treating(incident: Incident) -> Assignment | None:
    """The assignment that took the patient, else the one that was on scene first; None where nobody came."""
    there = [one for one in incident.assignments.values() if Moment.ON_SCENE in one.times]
    return min(
        there, key=lambda one: (Moment.LEFT_SCENE not in one.times, one.times[Moment.ON_SCENE], one.id), default=None
    )


def _between(times: Mapping[Moment, Instant], begin: Moment, end: Moment) -> float | str:
    """Seconds; empty where one of them was never entered, or they were entered the wrong way round."""
    if begin not in times or end not in times or times[end] < times[begin]:
        return ""
    return (times[end] - times[begin]) / SECOND_MS
