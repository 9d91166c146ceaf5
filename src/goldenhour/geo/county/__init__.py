"""Meridian County: a made-up place, grown from a seed, for the demo, simulations and tests."""

from pathlib import Path

from goldenhour.geo.county.assembly import survey_of
from goldenhour.geo.county.services import services
from goldenhour.geo.region.build import Progress, build_region, silent
from goldenhour.geo.region.bundle import Manifest

__all__ = ["build"]


def build(seed: int, out: str | Path, *, progress: Progress = silent) -> Manifest:
    """Grow the county of this seed and write it as a region bundle to `out`."""
    progress("Growing Meridian County", 0.0)
    survey = survey_of(seed)
    return build_region(survey, Path(out), places=services(survey.addresses), progress=progress)
