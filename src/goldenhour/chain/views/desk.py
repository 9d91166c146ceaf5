"""The numbers across the top of the dispatchers' screen."""

from collections.abc import Callable, Iterable

import msgspec

from goldenhour.call_taking.state import CallState
from goldenhour.chain.views.incidents import waiting_since
from goldenhour.dispatch.facts import Moment
from goldenhour.runtime.boards import Open
from goldenhour.runtime.runtime import Change

KEY = "now"


class DeskRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row: counts of what waits and moves, and how much of the county is covered within `coverage_within_s`."""

    county: str
    exercise: bool
    speed: float
    ringing: int
    waiting: int
    moving: int
    available: int
    on_duty: int
    coverage_share: float | None
    coverage_within_s: float


class DeskView:
    """Made anew every second rather than with every fact."""

    name = "desk"

    def __init__(
        self, *, county: str, exercise: bool, speed: float, within_s: float, coverage: Callable[[], float | None]
    ) -> None:
        self._county = county
        self._exercise = exercise
        self._speed = speed
        self._within_s = within_s
        self._coverage = coverage

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        return ()

    def row(self, key: str, now: Open) -> DeskRow:
        units = now.all("unit").values()
        driving = {Moment.EN_ROUTE, Moment.LEFT_SCENE}
        share = self._coverage()
        return DeskRow(
            county=self._county,
            exercise=self._exercise,
            speed=self._speed,
            ringing=sum(call.state is CallState.RINGING for call in now.all("call").values()),
            waiting=sum(waiting_since(incident) is not None for incident in now.all("incident").values()),
            moving=sum(unit.status in driving for unit in units),
            available=sum(unit.status == "available" for unit in units),
            on_duty=sum(unit.on_duty for unit in units),
            coverage_share=None if share is None else round(share, 3),
            coverage_within_s=self._within_s,
        )
