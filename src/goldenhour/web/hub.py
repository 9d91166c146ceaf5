"""The live hub: every changed row encoded once, and told to every connected screen that may see it."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from itertools import islice
from typing import Any, Final, get_args, get_type_hints

import msgspec

from goldenhour.chain.access import Sight, owners_of_row, sight
from goldenhour.kernel.privacy import phi_fields, redacted
from goldenhour.runtime.boards import Boards, RowChanged

MOST_REMEMBERED: Final = 20_000
"""Changes kept for screens that come back; one that was away for longer gets a snapshot."""

TICK_S: Final = 0.04
"""Changes within this time travel together: too short to notice, long enough to save work with many screens."""

_encode: Final = msgspec.json.Encoder().encode


class Audience(msgspec.Struct, frozen=True):
    """Screens that see the same: these views, with or without what identifies patients; where there is an `owner`
    ("unit:m12", "facility:general", "agency:meridian-ems"), of others' rows only what `chain.access.sight` allows."""

    views: frozenset[str]
    sees_phi: bool
    owner: str | None = None


class Shown:
    """A row as bytes, made once when first asked for, and whose it is."""

    def __init__(self, view: str, row: msgspec.Struct) -> None:
        self._view = view
        self._row = row

    @cached_property
    def _owners(self) -> frozenset[str]:
        return owners_of_row(self._row)

    @cached_property
    def full(self) -> bytes:
        return _encode(self._row)

    @cached_property
    def plain(self) -> bytes:
        """Without what identifies patients."""
        return _encode(redacted(self._row)) if hides(type(self._row)) else self.full

    def to(self, audience: Audience) -> bytes | None:
        """What this audience gets; None where the row is not theirs."""
        seen = Sight.ALL if audience.owner is None else sight(audience.owner, self._view, self._owners)
        if seen is Sight.NOTHING:
            return None
        return self.full if audience.sees_phi and seen is Sight.ALL else self.plain


class Told(msgspec.Struct, frozen=True):
    """One row's change: its place among all, `["view","key",` as bytes, and the row after and before it, if any."""

    place: int
    view: str
    head: bytes
    now: Shown | None
    was: Shown | None

    def to(self, audience: Audience) -> bytes | None:
        """What this audience gets; null where a row has gone, or has passed to another owner."""
        if self.view not in audience.views:
            return None
        row = self.now.to(audience) if self.now is not None else None
        if row is None:
            if self.now is not None and (self.was is None or self.was.to(audience) is None):
                return None
            row = b"null"
        return self.head + row + b"]"


class Hub:
    """Listens to the boards. Screens ask for what came after a place and wait for more."""

    def __init__(self, boards: Boards, *, first_place: int) -> None:
        """`first_place` must grow from one start of the server to the next, so that an old screen is recognised."""
        self._boards = boards
        self._told: deque[Told] = deque(maxlen=MOST_REMEMBERED)
        self._place = first_place
        self._grown = asyncio.Event()
        self._rows: dict[str, dict[str, Shown]] = {}
        self._composed: dict[tuple[Audience, int, int], bytes] = {}
        self._tick: asyncio.TimerHandle | None = None
        for view, rows in boards.rows.items():
            self._rows[view] = {key: Shown(view, row) for key, row in rows.items()}
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
        views = b",".join(
            b'"%s":{%s}' % (view.encode(), _joined(rows, audience))
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

    def _changed(self, _: int, changes: Sequence[RowChanged]) -> None:
        for change in changes:
            self._place += 1
            rows = self._rows[change.view]
            was = rows.pop(change.key, None)
            now = None if change.row is None else Shown(change.view, change.row)
            if now is not None:
                rows[change.key] = now
            head = b"[%s,%s," % (_encode(change.view), _encode(change.key))
            told = Told(self._place, change.view, head, now, was)
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
        rows = [row for told in newer if (row := told.to(audience)) is not None]
        return b'{"seq":%d,"rows":[%s]}' % (self._boards.seq, b",".join(rows)) if rows else b""


def _joined(rows: dict[str, Shown], audience: Audience) -> bytes:
    seen = ((key, row) for key, shown in rows.items() if (row := shown.to(audience)) is not None)
    return b",".join(_encode(key) + b":" + row for key, row in seen)


@cache
def hides(shape: Any) -> bool:
    """Whether a type has, at any depth, a field that is marked `Phi`."""
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return bool(phi_fields(shape)) or any(hides(hint) for hint in get_type_hints(shape).values())
    return any(hides(part) for part in get_args(shape))
