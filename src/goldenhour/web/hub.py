"""The live hub: every changed row encoded once, and told to every connected screen that may see it."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

import msgspec

from goldenhour.kernel.privacy import phi_fields, redacted
from goldenhour.runtime.boards import Boards, RowChanged

MOST_REMEMBERED: Final = 20_000
"""Changes kept for screens that come back; one that was away for longer gets a snapshot."""

TICK_S: Final = 0.04
"""Changes within this time travel together: too short to notice, long enough to save work with many screens."""

_encode: Final = msgspec.json.Encoder().encode


class Audience(msgspec.Struct, frozen=True):
    """Screens that see the same: these views, with or without what identifies patients."""

    views: frozenset[str]
    sees_phi: bool


class Told(msgspec.Struct, frozen=True):
    """One row's change: its place among all, its log position, and its bytes for both kinds of audience."""

    place: int
    seq: int
    view: str
    full: bytes
    plain: bytes


class Hub:
    """Listens to the boards. Screens ask for what came after a place and wait for more."""

    def __init__(self, boards: Boards, *, first_place: int) -> None:
        """`first_place` must grow from one start of the server to the next, so that an old screen is recognised."""
        self._boards = boards
        self._told: deque[Told] = deque(maxlen=MOST_REMEMBERED)
        self._place = first_place
        self._grown = asyncio.Event()
        self._rows: dict[str, dict[str, tuple[bytes, bytes]]] = {}
        self._composed: dict[tuple[Audience, int, int], bytes] = {}
        self._tick: asyncio.TimerHandle | None = None
        for view, rows in boards.rows.items():
            self._rows[view] = {key: _both(row) for key, row in rows.items()}
        self._people: Counter[tuple[str, str | None]] = Counter()
        boards.listen(self._changed)

    @contextmanager
    def connected(self, role: str, at: str | None) -> Iterator[None]:
        """Counts a person with an open screen: their role, and the unit or hospital they work at."""
        self._people[role, at] += 1
        try:
            yield
        finally:
            self._people[role, at] -= 1

    def present(self, role: str, at: str | None) -> bool:
        """Whether somebody in this role (at this unit or hospital) has a screen open."""
        return self._people[role, at] > 0

    @property
    def place(self) -> int:
        """The place of the newest change; a screen that has seen it is up to date."""
        return self._place

    def snapshot(self, audience: Audience) -> tuple[int, bytes]:
        """(place, `{"seq", "views": {view: {key: row}}}` as bytes) of everything this audience sees now."""
        which = 0 if audience.sees_phi else 1
        views = b",".join(
            b'"%s":{%s}' % (view.encode(), b",".join(_encode(key) + b":" + both[which] for key, both in rows.items()))
            for view, rows in self._rows.items()
            if view in audience.views
        )
        return self._place, b'{"seq":%d,"views":{%s}}' % (self._boards.seq, views)

    def since(self, place: int, audience: Audience) -> tuple[int, bytes | None] | None:
        """(newest place, message or None if nothing is for them) after a place; None when that is too long ago."""
        if self._told and place < self._told[0].place - 1:
            return None
        if place > self._place or (not self._told and place != self._place):
            return None
        now = self._place
        key = audience, place, now
        if key not in self._composed:
            self._composed[key] = self._compose(place, audience)
        return now, self._composed[key] or None

    async def wait_beyond(self, place: int, timeout_s: float) -> bool:
        """Whether something came after `place` within the time."""
        if self._place > place and self._tick is None:
            return True
        try:
            async with asyncio.timeout(timeout_s):
                await self._grown.wait()
        except TimeoutError:
            return False
        return True

    def _changed(self, seq: int, changes: Sequence[RowChanged]) -> None:
        for change in changes:
            self._place += 1
            rows = self._rows[change.view]
            if change.row is None:
                rows.pop(change.key, None)
                full = plain = b"null"
            else:
                rows[change.key] = full, plain = _both(change.row)
            head = b"[%s,%s," % (_encode(change.view), _encode(change.key))
            told = Told(self._place, seq, change.view, head + full + b"]", head + plain + b"]")
            self._told.append(told)
        if self._tick is None:
            self._tick = asyncio.get_running_loop().call_later(TICK_S, self._tell)

    def _tell(self) -> None:
        self._tick = None
        self._composed.clear()
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    def _compose(self, place: int, audience: Audience) -> bytes:
        if not self._told:
            return b""
        newer = islice(self._told, max(0, place - self._told[0].place + 1), None)
        rows = [told.full if audience.sees_phi else told.plain for told in newer if told.view in audience.views]
        return b'{"seq":%d,"rows":[%s]}' % (self._boards.seq, b",".join(rows)) if rows else b""


def _both(row: msgspec.Struct) -> tuple[bytes, bytes]:
    """A row's bytes with, and without, what identifies patients."""
    full = _encode(row)
    return full, _encode(redacted(row)) if _hides(type(row)) else full


_HIDES: dict[type, bool] = {}


def _hides(shape: type) -> bool:
    if shape not in _HIDES:
        _HIDES[shape] = bool(phi_fields(shape)) or any(
            isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
            for field in msgspec.structs.fields(shape)
        )
    return _HIDES[shape]
