"""What happens to people, and what is true about it. The system learns only what callers and crews say."""

from bisect import bisect
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from random import Random
from typing import Final

import msgspec

from goldenhour.call_taking.facts import Said
from goldenhour.chain.content import default_folder
from goldenhour.geo.region.bundle import Region
from goldenhour.kernel.instants import HOUR_MS, Instant, as_datetime, later
from goldenhour.world.chance import Chance

HOURLY: Final = (
    0.76, 0.67, 0.60, 0.54, 0.50, 0.52, 0.62, 0.79, 0.98, 1.11, 1.20, 1.24,
    1.27, 1.27, 1.26, 1.26, 1.26, 1.26, 1.25, 1.21, 1.15, 1.09, 1.00, 0.89,
)  # fmt: skip
"""Calls by local hour over the mean hour: the daily course of New York EMS calls 2010-2019 (NYC Open Data), rounded."""

CALLS_PER_ADDRESS_DAY: Final = 0.0034
"""Emergency calls a day for each address: about 110 calls per 1,000 people and year (our assumption for the demo)."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """How often a complaint occurs (weight) and what is usually behind it (content/world/emergencies.yaml)."""

    complaint: str
    weight: float
    awake: float
    breathing: float
    transport: float
    alert: str = ""
    alert_share: float = 0.0
    words: tuple[str, ...]


@cache
def kinds() -> tuple[Kind, ...]:
    """The mix of emergencies that the simulated world draws from."""
    body = (default_folder() / "world" / "emergencies.yaml").read_bytes()
    return msgspec.yaml.decode(body, type=dict[str, tuple[Kind, ...]])["kinds"]


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency as it really is. Alert names what the receiving hospital should be told, "" for none."""

    id: str
    at: Instant
    lon: float
    lat: float
    label: str
    complaint: str
    words: str
    awake: Said
    breathing: Said
    age_y: int
    sex: str
    transported: bool
    alert: str
    ani: str


class Emergencies:
    """A Poisson stream of emergencies over the region's addresses, by hour of the day."""

    def __init__(self, region: Region, chance: Chance, *, rate: float = 1.0) -> None:
        self._zone = region.timezone
        self._geocoder = region.geocoder
        self._homes = _homes(region)
        self._per_hour = CALLS_PER_ADDRESS_DAY * len(self._homes) / 24 * rate
        self._arrivals = chance.stream("arrivals")
        self._chance = chance
        self._count = 0

    def next_after(self, at: Instant) -> Truth:
        """The next emergency. Thinning (Lewis and Shedler 1979) makes the rate follow the hour."""
        peak = max(HOURLY) * self._per_hour
        when = at
        while True:
            when = Instant(when + max(1, round(self._arrivals.expovariate(peak) * HOUR_MS)))
            if self._arrivals.random() * max(HOURLY) <= HOURLY[as_datetime(when, self._zone).hour]:
                break
        self._count += 1
        return self.emergency(f"e{self._count}", when)

    def emergency(self, name: str, at: Instant) -> Truth:
        """One emergency of this name, at a random address."""
        random = self._chance.fresh("emergency", name)
        lon, lat = self._homes[random.randrange(len(self._homes))]
        label = self._geocoder.reverse(lon, lat).label
        return truth(name, at, random, lon=lon, lat=lat, label=label)


def _homes(region: Region) -> list[tuple[float, float]]:
    """Where people are: every address, or in a region without any, every place on the roads one can stop at."""
    stored = region.geocoder.tables.stored
    lon, lat = stored["address_lon"], stored["address_lat"]
    if not len(lon):
        stops = region.roads.off_road_access
        lon, lat = region.roads.lon[stops], region.roads.lat[stops]
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def truth(name: str, at: Instant, random: Random, *, lon: float, lat: float, label: str, complaint: str = "") -> Truth:
    """What is true about an emergency at a place; with `complaint`, about one of that kind."""
    kind = next((one for one in kinds() if one.complaint == complaint), None) or _drawn(kinds(), random)
    awake = Said.YES if random.random() < kind.awake else Said.NO
    breathing = Said.YES if random.random() < kind.breathing else Said.NO
    return Truth(
        id=name,
        at=at,
        lon=lon,
        lat=lat,
        label=label,
        complaint=complaint or kind.complaint,
        words=random.choice(kind.words),
        awake=awake,
        breathing=breathing,
        age_y=min(98, max(1, round(random.gauss(56, 22)))),
        sex=random.choice(("female", "male")),
        transported=random.random() < kind.transport,
        alert=kind.alert if random.random() < kind.alert_share else "",
        ani=f"555-01{random.randrange(100):02d}",
    )


def _drawn(mix: Sequence[Kind], random: Random) -> Kind:
    sums = list(accumulate(kind.weight for kind in mix))
    return mix[bisect(sums, random.random() * sums[-1])]


def heard_after(at: Instant, random: Random) -> Instant:
    """When the call rings: somebody has to see it and dial."""
    return later(at, 20 + random.expovariate(1 / 25))
