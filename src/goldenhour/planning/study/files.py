"""Files of a run: results as JSON, calls, units and samples as Parquet, and the plots people look at first."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from goldenhour.planning.study.results import Responses, nearest_post
from goldenhour.planning.study.study import Study
from goldenhour.planning.twin.simulate import Outcome


def write_json(path: Path, content: Any) -> None:
    """Indented JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")


def write_tables(folder: Path, study: Study, calls: NDArray[Any], outcome: Outcome) -> list[Path]:
    """calls.parquet, units.parquet and samples.parquet: one row per call, unit and sample."""
    folder.mkdir(parents=True, exist_ok=True)
    r = Responses(study, calls, outcome)
    graph = study.setting.travel.graph
    first = outcome.places[:, 0]
    tables = {
        "calls": {
            "arrival_s": calls["arrival_s"],
            "ready_s": calls["ready_s"],
            "level": calls["level"],
            "priority": np.array(study.level_names)[calls["level"]],
            "lon": graph.lon[calls["node"]],
            "lat": graph.lat[calls["node"]],
            "zone": np.array(study.station_names)[nearest_post(study, calls)],
            "plan": calls["plan"],
            "response_s": r.response_s,
            "reaction_s": r.reaction_s,
            "wait_s": r.wait_s,
            "als_s": r.als_s,
            "in_time": r.in_time,
            "unit": np.array([*study.unit_names, ""])[first["unit"]],
            "hospital": np.array([*(h.name for h in study.setting.hospitals), ""])[first["hospital"]],
            "at_hospital_s": first["at_hospital_s"],
            "free_s": first["free_s"],
        },
        "units": {"name": np.array(study.unit_names)}
        | {name: outcome.units[name] for name in ("runs", "busy_s", "diverted", "swaps", "moves", "overtime_s")},
        "samples": {
            "at_s": np.arange(len(outcome.samples)) * float(study.rules["sample_s"][0]),
            "available": outcome.samples["available"],
            "waiting": outcome.samples["waiting"],
            "covered": outcome.samples["covered"],
        },
    }
    written = []
    for name, columns in tables.items():
        path = folder / f"{name}.parquet"
        pq.write_table(pa.table({key: np.ascontiguousarray(value) for key, value in columns.items()}), path)
        written.append(path)
    return written


def write_plots(folder: Path, study: Study, calls: NDArray[Any], outcome: Outcome) -> list[Path]:
    """responses and hours, each as PNG and SVG: response times by priority against the target; share in time and
    cover by hour of the day."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    r = Responses(study, calls, outcome)
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for level in range(1, len(study.level_names)):
        known = np.sort(r.response_s[(r.level == level) & ~np.isnan(r.response_s)]) / 60.0
        if len(known):
            (line,) = axes.plot(known, np.arange(1, len(known) + 1) / len(known), label=study.level_names[level])
            axes.axvline(study.targets_s[level] / 60.0, color=line.get_color(), linestyle=":", linewidth=1)
    axes.set(xlabel="minutes from call to first unit on scene", ylabel="share of calls", ylim=(0, 1), xlim=(0, 40))
    axes.set_title(f"{study.setting.name}: {study.scenario.name} (dotted: targets)")
    axes.legend(loc="lower right")
    written = _save(figure, folder / "responses")
    hour = (calls["arrival_s"] // 3600.0).astype(np.int64) % 24
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    in_time = [r.in_time[hour == h].mean() if (hour == h).any() else np.nan for h in range(24)]
    axes.plot(range(24), in_time, marker="o", label="calls answered in time")
    if len(outcome.samples):
        at = (np.arange(len(outcome.samples)) * float(study.rules["sample_s"][0]) // 3600.0).astype(np.int64) % 24
        covered = [outcome.samples["covered"][at == h].mean() if (at == h).any() else np.nan for h in range(24)]
        axes.plot(range(24), covered, marker="s", label="demand covered by an available unit")
    axes.set(xlabel="hour of the day", ylabel="share", ylim=(0, 1), xticks=range(0, 24, 3))
    axes.set_title(f"{study.setting.name}: {study.scenario.name}")
    axes.legend(loc="lower right")
    return written + _save(figure, folder / "hours")


def _save(figure: Any, stem: Path) -> list[Path]:
    from matplotlib import pyplot as plt

    paths = [stem.with_suffix(suffix) for suffix in (".png", ".svg")]
    for path in paths:
        figure.savefig(path, dpi=150)
    plt.close(figure)
    return paths
