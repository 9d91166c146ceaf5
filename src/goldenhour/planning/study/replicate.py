"""Replications: the same plan over differently seeded days, on processes here or, unchanged, on a Dask cluster."""

import hashlib
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

import goldenhour
from goldenhour.planning.siting import Difference, paired
from goldenhour.planning.study.days import draw_calls
from goldenhour.planning.study.jemss import setting_of_city
from goldenhour.planning.study.memory import Memory
from goldenhour.planning.study.recorded import read_recorded
from goldenhour.planning.study.region import setting_of_region
from goldenhour.planning.study.results import figures, results
from goldenhour.planning.study.scenario import Scenario
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.study import Study, prepare
from goldenhour.planning.whatif import inputs_hash

SAME_DAYS = (
    "the recorded calls are the same in every replication: an interval tells of the durations that were drawn, and not "
    "of other days"
)


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """All that one replication follows from, small enough to send anywhere: paths must mean the same there.

    Exactly one of city and region, and one of calls, days and recorded (a CSV). cache: a folder, or None for none.
    """

    scenario: Scenario
    city: str | None = None
    region: str | None = None
    calls: int | None = None
    days: float | None = None
    recorded: str | None = None
    seed: int = 1
    cache: str | None = None


class Replication(msgspec.Struct, frozen=True, kw_only=True):
    """One replication's results and figures; wall_s is the simulation alone, 0 when it was remembered."""

    number: int
    calls: int
    wall_s: float
    remembered: bool
    results: dict[str, Any]
    figures: dict[str, float | None]
    notes: tuple[str, ...]


@lru_cache(maxsize=4)
def setting_of(city: str | None, region: str | None, cache: str | None) -> Setting:
    """The setting, read once in each process."""
    if city is not None:
        return setting_of_city(Path(city), cache=Path(cache) / "travel" if cache else None)
    assert region is not None
    return setting_of_region(Path(region))


def calls_of(recipe: Recipe, setting: Setting, number: int) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The calls of a replication, the same for every plan, and notes about them."""
    if recipe.recorded is not None:
        calls, notes = read_recorded(
            Path(recipe.recorded), setting, recipe.scenario, seed=recipe.seed, replication=number
        )
        return calls, (*notes, SAME_DAYS)
    drawn = draw_calls(
        setting, recipe.scenario, seed=recipe.seed, replication=number, calls=recipe.calls, days=recipe.days
    )
    return drawn, ()


def replicate(recipe: Recipe, number: int) -> Replication:
    """Play one replication, or remember it."""
    setting = setting_of(recipe.city, recipe.region, recipe.cache)
    memory = Memory(Path(recipe.cache) / "runs") if recipe.cache else None
    key = _key(recipe, setting, number)
    if memory and (known := memory.recall(key, Replication)):
        return msgspec.structs.replace(known, wall_s=0.0, remembered=True)
    study = prepare(setting, recipe.scenario)
    calls, notes = calls_of(recipe, setting, number)
    _warm(study, calls)
    begun = time.perf_counter()
    outcome = study.play(calls)
    wall_s = time.perf_counter() - begun
    played = Replication(
        number=number,
        calls=len(calls),
        wall_s=wall_s,
        remembered=False,
        results=results(study, calls, outcome),
        figures={k: v if np.isfinite(v) else None for k, v in figures(study, calls, outcome).items()},
        notes=(*study.notes, *notes),
    )
    if memory:
        memory.keep(key, played)
    return played


def replicate_all(
    recipes: list[Recipe],
    replications: int,
    *,
    dask: str | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[list[Replication]]:
    """All replications of all recipes, in order. dask: address of a scheduler; else processes (workers of them)."""
    jobs = [(i, number) for i in range(len(recipes)) for number in range(replications)]
    if len(jobs) == 1:
        return [[replicate(recipes[0], 0)]]
    found: dict[tuple[int, int], Replication] = {}
    with _executor(dask, min(len(jobs), workers or os.cpu_count() or 1)) as pool:
        running = {pool.submit(replicate, recipes[i], number): (i, number) for i, number in jobs}
        for done, future in enumerate(as_completed(running), start=1):
            found[running[future]] = future.result()
            if progress:
                progress(done, len(jobs))
    return [[found[i, number] for number in range(replications)] for i in range(len(recipes))]


def interval(values: list[float], *, level: float = 0.95) -> Difference | None:
    """Mean over replications with Student's interval; None with fewer than two."""
    known = np.array([value for value in values if value is not None and np.isfinite(value)])
    return paired(known, np.zeros(len(known)), level=level) if len(known) > 1 else None


def average(many: list[Any]) -> Any:
    """Leaf by leaf the mean of the same structure from several replications; None where none has a number."""
    first = next((one for one in many if one is not None), None)
    if isinstance(first, dict):
        return {key: average([one.get(key) for one in many if isinstance(one, dict)]) for key in first}
    if isinstance(first, list):
        return [average(list(items)) for items in zip(*many, strict=True)]
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        mean = sum(one for one in many if one is not None) / sum(one is not None for one in many)
        return int(mean) if all(one == first for one in many) and isinstance(first, int) else mean
    return first


@contextmanager
def _executor(dask: str | None, workers: int) -> Iterator[Executor]:
    if dask is None:
        # spawned, not forked: a forked child would inherit compiled code's locks in whatever state they are
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool
        return
    from distributed import Client

    connect: Any = Client
    with connect(dask, timeout="20s") as client, client.get_executor(pure=False) as pool:
        yield pool


def _warm(study: Study, calls: NDArray[Any]) -> None:
    """Load the compiled engine, so that the wall clock measures simulation only."""
    study.play(calls[:1])


def _key(recipe: Recipe, setting: Setting, number: int) -> str:
    """Hash of everything the results follow from, the engine's own source included."""
    log = hashlib.sha256(Path(recipe.recorded).read_bytes()).hexdigest() if recipe.recorded else ""
    return inputs_hash(
        _source_hash(),
        setting.fingerprint,
        msgspec.to_builtins(recipe.scenario, str_keys=True),
        [recipe.calls, recipe.days, log, recipe.seed, number],
    )


@lru_cache(maxsize=1)
def _source_hash() -> str:
    """Hash of the code that decides results: a changed rule must not be answered from memory."""
    root = Path(goldenhour.__file__).parent
    digest = hashlib.sha256()
    for folder in ("planning/twin", "planning/study", "dispatch/policy", "geo"):
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
