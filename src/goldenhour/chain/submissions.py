"""The port to what sends locked records to the state: the desk only shows how far each has come."""

from typing import Final, Protocol

import msgspec

from goldenhour.kernel.ids import RecordId
from goldenhour.kernel.instants import Instant


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """How far a record has come: `waiting`, `sent`, `accepted`, `rejected` (correct it) or `held` (a person has to
    act); in words, and what the receiver found."""

    state: str
    detail: str
    findings: tuple[str, ...]
    changed_at: Instant


class Submissions(Protocol):
    """What is known of submissions."""

    def of(self, record: RecordId) -> Submission | None:
        """The newest submission of a record, None where it was not queued."""
        ...


class _NoReceiver:
    def of(self, record: RecordId) -> Submission | None:
        return None


NOT_SUBMITTED: Final[Submissions] = _NoReceiver()
"""Without a receiver nothing is sent."""
