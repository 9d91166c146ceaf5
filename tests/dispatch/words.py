"""Commands of the dispatch tests, short enough to read as sentences."""

from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import CrewMember, Moment, UnitKind
from goldenhour.kernel.ids import AgencyId, AssignmentId, BookId, IncidentId, PostId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level, Skill
from goldenhour.kernel.places import Location, LocationSource

BOOK = BookId("incidents/2026-01-05")
AGENCY = AgencyId("meridian")
MILL_LANE = Location(label="12 Mill Ln", lon=-92.9, lat=39.9, source=LocationSource.TYPED)
STATION_ROAD = Location(label="4 Station Rd", lon=-92.91, lat=39.91, source=LocationSource.DEVICE, uncertainty_m=40)


def incident(name: str, level: Level = Level.L2) -> c.OpenIncident:
    return c.OpenIncident(incident=IncidentId(name), book=BOOK, location=MILL_LANE, level=level)


def unit(name: str) -> list[c.RegisterUnit | c.GoOnDuty]:
    crew = (CrewMember(id="p", name="Pat", skill=Skill.PARAMEDIC), CrewMember(id="e", name="Eli", skill=Skill.EMT))
    return [
        c.RegisterUnit(
            unit=UnitId(name),
            call_sign=name.upper(),
            kind=UnitKind.AMBULANCE,
            skill=Skill.PARAMEDIC,
            agency=AGENCY,
            post=PostId("ashford"),
        ),
        c.GoOnDuty(unit=UnitId(name), crew=crew),
    ]


def send(name: str, to: str, *, override: str = "", begins_as: Moment = Moment.NOTIFIED) -> c.AssignUnit:
    choice = c.Choice(slot="als", override=override, begins_as=begins_as)
    return c.AssignUnit(incident=IncidentId(to), unit=UnitId(name), choice=choice)


def status(name: str, on: str, moment: Moment, *, nth: int = 1, at: int = 0) -> c.ReportStatus:
    return c.ReportStatus(
        at=Instant(at),
        incident=IncidentId(on),
        unit=UnitId(name),
        assignment=AssignmentId(f"{on}/{nth}"),
        status=moment,
    )
