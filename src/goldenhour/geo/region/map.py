"""The offline map of a region: a PMTiles archive of vector tiles."""

from pathlib import Path

from goldenhour.geo.region.survey import Survey


def write_map(survey: Survey, path: Path) -> None:
    """Placeholder."""
    path.write_bytes(b"")
