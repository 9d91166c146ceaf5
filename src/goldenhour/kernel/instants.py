"""Instants and durations: one integer clock for everything that is decided or recorded."""

import re
from datetime import UTC, datetime
from typing import Final, NewType
from zoneinfo import ZoneInfo

Instant = NewType("Instant", int)
"""Milliseconds since 1970-01-01T00:00Z."""

SECOND_MS: Final = 1000
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000


_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def later(at: Instant, seconds: float) -> Instant:
    """The instant `seconds` after `at`."""
    return Instant(at + round(seconds * SECOND_MS))


def as_datetime(at: Instant, zone: str = "UTC") -> datetime:
    """The instant as an aware datetime in `zone`, an IANA name."""
    return datetime.fromtimestamp(at / 1000, tz=UTC if zone == "UTC" else ZoneInfo(zone))


def as_iso(at: Instant, zone: str = "UTC") -> str:
    """ISO 8601 with explicit offset and whole seconds, the form NEMSIS asks for ("Z" is refused there)."""
    return as_datetime(at, zone).replace(microsecond=0).isoformat()


def in_clock_time(text: str, zone: str) -> str:
    """A sentence with its ISO times (`as_iso`, UTC) as people in a time zone read them off a clock: 14:32:07."""
    return _ISO.sub(lambda found: f"{as_datetime(from_iso(found[0]), zone):%H:%M:%S}", text)


def from_iso(text: str) -> Instant:
    """Reads ISO 8601 with an offset; a time without one is refused, for nobody knows what it means."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text!r} has no offset; give one, as in 2026-11-21T14:32:07-06:00")
    return Instant(round(moment.timestamp() * 1000))
