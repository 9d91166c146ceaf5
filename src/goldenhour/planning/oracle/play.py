"""What happens in the oracle: calls arrive, units are chosen, drive, treat, hand over, rest."""

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import COLD
from goldenhour.geo.table import NEVER
from goldenhour.planning.oracle.ground import Ground
from goldenhour.planning.oracle.people import AVAILABLE, OFF, ON_BREAK, RESPONDING, WITH_PATIENT, Call, Process, Unit
from goldenhour.planning.twin.arrays import (
    BREAK,
    COLD_IN,
    DMEXCLP,
    ON_DUTY,
)
from goldenhour.planning.twin.arrays import (
    OFF_DUTY as DUTY_ENDS,
)


class Oracle(Ground):
    """One run. `play()` returns arrived_s f64[calls, slots], NaN where nobody came."""

    def play(self) -> NDArray[np.float64]:
        arrivals = self.env.process(self.desk())
        self.env.process(self.rosters())
        self.env.run(until=arrivals)
        while self.queue or any(unit.call for unit in self.units):
            if self.env.peek() == np.inf:
                break
            self.env.step()
        result = np.full((len(self.calls), int(self.rules["slots"])), np.nan)
        for call in self.calls:
            for slot, at in call.arrived_s.items():
                result[call.index, slot] = at
        return result

    # What happens

    def desk(self) -> Process:
        for call in self.calls:
            yield self.env.timeout(call.ready_s - self.env.now)
            self.dispatch(call)
            self.move_up()

    def rosters(self) -> Process:
        for event in self.roster:
            yield self.env.timeout(float(event["at_s"]) - self.env.now)
            unit, length_s = self.units[event["unit"]], float(event["length_s"])
            if event["kind"] == ON_DUTY:
                unit.off_at_s = self.env.now + length_s
                if unit.status == OFF:
                    unit.status = AVAILABLE
                    self.count(unit.post, 1)
                    self.take_waiting(unit)
            elif event["kind"] == DUTY_ENDS:
                if self.env.now >= unit.off_at_s and unit.status in (AVAILABLE, ON_BREAK):
                    if unit.status == AVAILABLE:
                        self.count(unit.post, -1)
                    self.stop_task(unit)
                    self.go_off_duty(unit)
            elif event["kind"] == BREAK and unit.status == AVAILABLE:
                self.count(unit.post, -1)
                if unit.post != unit.home:
                    self.drive_to_post(unit, unit.home)
                self.begin_break(unit, length_s)
            elif event["kind"] == BREAK and unit.status in (RESPONDING, WITH_PATIENT):
                unit.break_owed_s = length_s
            self.move_up()

    def respond(self, unit: Unit, call: Call) -> Process:
        """The first place of a plan: drive, treat, transport, hand over."""
        try:
            yield self.env.timeout(unit.leg_end_s - self.env.now)
        except self.simpy.Interrupt:
            return
        unit.status = WITH_PATIENT
        yield self.env.timeout(call.on_scene_s)
        node, off_m = call.node, call.off_m
        if call.transport:
            stop = self.hospital_for(call)
            base_s = off_m * self.off_s_per_m[COLD] + self.into(call.node, stop)
            yield self.env.timeout(base_s * self.pace_now(COLD))
            if stop in self.bays:
                with self.bays[stop].request() as bay:
                    yield bay
                    yield self.env.timeout(call.handover_s)
            else:
                yield self.env.timeout(call.handover_s)
            node, off_m = self.stop_node[stop], self.stop_off_m[stop]
        self.done(unit, node, off_m)

    def support(self, unit: Unit, call: Call) -> Process:
        """Another place: drive, work, and stay until the first unit has been there long enough."""
        try:
            yield self.env.timeout(unit.leg_end_s - self.env.now)
        except self.simpy.Interrupt:
            return
        unit.status = WITH_PATIENT
        yield self.env.timeout(call.support_s)
        while True:
            first_s = call.arrived_s.get(0)
            if first_s is None:
                yield call.first_changed
                continue
            # units that may leave at one instant leave in their order, as in the engine
            leave_s = first_s + float(self.rules["handoff_s"]) + 1e-6 * unit.index
            if leave_s <= self.env.now:
                break
            yield self.env.timeout(leave_s - self.env.now) | call.first_changed
        self.done(unit, call.node, call.off_m)

    def rest(self, unit: Unit, length_s: float) -> Process:
        try:
            yield self.env.timeout(length_s)
        except self.simpy.Interrupt:
            return
        unit.status, unit.task = AVAILABLE, None
        self.count(unit.post, 1)
        self.take_waiting(unit)
        self.move_up()

    def done(self, unit: Unit, node: int, off_m: float) -> None:
        assert unit.call
        unit.call, unit.task, unit.status = None, None, AVAILABLE
        self.stand(unit, node, off_m)
        if self.env.now >= unit.off_at_s:
            self.go_off_duty(unit)
        elif self.take_waiting(unit):
            pass
        elif unit.break_owed_s > 0:
            self.drive_to_post(unit, unit.home)
            self.begin_break(unit, unit.break_owed_s)
        elif not (self.swaps and self.swap(unit)):
            self.to_best_post(unit)
        self.move_up()

    # Deciding whom to send

    def dispatch(self, call: Call) -> None:
        size = self.plan_size[call.plan]
        if size == 1:
            self.send(call, 0)
            return
        status = {unit.index: self.reason(unit, call, 0) for unit in self.units}
        eta = {u.index: self.eta_s(u, call) for u in self.units if status[u.index] is not None}
        taken: list[tuple[int, Unit]] = []
        lacking = []
        for slot in range(size):
            sooner_s = self.sooner_s[call.plan][slot]
            first_s = min((eta[u.index] for _, u in taken), default=np.inf)
            free = [
                u
                for u in self.units
                if u not in [t for _, t in taken]
                and self.reason(u, call, self.slots_of[call.plan][slot]) is not None
                and (sooner_s < 0 or eta[u.index] <= first_s - sooner_s)
            ]
            best = self.best(free, eta, call, self.slots_of[call.plan][slot])
            if best:
                taken.append((slot, best))
            elif sooner_s < 0 or first_s == np.inf:
                lacking.append(slot)
        bumped = []
        for slot in range(size):
            for s, unit in taken:
                if s == slot:
                    bumped += self.assign(unit, call, slot)
            if slot in lacking:
                self.wait(call, slot)
        while bumped:
            bumped += self.send_again(*bumped.pop())

    def send(self, call: Call, slot: int) -> None:
        bumped = self.choose_and_assign(call, slot)
        while bumped:
            bumped = self.send_again(*bumped[0])

    def send_again(self, call: Call, slot: int) -> list[tuple[Call, int]]:
        if self.sooner_s[call.plan][slot] >= 0:
            return []
        return self.choose_and_assign(call, slot)

    def choose_and_assign(self, call: Call, slot: int) -> list[tuple[Call, int]]:
        required = self.slots_of[call.plan][slot]
        free = [unit for unit in self.units if self.reason(unit, call, required)]
        best = self.best(free, {u.index: self.eta_s(u, call) for u in free}, call, required)
        if best is None:
            self.wait(call, slot)
            return []
        return self.assign(best, call, slot)

    def reason(self, unit: Unit, call: Call, required: int) -> str | None:
        """How the unit could be sent: "free" or "divert"; None when it may not."""
        if unit.capabilities & required != required:
            return None
        if unit.status == RESPONDING and self.env.now < unit.leg_end_s:
            assert unit.call
            kind = "divert" if self.divert[unit.call.level][call.level] else None
        elif unit.status == ON_BREAK:
            kind = "free" if call.level <= self.break_level else None
        else:
            kind = "free" if unit.status == AVAILABLE else None
        if kind and unit.off_at_s - self.env.now < self.end_guard_s[call.level]:
            return None
        return kind

    def best(self, free: list[Unit], eta: dict[int, float], call: Call, required: int) -> Unit | None:
        cost = {}
        for unit in free:
            scarce = unit.capabilities & self.scarce & ~required
            cost[unit.index] = eta[unit.index] + (self.spare_s if scarce else 0.0)
            if unit.status == RESPONDING:
                cost[unit.index] += self.divert_gain_s
        reachable = [u for u in free if eta[u.index] < np.inf]
        if not reachable:
            return None
        best = min(reachable, key=lambda u: (cost[u.index], u.index))
        if self.slack_s > 0:
            near = [u for u in reachable if cost[u.index] <= cost[best.index] + self.slack_s]
            loss = {u.index: self.loss(u) for u in near}
            if min(loss.values()) < loss[best.index]:
                best = min(near, key=lambda u: (loss[u.index], u.index))
        return best

    def assign(self, unit: Unit, call: Call, slot: int) -> list[tuple[Call, int]]:
        bumped = []
        if unit.status == RESPONDING:
            assert unit.call
            bumped = [(unit.call, unit.slot)]
            self.leave(unit)
            unit.diverted += 1
        elif unit.status == AVAILABLE and unit.posted:
            self.count(unit.post, -1)
        self.stop_task(unit)
        self.drive_to_call(unit, call)
        unit.status, unit.call, unit.slot, unit.posted = RESPONDING, call, slot, False
        call.units[slot], call.arrived_s[slot] = unit, unit.leg_end_s
        if call.first_changed is None:
            call.first_changed = self.env.event()
        if slot == 0:
            self.first_moved(call)
            unit.task = self.env.process(self.respond(unit, call))
        else:
            unit.task = self.env.process(self.support(unit, call))
        return bumped

    def leave(self, unit: Unit) -> None:
        """The unit no longer goes to its call."""
        assert unit.call
        del unit.call.units[unit.slot], unit.call.arrived_s[unit.slot]
        if unit.slot == 0:
            self.first_moved(unit.call)

    def first_moved(self, call: Call) -> None:
        call.first_changed.succeed()
        call.first_changed = self.env.event()

    # The queue

    def wait(self, call: Call, slot: int) -> None:
        if not self.rules["mutual_aid"]:
            self.queue.append((call, slot))

    def take_waiting(self, unit: Unit) -> bool:
        """Most urgent first (long waits raise the level), then longest waiting."""
        numbers = self.rules["numbers"]

        def urgency(entry: tuple[Call, int]) -> tuple[float, float]:
            call, _ = entry
            waited_s = self.env.now - call.arrival_s
            steps = min(waited_s / float(numbers["promote_s"][call.level]), 5.0)
            return max(1, call.level - int(steps)), call.arrival_s

        able = [
            (call, slot)
            for call, slot in self.queue
            if unit.capabilities & (mask := self.slots_of[call.plan][slot]) == mask
            and not unit.off_at_s - self.env.now < self.end_guard_s[call.level]
        ]
        if not able:
            return False
        entry = min(able, key=urgency)
        self.queue.remove(entry)
        self.assign(unit, *entry)
        return True

    # Where units go

    def to_best_post(self, unit: Unit) -> None:
        post = self.best_post(unit)
        self.drive_to_post(unit, post)
        self.count(post, 1)

    def best_post(self, unit: Unit) -> int:
        if self.rules["redeploy"] != DMEXCLP:
            return unit.home
        q = float(self.rules["numbers"]["q"])
        gains = (self.demand * (1 - q) * q**self.covered_by) @ self.covers
        row = self.rows[COLD_IN, int(unit.leg["to_node"])]
        open_posts = [w for w in range(self.posts) if row[w] != NEVER]
        return min(open_posts, key=lambda w: (-gains[w], row[w], w)) if open_posts else unit.home

    def swap(self, unit: Unit) -> bool:
        numbers = self.rules["numbers"]
        offers = []
        for other in self.units:
            if other.status != RESPONDING or self.env.now >= other.leg_end_s:
                continue
            call = other.call
            assert call
            mask = self.slots_of[call.plan][other.slot]
            saving_s = self.eta_s(other, call) - self.eta_s(unit, call, reported=False)
            least_s = float(numbers["swap_gain_s"][call.level])
            if unit.capabilities & mask == mask and saving_s >= least_s and saving_s > 0:
                offers.append((call.level, -saving_s, other.index))
        if not offers:
            return False
        other = self.units[min(offers)[2]]
        call, slot = other.call, other.slot
        assert call
        self.leave(other)
        self.stop_task(other)
        other.call, other.status = None, AVAILABLE
        other.swaps += 1
        self.to_best_post(other)
        self.assign(unit, call, slot)
        return True

    def move_up(self) -> None:
        if not self.moves_up:
            return
        q = float(self.rules["numbers"]["q"])
        while sum(at > self.env.now - 3600.0 for at in self.moves_at) < self.rules["moves_per_hour"]:
            best = None
            for unit in self.units:
                waits = unit.status == AVAILABLE and self.env.now >= unit.leg_end_s
                if not waits or self.env.now - unit.moved_s < self.rules["move_rest_s"]:
                    continue
                row = self.rows[COLD_IN, self.stop_node[unit.post]]
                for post in range(self.posts):
                    if post == unit.post or row[post] == NEVER:
                        continue
                    more = (self.covers[:, post] > 0) & (self.covers[:, unit.post] == 0)
                    less = (self.covers[:, post] == 0) & (self.covers[:, unit.post] > 0)
                    gain = (self.demand * q**self.covered_by)[more].sum()
                    gain -= (self.demand * q ** (self.covered_by - 1))[less].sum()
                    gain *= 1 - q
                    if best is None or gain > best[0] + 1e-12 or (abs(gain - best[0]) <= 1e-12 and row[post] < best[1]):
                        best = (gain, row[post], unit, post)
            if best is None or best[0] <= float(self.rules["numbers"]["move_gain"]) * self.demand.sum():
                return
            _, _, unit, post = best
            self.count(unit.post, -1)
            self.drive_to_post(unit, post)
            self.count(post, 1)
            unit.moved_s = self.env.now
            unit.moves += 1
            self.moves_at.append(self.env.now)

    def begin_break(self, unit: Unit, length_s: float) -> None:
        unit.status, unit.break_owed_s = ON_BREAK, 0.0
        unit.task = self.env.process(self.rest(unit, length_s))

    def go_off_duty(self, unit: Unit) -> None:
        unit.status, unit.break_owed_s = OFF, 0.0
        self.drive_to_post(unit, unit.home)

    def stop_task(self, unit: Unit) -> None:
        if unit.task is not None and unit.task.is_alive and unit.task is not self.env.active_process:
            unit.task.interrupt()
        unit.task = None

    # Cover
