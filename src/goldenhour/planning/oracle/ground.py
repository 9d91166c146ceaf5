"""Where the oracle's units are and how long they take: roads, legs, posts, hospitals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import COLD
from goldenhour.planning.oracle.people import AVAILABLE, OFF, Call, Unit
from goldenhour.planning.twin.arrays import (
    COLD_IN,
    NOWHERE,
    UNIT,
)
from goldenhour.planning.twin.ground import position
from goldenhour.planning.twin.ground.town import Town
from goldenhour.planning.twin.simulate import Fleet


class Ground:
    """The state of one run, and all that concerns places and times."""

    def __init__(
        self,
        town: Town,
        rules: NDArray[Any],
        calls: NDArray[Any],
        fleet: Fleet,
        *,
        covers: NDArray[np.float64],
    ) -> None:
        import simpy

        self.simpy = simpy
        self.env = simpy.Environment()
        self.town, self.rows, self.roads = town.town[0], town.rows, town.roads
        self.rules = rules[0]
        self.pace: list[list[float]] = rules["pace"][0].tolist()
        self.first_hour = int(self.rules["first_hour"])
        self.quantum_s: list[float] = self.town["quantum_s"].tolist()
        self.off_s_per_m: list[float] = self.town["off_s_per_m"].tolist()
        self.posts, self.stops = int(self.town["n_posts"]), int(self.town["n_stops"])
        self.stop_node = self.town["stop_node"].tolist()
        self.stop_off_m = self.town["stop_off_m"].tolist()
        numbers = self.rules["numbers"]
        self.spare_s, self.scarce = float(numbers["spare_s"]), int(numbers["scarce"])
        self.divert_gain_s, self.slack_s = float(numbers["divert_gain_s"]), float(numbers["cover_slack_s"])
        self.break_level, self.end_guard_s = int(numbers["break_level"]), numbers["end_guard_s"].tolist()
        self.every_s = float(self.rules["report_s"])
        self.moves_up, self.swaps = bool(self.rules["move_up"]), bool(self.rules["swaps"])
        self.divert = self.rules["numbers"]["divert"].tolist()
        self.slots_of = self.rules["plan_slots"].tolist()
        self.sooner_s = self.rules["plan_sooner_s"].tolist()
        self.plan_size = self.rules["plan_size"].tolist()
        self.mode_of_level = self.rules["mode_of_level"].tolist()
        self.roster = fleet.roster
        self.here = np.zeros(3)
        self.covers = covers
        self.demand = self.rules["demand"][: len(covers)]
        self.covered_by = np.zeros(len(covers), np.int64)
        self.queue: list[tuple[Call, int]] = []
        self.moves_at: list[float] = []
        self.bays = {
            stop: simpy.Resource(self.env, capacity=int(self.town["bays"][stop]))
            for stop in range(self.posts, self.stops)
            if self.town["bays"][stop] > 0
        }
        columns = [name for name in calls.dtype.names or () if name != "original"]
        self.calls = [
            Call(i, self.mode_of_level[level], *row)
            for i, (level, *row) in enumerate(
                zip(calls["level"].tolist(), *(calls[name].tolist() for name in columns), strict=True)
            )
        ]
        self.units = [self._unit(i, fleet) for i in range(len(fleet.post))]
        for unit in self.units:
            if unit.status == AVAILABLE:
                self.count(unit.post, 1)

    def _unit(self, i: int, fleet: Fleet) -> Unit:
        leg = np.zeros(1, UNIT)[0]
        leg["leg_node"] = leg["to_node"] = self.stop_node[fleet.post[i]]
        leg["leg_chain"], leg["leg_mode"], leg["leg_pace"] = NOWHERE, COLD, 1.0
        home = int(fleet.post[i])
        return Unit(i, home, home, int(fleet.capabilities[i]), AVAILABLE if fleet.on_duty[i] else OFF, leg)

    def count(self, post: int, change: int) -> None:
        if self.rules["cover"]:
            self.covered_by += change * (self.covers[:, post] > 0)

    def loss(self, unit: Unit) -> float:
        if unit.status != AVAILABLE:
            return 0.0
        q = float(self.rules["numbers"]["q"])
        mine = (self.covers[:, unit.post] > 0) & (self.covered_by > 0)
        return float((self.demand * (1 - q) * q ** (self.covered_by - 1.0))[mine].sum())

    # Travel

    def pace_now(self, mode: int) -> float:
        return self.pace[mode][(self.first_hour + int(self.env.now / 3600.0)) % 168]

    def row_of(self, call: Call) -> list[int]:
        """Quanta from every stop to the call, looked up once."""
        if call.row is None:
            call.row = self.rows[call.mode, call.node].tolist()
        return call.row

    def into(self, node: int, stop: int) -> float:
        return float(self.rows[COLD_IN, node, stop]) * self.quantum_s[COLD]

    def hospital_for(self, call: Call) -> int:
        stops = range(self.posts, self.stops)
        need = call.hospital_need
        able = [s for s in stops if int(self.town["hospital_can"][s]) & need == need]
        row = self.rows[COLD_IN, call.node].tolist()
        return min(able or stops, key=lambda s: row[s])

    def at_post(self, unit: Unit) -> bool:
        return unit.posted and self.env.now >= unit.leg_end_s

    def eta_s(self, unit: Unit, call: Call, *, reported: bool = True) -> float:
        """Seconds until the desk expects the unit at the call."""
        off_s = call.off_m * self.off_s_per_m[call.mode]
        pace = self.pace_now(call.mode)
        if self.at_post(unit):
            base_s = self.row_of(call)[unit.post] * self.quantum_s[call.mode] + off_s
            return base_s * pace + call.turnout_s
        at_s = self.reported_s(unit) if reported else float(self.env.now)
        base_s = position.drive_s(self.roads, self.town, unit.leg, call.mode, call.node, at_s, self.here)
        return max(0.0, unit.leg_depart_s - self.env.now) + (float(base_s) + off_s) * pace

    def reported_s(self, unit: Unit) -> float:
        every_s = self.every_s
        if every_s <= 0:
            return float(self.env.now)
        shift_s = every_s * unit.index / len(self.units)
        return float(np.floor((self.env.now - shift_s) / every_s) * every_s + shift_s)

    def from_road(self, unit: Unit, call: Call, at_s: float) -> tuple[tuple[int, int, float], float, float]:
        """(place, base seconds off the road, base seconds by road to the call) from where the unit was at at_s."""
        place = self.place(unit, at_s)
        off0_s = self.here[1] * self.off_s_per_m[call.mode] / self.off_s_per_m[unit.leg_mode]
        return place, float(off0_s), self.road_s(call.mode, place, call.node)

    def place(self, unit: Unit, at_s: float) -> tuple[int, int, float]:
        node, chain = position.find(self.roads, self.town, unit.leg, at_s, self.here)
        return int(node), int(chain), float(self.here[0])

    def road_s(self, mode: int, place: tuple[int, int, float], node: int) -> float:
        position.put_spot(self.roads, mode, *place, self.roads.spot[0])
        position.put_spot(self.roads, mode, node, NOWHERE, 0.0, self.roads.spot[1])
        return float(position.road_s(self.roads, self.town, mode))

    def drive_to_call(self, unit: Unit, call: Call) -> None:
        off1_s = call.off_m * self.off_s_per_m[call.mode]
        pace = self.pace_now(call.mode) * call.luck
        if self.at_post(unit):
            off0_s = self.stop_off_m[unit.post] * self.off_s_per_m[call.mode]
            row_s = self.row_of(call)[unit.post] * self.quantum_s[call.mode]
            place = (self.stop_node[unit.post], NOWHERE, 0.0)
            depart_s = self.env.now + call.turnout_s
            self.begin_leg(unit, call.mode, place, call.node, depart_s, off0_s, row_s - off0_s, off1_s, pace)
            return
        place, off0_s, base_s = self.from_road(unit, call, self.env.now)
        depart_s = max(self.env.now, unit.leg_depart_s)
        self.begin_leg(unit, call.mode, place, call.node, depart_s, off0_s, base_s, off1_s, pace)

    def drive_to_post(self, unit: Unit, post: int) -> None:
        place = self.place(unit, self.env.now)
        off0_s = float(self.here[1]) * self.off_s_per_m[COLD] / self.off_s_per_m[unit.leg_mode]
        off1_s = self.stop_off_m[post] * self.off_s_per_m[COLD]
        node = self.stop_node[post]
        base_s = self.into(place[0], post) - off1_s if place[0] != NOWHERE else self.road_s(COLD, place, node)
        depart_s = max(self.env.now, unit.leg_depart_s)
        pace = self.pace_now(COLD)
        self.begin_leg(unit, COLD, place, node, depart_s, off0_s, base_s, off1_s, pace)
        unit.post, unit.posted = post, True

    def stand(self, unit: Unit, node: int, off_m: float) -> None:
        unit.posted = False
        off_s = off_m * self.off_s_per_m[COLD]
        self.begin_leg(unit, COLD, (node, NOWHERE, 0.0), node, self.env.now, off_s, 0.0, 0.0, 1.0)

    def begin_leg(
        self, unit: Unit, mode: int, place: tuple[int, int, float], to_node: int,
        depart_s: float, off0_s: float, road_s: float, off1_s: float, pace: float,
    ) -> None:  # fmt: skip
        leg = unit.leg
        leg["leg_node"], leg["leg_chain"], leg["leg_fraction"] = place
        leg["leg_mode"], leg["to_node"], leg["leg_depart_s"], leg["leg_pace"] = mode, to_node, depart_s, pace
        leg["leg_off0_s"], leg["leg_road_s"], leg["leg_off1_s"] = off0_s, road_s, off1_s
        unit.leg_mode, unit.leg_depart_s = mode, depart_s
        unit.leg_end_s = depart_s + (off0_s + road_s + off1_s) * pace
        leg["walk_known"], leg["walk_s"] = 0, 0.0
