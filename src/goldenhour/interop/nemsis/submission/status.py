"""The status codes of the NEMSIS V3 web service (its WSDL) and what each means for the sender."""

from enum import Enum

from goldenhour.interop.nemsis.rules.report import DataSet

DATA_SCHEMA: dict[DataSet, int] = {"EMS": 61, "DEM": 62, "State": 65}
PENDING, IMPORTED, IMPORTED_WITH_ERRORS, IMPORTED_WITH_WARNINGS, VALIDATED = 0, 1, 2, 3, 10
BAD_LOGIN, NO_OPERATION, NO_ORGANIZATION, BAD_PARAMETER, BAD_COMBINATION = -1, -2, -3, -4, -5
DUPLICATE, NOT_SCHEMA_VALID, FATAL_RULE, ERROR_RULE, TOO_LARGE = -11, -12, -13, -14, -30
SERVER_ERROR, UNKNOWN_HANDLE, EXPIRED_HANDLE, BAD_HANDLE, UNUSED_HANDLE = -20, -40, -41, -42, -43
LIMIT_KNOWN, SERVER_BUSY = 51, -50


class Outcome(Enum):
    """What to do next: nothing more, ask again, send again, correct the record, or call a person."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    RETRY = "retry"
    RESEND = "resend"
    REJECTED = "rejected"
    HELD = "held"


_MEANING = {
    PENDING: (Outcome.PENDING, "received, not yet processed"),
    IMPORTED: (Outcome.ACCEPTED, "imported"),
    IMPORTED_WITH_ERRORS: (Outcome.ACCEPTED, "imported, with errors reported"),
    IMPORTED_WITH_WARNINGS: (Outcome.ACCEPTED, "imported, with warnings reported"),
    4: (Outcome.ACCEPTED, "imported, with a warning on loading"),
    5: (Outcome.ACCEPTED, "imported, with a warning of the business rules"),
    6: (Outcome.ACCEPTED, "partly imported, with errors reported"),
    VALIDATED: (Outcome.PENDING, "valid, still being processed"),
    BAD_LOGIN: (Outcome.HELD, "the user name or password is not accepted"),
    NO_OPERATION: (Outcome.HELD, "this account may not use this operation"),
    NO_ORGANIZATION: (Outcome.HELD, "this account may not submit for this organization"),
    BAD_PARAMETER: (Outcome.HELD, "the receiver does not accept a parameter"),
    BAD_COMBINATION: (Outcome.HELD, "the receiver does not accept this combination of parameters"),
    DUPLICATE: (Outcome.ACCEPTED, "the receiver already has exactly this document"),
    NOT_SCHEMA_VALID: (Outcome.REJECTED, "not valid by the XSD"),
    FATAL_RULE: (Outcome.REJECTED, "breaks a FATAL rule"),
    ERROR_RULE: (Outcome.REJECTED, "breaks an ERROR rule"),
    -15: (Outcome.REJECTED, "breaks a critical rule on loading"),
    -16: (Outcome.REJECTED, "breaks a critical business rule"),
    TOO_LARGE: (Outcome.REJECTED, "larger than the receiver allows"),
    SERVER_ERROR: (Outcome.RETRY, "the receiver has a fault"),
    -21: (Outcome.RETRY, "the receiver's database has a fault"),
    -22: (Outcome.RETRY, "the receiver's storage or network has a fault"),
    UNKNOWN_HANDLE: (Outcome.RESEND, "the receiver does not know this submission"),
    EXPIRED_HANDLE: (Outcome.RESEND, "the receiver no longer knows this submission"),
    BAD_HANDLE: (Outcome.HELD, "the receiver cannot read its own submission number"),
    UNUSED_HANDLE: (Outcome.RESEND, "the receiver never gave this submission number"),
    LIMIT_KNOWN: (Outcome.ACCEPTED, "limit known"),
    SERVER_BUSY: (Outcome.RETRY, "the receiver is too busy"),
    -51: (Outcome.RETRY, "the receiver could not tell its limit"),
}


def meaning(code: int) -> tuple[Outcome, str]:
    """What a status code means. Codes above 100 and below -100 are a state's own: success and refusal."""
    if code in _MEANING:
        return _MEANING[code]
    if code > 100:
        return Outcome.ACCEPTED, f"accepted, with the receiver's own code {code}"
    if code < -100:
        return Outcome.REJECTED, f"refused, with the receiver's own code {code}"
    return Outcome.HELD, f"status {code}, which the web service does not define"
