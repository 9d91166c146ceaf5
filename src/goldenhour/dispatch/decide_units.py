"""What dispatch allows about units: who is on duty, in service, and where it is posted."""

from goldenhour.dispatch import commands as c
from goldenhour.dispatch import facts as f
from goldenhour.dispatch.decide import MOST_AHEAD_MS
from goldenhour.dispatch.state import Unit
from goldenhour.kernel.commands import Refused
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.levels import SKILL_RANK


def register_unit(cmd: c.RegisterUnit, unit: Unit | None) -> list[Fact]:
    """Makes a unit known, or brings what is known up to date; the same again changes nothing."""
    fact = f.UnitRegistered(
        unit=cmd.unit,
        call_sign=cmd.call_sign,
        kind=cmd.kind,
        skill=cmd.skill,
        agency=cmd.agency,
        post=cmd.post,
        capabilities=cmd.capabilities,
        mutual_aid=cmd.mutual_aid,
    )
    return [] if unit is not None and _known(unit, cmd) else [fact]


def _known(unit: Unit, cmd: c.RegisterUnit) -> bool:
    told = (cmd.call_sign, cmd.kind, cmd.agency, cmd.capabilities, cmd.mutual_aid)
    return (unit.call_sign, unit.kind, unit.agency, unit.capabilities, unit.mutual_aid) == told


def go_on_duty(cmd: c.GoOnDuty, unit: Unit) -> list[Fact]:
    """Signs a crew on. The unit works at the level of its highest qualified member."""
    if unit.on_duty:
        raise Refused("dispatch.duty.on", f"{unit.call_sign} is on duty; sign its crew off first.")
    if not cmd.crew:
        raise Refused("dispatch.duty.no_crew", f"Name the crew of {unit.call_sign}.")
    skill = max((member.skill for member in cmd.crew), key=SKILL_RANK.__getitem__)
    return [f.UnitWentOnDuty(unit=unit.id, crew=cmd.crew, skill=skill)]


def go_off_duty(cmd: c.GoOffDuty, unit: Unit) -> list[Fact]:
    _check_free(unit, "sign off")
    if not unit.on_duty:
        raise Refused("dispatch.duty.off", f"{unit.call_sign} is off duty already.")
    return [f.UnitWentOffDuty(unit=unit.id)]


def take_out_of_service(cmd: c.TakeOutOfService, unit: Unit) -> list[Fact]:
    """Takes a unit out, with the reason and, if known, until when."""
    reason = " ".join(cmd.reason.split())
    if not reason:
        raise Refused("dispatch.service.no_reason", f"Say why {unit.call_sign} is out of service.")
    if cmd.until is not None and cmd.until <= cmd.at:
        raise Refused("dispatch.service.until_past", "The time until which it is out of service has passed.")
    if cmd.until is not None and cmd.until - cmd.at > MOST_AHEAD_MS:
        raise Refused("dispatch.service.until_far", "Enter a time within a year, or leave it open.")
    return [f.UnitTakenOutOfService(unit=unit.id, reason=reason, until=cmd.until)]


def return_to_service(cmd: c.ReturnToService, unit: Unit) -> list[Fact]:
    if not unit.out_of_service:
        raise Refused("dispatch.service.in", f"{unit.call_sign} is in service.")
    return [f.UnitReturnedToService(unit=unit.id)]


def post_unit(cmd: c.PostUnit, unit: Unit) -> list[Fact]:
    """Moves a unit's post (move-up)."""
    return [] if unit.post == cmd.post else [f.UnitPosted(unit=unit.id, post=cmd.post)]


def _check_free(unit: Unit, wish: str) -> None:
    if unit.assignments:
        raise Refused("dispatch.duty.assigned", f"{unit.call_sign} is {unit.status}; clear it before you {wish}.")
