"""From the engine's log to figures: response times by priority, zone and hour, survival, use of units, cover, queue.

Clocks: *response* runs from the call's arrival to the first unit on scene; *reaction* from the first assignment of the
unit that came first to its arrival; *wait* from the desk's consideration to that assignment. *In time* is a response
within the level's target; a call that nobody reached is late. Percentiles are linear between order statistics.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy import Capability
from goldenhour.geo.roads import MODES
from goldenhour.planning.siting.objective import larsen_split
from goldenhour.planning.study.rosters import on_duty_s
from goldenhour.planning.study.study import Study
from goldenhour.planning.twin.simulate import Outcome

HOUR_S: Final = 3600.0
CLOCKS: Final = {
    "response": "call arrival to first unit on scene",
    "reaction": "assignment of the unit that came first to its arrival",
    "wait": "ready for dispatch to that assignment",
    "in_time": "response within the target of the call's priority; never reached is late",
}
Floats = NDArray[np.float64]


class Responses:
    """Per call: response_s, reaction_s, wait_s (NaN: nobody came), in_time, als_s (first paramedic; NaN: none)."""

    def __init__(self, study: Study, calls: NDArray[Any], outcome: Outcome) -> None:
        arrived = outcome.places["arrived_s"]
        assigned = outcome.places["assigned_s"]
        came = np.where(np.isnan(arrived), np.inf, arrived)
        first = came.argmin(axis=1)
        every = np.arange(len(calls))
        first_s = came[every, first]
        self.level = calls["level"].astype(np.int64)
        self.response_s = np.where(np.isinf(first_s), np.nan, first_s - calls["arrival_s"])
        self.reaction_s = np.where(np.isinf(first_s), np.nan, first_s - assigned[every, first])
        self.wait_s = np.where(np.isinf(first_s), np.nan, assigned[every, first] - calls["ready_s"])
        self.in_time = self.response_s <= study.targets_s[self.level]
        unit = outcome.places["unit"]
        paramedic = (study.capabilities & int(Capability.PARAMEDIC)) > 0
        als_s = np.where((unit >= 0) & paramedic[np.maximum(unit, 0)], came, np.inf).min(axis=1)
        self.als_s = np.where(np.isinf(als_s), np.nan, als_s - calls["arrival_s"])

    def survival(self) -> float:
        """Mean chance to survive if every call of the most urgent level were a witnessed arrest (Larsen 1993), CPR and
        defibrillation with the first unit, advanced care with the first paramedic; nobody came counts 0."""
        of = self.level == 1
        if not of.any():
            return float("nan")
        first, als = self.response_s[of], self.als_s[of]
        lives = larsen_split(first, first, np.where(np.isnan(als), 3600.0, als))
        return float(np.nan_to_num(lives, nan=0.0).mean())


def summary(response_s: Floats, in_time: NDArray[np.bool_]) -> dict[str, float | int | None]:
    """Count, mean, median, 90th percentile and share in time of some calls; None where none was reached."""
    reached = response_s[~np.isnan(response_s)]
    p50, p90 = np.percentile(reached, [50, 90]) if len(reached) else (np.nan, np.nan)
    return {
        "calls": len(response_s),
        "mean_s": _plain(reached.mean() if len(reached) else np.nan),
        "p50_s": _plain(p50),
        "p90_s": _plain(p90),
        "in_time": _plain(in_time.mean() if len(in_time) else np.nan),
    }


def results(study: Study, calls: NDArray[Any], outcome: Outcome) -> dict[str, Any]:
    """Everything about one replication, ready for JSON."""
    r = Responses(study, calls, outcome)
    units, until_s = _units(study, calls, outcome)
    zone = nearest_post(study, calls)
    hour = (calls["arrival_s"] // HOUR_S).astype(np.int64) % 24
    priorities = [(level, study.level_names[level]) for level in range(1, len(study.level_names))]
    return {
        **summary(r.response_s, r.in_time),
        "reached": int((~np.isnan(r.response_s)).sum()),
        "in_time_by_priority": {name: _plain(_mean(r.in_time[r.level == level])) for level, name in priorities},
        "utilisation": _plain(sum(u["busy_h"] for u in units) / max(1e-9, sum(u["on_duty_h"] for u in units))),
        "survival": _plain(r.survival()),
        "by_priority": {
            name: {
                "target_s": float(study.targets_s[level]),
                **summary(r.response_s[r.level == level], r.in_time[r.level == level]),
                "als_mean_s": _plain(_mean(r.als_s[r.level == level])),
            }
            for level, name in priorities
        },
        "by_hour": [summary(r.response_s[hour == h], r.in_time[hour == h]) for h in range(24)],
        "by_zone": {
            name: summary(r.response_s[zone == z], r.in_time[zone == z]) for z, name in enumerate(study.station_names)
        },
        "reaction": _spread(r.reaction_s),
        "queue": {
            "waited_share": _plain(_mean(r.wait_s[~np.isnan(r.wait_s)] > 0)),
            "longest": outcome.most_waiting,
            "never_filled": outcome.left_waiting,
            **{f"wait_{k}": v for k, v in _spread(r.wait_s[r.wait_s > 0]).items()},
        },
        "coverage": _coverage(study, outcome),
        "hospitals": _hospitals(study, calls, outcome),
        "units": units,
        "mileage_km": _plain(sum(u["driven_km"] for u in units)),
        "relocations": int(outcome.units["moves"].sum()),
        "diverted": int(outcome.units["diverted"].sum()),
        "swaps": int(outcome.units["swaps"].sum()),
        "days": _plain(until_s / 86_400.0),
        "events": outcome.events,
    }


def figures(study: Study, calls: NDArray[Any], outcome: Outcome) -> dict[str, float]:
    """The figures that plans are compared by, one number each (NaN where there is none), cheap to make."""
    r = Responses(study, calls, outcome)
    reached = r.response_s[~np.isnan(r.response_s)]
    p50, p90 = np.percentile(reached, [50, 90]) if len(reached) else (np.nan, np.nan)
    found = {
        "mean_s": _mean(reached),
        "p50_s": float(p50),
        "p90_s": float(p90),
        "in_time": _mean(r.in_time),
        "survival": r.survival(),
        "waited_share": _mean(r.wait_s > 0),
    }
    for level in range(1, len(study.level_names)):
        found[f"in_time {study.level_names[level]}"] = _mean(r.in_time[r.level == level])
    for level in range(1, len(study.level_names)):
        name, known = study.level_names[level], r.response_s[(r.level == level) & ~np.isnan(r.response_s)]
        found[f"mean_s {name}"] = _mean(known)
        p50, p90 = np.percentile(known, [50, 90]) if len(known) else (np.nan, np.nan)
        found[f"p50_s {name}"], found[f"p90_s {name}"] = float(p50), float(p90)
    units, _ = _units(study, calls, outcome)
    found["utilisation"] = sum(u["busy_h"] for u in units) / max(1e-9, sum(u["on_duty_h"] for u in units))
    found["mileage_km"] = sum(u["driven_km"] for u in units)
    found["relocations"] = float(outcome.units["moves"].sum())
    found["diverted"] = float(outcome.units["diverted"].sum())
    return found


def nearest_post(study: Study, calls: NDArray[Any]) -> NDArray[np.int64]:
    """The zone of each call: the post nearest to it by road, driving hot."""
    return np.asarray(study.town.rows[0][calls["node"], : study.town.n_posts].argmin(axis=1))


def _units(study: Study, calls: NDArray[Any], outcome: Outcome) -> tuple[list[dict[str, Any]], float]:
    """Use of each unit until the last patient was handed over."""
    ends = [calls["ready_s"][-1], np.nanmax(outcome.places["free_s"], initial=0.0)]
    until_s = float(max(ends))
    fleet = study.fleet(until_s)
    rostered_s = on_duty_s(fleet.roster, fleet.on_duty, until_s)
    speed = _speeds_km_s(study)
    found = []
    for name, unit, duty_s in zip(study.unit_names, outcome.units, rostered_s, strict=True):
        on_duty = float(duty_s + unit["overtime_s"])
        found.append(
            {
                "name": name,
                "runs": int(unit["runs"]),
                "busy_h": float(unit["busy_s"]) / HOUR_S,
                "on_duty_h": on_duty / HOUR_S,
                "utilisation": _plain(float(unit["busy_s"]) / on_duty if on_duty > 0 else np.nan),
                "driven_h": float(unit["driven_s"].sum()) / HOUR_S,
                "driven_km": float(unit["driven_s"] @ speed),
                "overtime_h": float(unit["overtime_s"]) / HOUR_S,
                "diverted": int(unit["diverted"]),
                "moves": int(unit["moves"]),
                "swaps": int(unit["swaps"]),
                "breaks": int(unit["breaks"]),
                "breaks_cut": int(unit["breaks_cut"]),
            }
        )
    return found, until_s


def _speeds_km_s(study: Study) -> Floats:
    """Mean speed over all streets by mode: distance is estimated from the time driven, not measured."""
    graph = study.setting.travel.graph
    speeds = []
    for mode in range(len(MODES)):
        open_ = np.isfinite(graph.seconds[mode])
        speeds.append(float(graph.length_m[open_].sum() / max(1e-9, graph.seconds[mode][open_].sum())) / 1000.0)
    return np.array(speeds)


def _coverage(study: Study, outcome: Outcome) -> dict[str, Any]:
    """Share of demand with an available unit in time, and units available, over the samples and by hour."""
    if not len(outcome.samples):
        return {}
    at_s = np.arange(len(outcome.samples)) * float(study.rules["sample_s"][0])
    hour = (at_s // HOUR_S).astype(np.int64) % 24
    covered, available = outcome.samples["covered"], outcome.samples["available"]
    return {
        "every_s": float(study.rules["sample_s"][0]),
        "mean": _plain(covered.mean()),
        "p10": _plain(np.percentile(covered, 10)),
        "available_mean": _plain(available.mean()),
        "none_available": _plain((available == 0).mean()),
        "by_hour": [_plain(_mean(covered[hour == h])) for h in range(24)],
    }


def _hospitals(study: Study, calls: NDArray[Any], outcome: Outcome) -> dict[str, Any]:
    """Patients per hospital, and how long crews were there: hand-over and waiting for a bay."""
    first = outcome.places[:, 0]
    there_s = first["free_s"] - first["at_hospital_s"]
    queued_s = there_s - calls["handover_s"]
    return {
        stop.name: {
            "patients": int((first["hospital"] == h).sum()),
            "offload_mean_s": _plain(_mean(there_s[first["hospital"] == h])),
            "bay_wait_mean_s": _plain(_mean(np.maximum(0.0, queued_s[first["hospital"] == h]))),
        }
        for h, stop in enumerate(study.setting.hospitals)
    }


def _spread(values: Floats) -> dict[str, float | None]:
    known = values[~np.isnan(values)]
    if not len(known):
        return {"mean_s": None, "p50_s": None, "p90_s": None}
    p50, p90 = np.percentile(known, [50, 90])
    return {"mean_s": _plain(known.mean()), "p50_s": _plain(p50), "p90_s": _plain(p90)}


def _mean(values: NDArray[Any]) -> float:
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    return float(known.mean()) if len(known) else float("nan")


def _plain(value: Any) -> float | None:
    """A float for JSON: NaN and infinity are None, not a number nobody can read."""
    return float(value) if np.isfinite(value) else None
