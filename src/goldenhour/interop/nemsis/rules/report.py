"""What a check says about a document, in the words a person can act on."""

from enum import Enum
from typing import Literal

import msgspec

DataSet = Literal["EMS", "DEM", "State"]
DATA_SETS: tuple[DataSet, ...] = ("EMS", "DEM", "State")
NEMSIS = "http://www.nemsis.org"


class Severity(Enum):
    """ERROR blocks finalising a record, WARNING allows it with a reason."""

    ERROR = "error"
    WARNING = "warning"


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One failed rule. `id` and `role` as the rule file has them, `location` the official SVRL path, `field` the
    NEMSIS number (or group) the person has to look at, `text` the rule's message."""

    id: str
    role: str
    location: str
    field: str
    text: str

    @property
    def severity(self) -> Severity:
        """What the role means. A role that names no level counts as an error: silence never lets pass."""
        role = self.role.lower()
        lenient = ("warn" in role or "info" in role) and "error" not in role and "fatal" not in role
        return Severity.WARNING if lenient else Severity.ERROR


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one document: schema faults (then no rules were run), else the failed rules."""

    path: str
    valid: bool
    xsd: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()


def report_of(path: str, *, xsd: tuple[str, ...] = (), failed: tuple[Failure, ...] = ()) -> Report:
    """A report; valid without a schema fault and without a failed ERROR."""
    blocked = any(failure.severity is Severity.ERROR for failure in failed)
    return Report(path=path, valid=not xsd and not blocked, xsd=xsd, failed=failed)
