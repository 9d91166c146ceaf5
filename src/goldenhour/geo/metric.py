"""Degrees and metres: distances and a flat local frame good to ~0.1 % across a county."""

from dataclasses import dataclass
from typing import Any

import numpy as np

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG


def distance_m(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Great-circle distance in metres (haversine); scalars or arrays in degrees."""
    p1, p2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((p2 - p1) / 2) ** 2
    half = half + np.cos(p1) * np.cos(p2) * np.sin(np.radians(np.asarray(lon2) - np.asarray(lon1)) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half))


@dataclass(frozen=True, slots=True)
class Frame:
    """East and north in metres round a point: x = east, y = north."""

    lon0: float
    lat0: float

    @property
    def m_per_deg_lat(self) -> float:
        return float(np.pi * EARTH_RADIUS_M / 180)

    @property
    def m_per_deg_lon(self) -> float:
        return float(self.m_per_deg_lat * np.cos(np.radians(self.lat0)))

    def xy(self, lon: Any, lat: Any) -> Any:
        """Degrees -> metres, f64[n, 2] (or f64[2] for scalars)."""
        x = (np.asarray(lon, dtype=np.float64) - self.lon0) * self.m_per_deg_lon
        y = (np.asarray(lat, dtype=np.float64) - self.lat0) * self.m_per_deg_lat
        return np.stack([x, y], axis=-1)

    def lonlat(self, xy: Any) -> Any:
        """Metres -> degrees, same shape with lon, lat last."""
        xy = np.asarray(xy, dtype=np.float64)
        return np.stack(
            [xy[..., 0] / self.m_per_deg_lon + self.lon0, xy[..., 1] / self.m_per_deg_lat + self.lat0], axis=-1
        )
