"""The words of a decision as small numbers: unit statuses, capabilities and reasons."""

from enum import IntEnum, IntFlag
from typing import Final


class UnitStatus(IntEnum):
    """What a unit is doing, as far as choosing it is concerned (domain/operations.md, "The day of an assignment")."""

    OFF_DUTY = 0
    OUT_OF_SERVICE = 1
    ON_BREAK = 2
    AT_POST = 3
    MOBILE = 4  # available on the road: returning, moving up, cruising
    EN_ROUTE = 5  # committed, no patient yet: may be diverted
    ON_SCENE = 6
    TRANSPORTING = 7
    AT_DESTINATION = 8


class Capability(IntFlag):
    """What a plan slot may ask of a unit. A paramedic ambulance carries all crew levels below its own too."""

    EMR = 1
    EMT = 2
    AEMT = 4
    PARAMEDIC = 8
    TRANSPORT = 16
    SUPERVISE = 32
    RESCUE = 64
    BARIATRIC = 128
    NEONATAL = 256
    BLS_AMBULANCE = EMR | EMT | TRANSPORT
    ALS_AMBULANCE = EMR | EMT | AEMT | PARAMEDIC | TRANSPORT


class Reason(IntEnum):
    """Why a unit, post or incident was or was not taken. Codes below 20 refuse; the others may be ranked."""

    NOT_ASKED = 0
    OFF_DUTY = 1
    OUT_OF_SERVICE = 2
    ON_BREAK = 3
    LACKS_CAPABILITY = 4
    COMMITTED = 5
    WITH_PATIENT = 6
    END_OF_SHIFT = 7
    UNREACHABLE = 8
    ALREADY_IN_PLAN = 9
    SLOT_NOT_NEEDED = 10
    AT_POST = 20
    MOBILE = 21
    BREAK_INTERRUPTED = 22
    DIVERTIBLE = 23
    NEAREST = 30
    SPARES_SCARCE = 31
    KEEPS_COVER = 32
    SLOT_LACKING = 40
    NO_GAIN = 42
    BEST_COVER = 43
    HOME_POST = 44


WORDS: Final = {
    Reason.NOT_ASKED: "not considered",
    Reason.OFF_DUTY: "off duty",
    Reason.OUT_OF_SERVICE: "out of service",
    Reason.ON_BREAK: "on a break that this level does not interrupt",
    Reason.LACKS_CAPABILITY: "lacks a capability the plan asks for",
    Reason.COMMITTED: "committed to an incident it may not be diverted from",
    Reason.WITH_PATIENT: "with a patient",
    Reason.END_OF_SHIFT: "too close to the end of its shift for this level",
    Reason.UNREACHABLE: "no road leads from its position to the incident",
    Reason.ALREADY_IN_PLAN: "already taken for another place in the plan",
    Reason.AT_POST: "available at its post",
    Reason.MOBILE: "available on the road",
    Reason.BREAK_INTERRUPTED: "on a break that this level interrupts",
    Reason.DIVERTIBLE: "can be diverted from a less urgent incident",
    Reason.NEAREST: "soonest there",
    Reason.SPARES_SCARCE: "soonest that leaves a scarcer crew free",
    Reason.KEEPS_COVER: "nearly as soon, and uncovers less",
    Reason.SLOT_LACKING: "no unit for this place in the plan",
    Reason.SLOT_NOT_NEEDED: "would not arrive sooner than the units already chosen",
    Reason.NO_GAIN: "no gain worth the move",
    Reason.BEST_COVER: "adds the most cover",
    Reason.HOME_POST: "its own post",
}
"""Plain words beside every code, for the screen and the record."""

FIRST_CANDIDATE: Final = 20
"""Reasons from here on leave the unit in the choice."""
