"""From a survey to a bundle on disk: all of it or nothing."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from goldenhour import __version__
from goldenhour.geo.geocode.gazetteer import gazetteer
from goldenhour.geo.region import arrays, bundle
from goldenhour.geo.region.bundle import Manifest, split_roads
from goldenhour.geo.region.facilities import Places
from goldenhour.geo.region.map.archive import write_map
from goldenhour.geo.region.network import road_graph
from goldenhour.geo.region.places_file import read_places, write_places
from goldenhour.geo.region.survey import BadRegion, Survey
from goldenhour.geo.road_finder import RoadFinder
from goldenhour.geo.roads import RoadGraph
from goldenhour.geo.travel import TravelTimes

Progress = Callable[[str, float], None]  # what is being done, share done so far
PLACES_HEADING: Final = """Agencies, stations, posts, hospitals and units of this region. The agency owns this file:
edit it, then `goldenhour region show` checks it. It survives a new `region build` into the same folder.
`assumed: true` (or a list of fields) marks what nobody has confirmed; take the mark away when you have.
Hospital capabilities are NEMSIS eDisposition.23 codes: 9908007 general, 9908021 trauma level 1, 9908033 PCI 24/7."""


def silent(_what: str, _share: float) -> None:
    """Progress for those who do not watch."""


def build_region(survey: Survey, out: Path, *, places: Places, progress: Progress = silent) -> Manifest:
    """Write the bundle to `out`. `places` is the draft of places.yaml; one already in `out` is kept instead.

    Works in a folder beside `out` and moves it into place at the end: on any error `out` is as it was. Raises
    BadRegion when the input cannot be used or `out` holds something that is not a region.
    """
    if out.exists() and not (out / bundle.MANIFEST).is_file() and (out.is_file() or any(out.iterdir())):
        raise BadRegion(f"{out} holds something that is not a region; give a new or empty folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        manifest = _write(survey, work, places=places, kept=out / bundle.PLACES, progress=progress)
        _move(work, out)
    except OSError as error:
        raise BadRegion(
            f"{out} could not be written: {error.strerror or error}; what was there is untouched"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    progress("Region ready", 1.0)
    return manifest


def _write(survey: Survey, work: Path, *, places: Places, kept: Path, progress: Progress) -> Manifest:
    progress("Joining the roads", 0.1)
    roads, node_of = road_graph(survey)
    tables, texts = split_roads(roads)
    arrays.save(work / bundle.ROADS, tables, texts)
    hashes = {"roads": arrays.digest(tables, texts)}
    if kept.is_file():
        shutil.copyfile(kept, work / bundle.PLACES)
    else:
        write_places(work / bundle.PLACES, places, heading=PLACES_HEADING)
    finder = RoadFinder(roads)
    standing = read_places(
        work / bundle.PLACES, road_distance_m=finder.distance_to_stop_m, limit_m=bundle.OFF_NETWORK_LIMIT_M
    )
    progress("Indexing addresses", 0.2)
    tables, texts = gazetteer(survey, roads, node_of)
    arrays.save(work / bundle.ADDRESSES, tables, texts)
    hashes["addresses"] = arrays.digest(tables, texts)
    counts = _counts(survey, roads, standing, len(texts["street"]), len(tables["address_number"]))
    progress("Drawing the map", 0.35)
    write_map(survey, work / bundle.MAP)
    progress("Working out travel times", 0.5)
    (work / bundle.TRAVEL).mkdir()
    travel = TravelTimes.build(roads, cache=work / bundle.TRAVEL, progress=_part(progress, 0.5, 0.98))
    survey.notes += travel.notes
    manifest = Manifest(
        format=bundle.FORMAT,
        name=survey.name,
        timezone=survey.timezone,
        measures=survey.measures,
        bbox=survey.bbox,
        source=survey.source,
        source_date=survey.source_date,
        licence=survey.licence,
        attribution=survey.attribution,
        built_by=f"goldenhour {__version__}",
        hashes=hashes,
        counts=counts,
        notes=tuple(survey.notes),
    )
    (work / bundle.MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return manifest


def _part(progress: Progress, start: float, end: float) -> Callable[[float], None]:
    """Progress of one step within the whole."""
    return lambda share: progress("Working out travel times", start + share * (end - start))


def _counts(survey: Survey, roads: RoadGraph, places: Places, streets: int, addresses: int) -> dict[str, int]:
    return {
        "road_nodes": roads.n_nodes,
        "road_arcs": roads.n_arcs,
        "streets": streets,
        "addresses": addresses,
        "named_places": len(survey.named),
        "mileposts": len(survey.mileposts),
        "stations": len(places.stations),
        "posts": len(places.posts),
        "hospitals": len(places.hospitals),
        "units": len(places.units),
    }


def _move(work: Path, out: Path) -> None:
    """`work` becomes `out`; what was there is removed only after the new one stands."""
    work.chmod(0o755)
    if not out.exists():
        work.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.rename(old / "region")
    work.rename(out)
    shutil.rmtree(old)
