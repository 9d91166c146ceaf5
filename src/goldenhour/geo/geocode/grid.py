"""UTM and the military grid (MGRS, the US National Grid): zone letters and metres to degrees and back, on WGS84.

Krüger's series to the third order in n, as in Karney, "Transverse Mercator with an accuracy of a few nanometers",
J. Geodesy 2011; better than a millimetre within a zone. MGRS letters: NGA.SIG.0012 (2014), sections 3 and 4.
"""

from math import asin, asinh, atan2, atanh, cos, cosh, degrees, floor, radians, sin, sinh, sqrt
from typing import Final

_A: Final = 6_378_137.0
_F: Final = 1 / 298.257223563
_N: Final = _F / (2 - _F)
_RADIUS: Final = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_K0: Final = 0.9996
_FORWARD: Final = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16,
    13 * _N**2 / 48 - 3 * _N**3 / 5,
    61 * _N**3 / 240,
)
_BACK: Final = (_N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96, _N**2 / 48 + _N**3 / 15, 17 * _N**3 / 480)
_LATITUDE: Final = (2 * _N - 2 * _N**2 / 3 - 2 * _N**3, 7 * _N**2 / 3 - 8 * _N**3 / 5, 56 * _N**3 / 15)
BANDS: Final = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS: Final = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS: Final = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE_M: Final = 100_000.0
_ROW_CYCLE_M: Final = 2_000_000.0
_FALSE_EAST_M: Final = 500_000.0
_FALSE_NORTH_M: Final = 10_000_000.0


def from_utm(zone: int, north: bool, easting_m: float, northing_m: float) -> tuple[float, float]:
    """(lon, lat) in degrees of a UTM position."""
    xi = (northing_m - (0 if north else _FALSE_NORTH_M)) / (_K0 * _RADIUS)
    eta = (easting_m - _FALSE_EAST_M) / (_K0 * _RADIUS)
    flat_xi = xi - sum(b * sin(2 * j * xi) * cosh(2 * j * eta) for j, b in enumerate(_BACK, 1))
    flat_eta = eta - sum(b * cos(2 * j * xi) * sinh(2 * j * eta) for j, b in enumerate(_BACK, 1))
    chi = asin(sin(flat_xi) / cosh(flat_eta))
    lat = chi + sum(d * sin(2 * j * chi) for j, d in enumerate(_LATITUDE, 1))
    lon = zone * 6 - 183 + degrees(atan2(sinh(flat_eta), cos(flat_xi)))
    return lon, degrees(lat)


def to_utm(lon: float, lat: float, *, zone: int | None = None) -> tuple[int, float, float]:
    """(zone, easting_m, northing_m); the northing counts from the equator or, south of it, from 10,000 km below."""
    zone = zone or zone_of(lon, lat)
    e = 2 * sqrt(_N) / (1 + _N)
    phi, away = radians(lat), radians(lon - (zone * 6 - 183))
    t = sinh(atanh(sin(phi)) - e * atanh(e * sin(phi)))
    xi, eta = atan2(t, cos(away)), asinh(sin(away) / sqrt(t * t + cos(away) ** 2))
    east = eta + sum(a * cos(2 * j * xi) * sinh(2 * j * eta) for j, a in enumerate(_FORWARD, 1))
    north = xi + sum(a * sin(2 * j * xi) * cosh(2 * j * eta) for j, a in enumerate(_FORWARD, 1))
    return zone, _K0 * _RADIUS * east + _FALSE_EAST_M, _K0 * _RADIUS * north + (0 if lat >= 0 else _FALSE_NORTH_M)


def zone_of(lon: float, lat: float) -> int:
    """UTM zone number, with the exceptions for south-west Norway and Svalbard."""
    if 56 <= lat < 64 and 3 <= lon < 12:
        return 32
    if 72 <= lat < 84 and 0 <= lon < 42:
        return 31 + 2 * floor((lon + 3) / 12)
    return min(60, int((lon + 180) // 6) + 1)


def band_of(lat: float) -> str:
    """Latitude band letter, C to X."""
    return BANDS[max(0, min(19, int((lat + 80) // 8)))]


def from_mgrs(zone: int, band: str, square: str, east_m: float, north_m: float) -> tuple[float, float] | None:
    """(lon, lat) of a position inside a 100 km square; None if the letters do not occur in that zone and band."""
    column = _COLUMNS[(zone - 1) % 3].find(square[0])
    row = _ROWS.find(square[1])
    if column < 0 or row < 0 or band not in BANDS:
        return None
    northing = ((row - (5 if zone % 2 == 0 else 0)) % 20) * _SQUARE_M + north_m
    bottom = -80 + 8 * BANDS.index(band)
    north = band >= "N"
    least = to_utm(zone * 6 - 183, bottom, zone=zone)[2] - _SQUARE_M
    while northing < least:
        northing += _ROW_CYCLE_M
    lon, lat = from_utm(zone, north, (column + 1) * _SQUARE_M + east_m, northing)
    top = bottom + (12 if band == "X" else 8)
    return (lon, lat) if bottom - 1 <= lat <= top + 1 else None


def to_mgrs(lon: float, lat: float) -> str:
    """The position to one metre: "15S WD 12345 67890"."""
    zone, easting, northing = to_utm(lon, lat)
    column = _COLUMNS[(zone - 1) % 3][int(easting // _SQUARE_M) - 1]
    row = _ROWS[(int(northing // _SQUARE_M) + (5 if zone % 2 == 0 else 0)) % 20]
    inside = f"{int(easting % _SQUARE_M):05d} {int(northing % _SQUARE_M):05d}"
    return f"{zone}{band_of(lat)} {column}{row} {inside}"
