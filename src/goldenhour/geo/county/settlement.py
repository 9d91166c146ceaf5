"""The streets that every Meridian County has: Ashford's Mill Lane, Station Road and second bridge; the hamlets."""

from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from shapely.ops import nearest_points

from goldenhour.geo.county.ground import XY, Ground, Town, blob, curve
from goldenhour.geo.county.lines import Street
from goldenhour.geo.county.naming import HAMLETS

HAMLET_RADIUS_M: Final = 330.0


def ashford_fixed(rng: Generator, land: Ground, ashford: Town) -> list[Street]:
    """Station Road from the centre to the railway, Mill Lane to the river, Mill Street over it to SR 7."""
    rail = nearest_points(land.railway, shapely.Point(ashford.x + 700, ashford.y - 1500))[0]
    start = (ashford.x + 20, ashford.y)
    station_road = curve(
        np.array([start, (start[0] + 260, start[1] - 900), (rail.x, rail.y - 20)]), rng, wander=0.05, step_m=60
    )
    third = station_road.interpolate(0.55, normalized=True)
    bank = nearest_points(land.river, shapely.Point(third.x + 900, third.y + 150))[0]
    mill_lane = curve(
        np.array(
            [
                (third.x - 330, third.y - 70),
                (third.x, third.y),
                ((third.x + bank.x) / 2, third.y + 130),
                (bank.x - 70, bank.y),
            ]
        ),
        rng,
        wander=0.05,
        step_m=45,
    )
    over = land.river_line.interpolate(land.river_line.project(shapely.Point(ashford.x + 2000, ashford.y - 1700)))
    joins = land.highways[2].line.interpolate(land.highways[2].line.project(shapely.Point(3300, 2600)))
    mill_street = curve(
        np.array(
            [
                (ashford.x + 60, ashford.y - 650),
                (over.x - 700, over.y + 150),
                (over.x, over.y),
                (over.x + 1000, over.y + 50),
                (over.x + 2400, over.y + 1300),
                (joins.x, joins.y + 4),
            ]
        ),
        rng,
        wander=0.02,
        step_m=70,
    )
    common: dict[str, Any] = {"town": ashford.name, "mph": 30.0}
    return [
        Street(line=station_road, name="Station Road", road_class="tertiary", numbering="simple", **common),
        Street(line=mill_lane, name="Mill Lane", road_class="residential", numbering="simple", **common),
        Street(line=mill_street, name="Mill Street", road_class="secondary", numbering="blocks", **common),
    ]


def hamlets(rng: Generator, crossings: XY, land: Ground) -> list[Town]:
    """Small places at country crossroads, well apart from the towns and each other."""
    taken = [(t.x, t.y, t.radius_m + 3200) for t in land.towns]
    out: list[Town] = []
    for i in rng.permutation(len(crossings)).tolist():
        x, y = crossings[i]
        near_road = min(h.line.distance(shapely.Point(x, y)) for h in land.highways)
        if len(out) == len(HAMLETS):
            break
        if near_road < 900 or any(np.hypot(x - a, y - b) < r for a, b, r in taken):
            continue
        outline: Any = blob(rng, x, y, HAMLET_RADIUS_M, rough=0.2, corners=12)
        out.append(
            Town(
                name=HAMLETS[len(out)], kind="hamlet", x=float(x), y=float(y), radius_m=HAMLET_RADIUS_M, outline=outline
            )
        )
        taken.append((float(x), float(y), 4200.0))
    return out
