"""An afternoon at the desk: a call becomes an incident, a unit goes and comes back, and somebody is refused."""

from goldenhour.call_taking import commands as call_taking
from goldenhour.call_taking.facts import Said
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.dispatch import commands as dispatch
from goldenhour.dispatch.facts import CrewMember, Moment, UnitKind
from goldenhour.handoff import commands as handoff
from goldenhour.handoff.facts import Alert
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import (
    AssignmentId,
    BookId,
    CallId,
    CommandId,
    FacilityId,
    HandoverId,
    IncidentId,
    PostId,
    UnitId,
)
from goldenhour.kernel.instants import Instant, later
from goldenhour.kernel.levels import Level, Skill
from goldenhour.kernel.places import Location, LocationSource
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.store import Store

BY = Actor(id="robin", role="dispatcher", agency="county")
PLACE = Location(label="12 Mill Lane", lon=9.5, lat=47.1, source=LocationSource.TYPED)
CALL, INCIDENT, MEDIC, HOSPITAL = CallId("k1"), IncidentId("i1"), UnitId("m1"), FacilityId("h1")
ASSIGNMENT = AssignmentId("i1/1")
NOON = Instant(1_800_000_000_000)


def wishes(complaint: str) -> list[Command]:
    kim = CrewMember(id="kim", name="Kim", skill=Skill.PARAMEDIC)
    medic = dispatch.RegisterUnit(
        unit=MEDIC,
        call_sign="Medic 1",
        kind=UnitKind.AMBULANCE,
        skill=Skill.PARAMEDIC,
        agency="county",
        post=PostId("p1"),
    )
    choice = dispatch.Choice(slot="als")

    def status(moment: Moment) -> Command:
        return dispatch.ReportStatus(incident=INCIDENT, unit=MEDIC, assignment=ASSIGNMENT, status=moment)

    return [
        medic,
        dispatch.GoOnDuty(unit=MEDIC, crew=(kim,)),
        handoff.RegisterFacility(facility=HOSPITAL, name="St Anne", lon=9.52, lat=47.14),
        call_taking.RingCall(call=CALL, book=BookId("desk fills this in"), ani="5550100"),
        call_taking.AnswerCall(call=CALL, desk="desk 1"),
        call_taking.ConfirmLocation(call=CALL, location=PLACE),
        call_taking.TakeComplaint(call=CALL, complaint=complaint, words="he fell down"),
        call_taking.RequestHelp(call=CALL, incident=INCIDENT),
        dispatch.AssignUnit(incident=INCIDENT, unit=MEDIC, choice=choice),
        dispatch.AssignUnit(incident=INCIDENT, unit=MEDIC, choice=choice),
        call_taking.AnswerLifeQuestions(call=CALL, awake=Said.NO, breathing=Said.YES),
        status(Moment.EN_ROUTE),
        status(Moment.ON_SCENE),
        status(Moment.AT_PATIENT),
        handoff.PreAlert(
            handover=HandoverId("w1"),
            facility=HOSPITAL,
            incident=INCIDENT,
            assignment=ASSIGNMENT,
            unit=MEDIC,
            level=Level.L1,
            alerts=(Alert.STEMI,),
        ),
        status(Moment.LEFT_SCENE),
        status(Moment.AT_DESTINATION),
        call_taking.EndCall(call=CALL),
        dispatch.NoteIncident(incident=INCIDENT, text="gate code 1234"),
    ]


async def an_afternoon(store: Store) -> Desk:
    """The desk after the afternoon, still running."""
    content = Content(default_folder())
    clock = JumpingClock(NOON)
    desk = Desk(store=store, clock=clock, content=content)
    await desk.start()
    for n, wish in enumerate(wishes(content.complaints.complaints[0].id)):
        await desk.submit(wish, command_id=CommandId(f"c{n}"), by=BY)
        clock.jump_to(later(clock.now(), 20))
    return desk
