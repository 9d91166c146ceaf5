"""What one part's fact leads to happens at least once, and once is enough: after a crash, and when asked again."""

from depot.desk_day import BY, INCIDENT, NOON, wishes
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import later
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.reactions import CONSUMER
from goldenhour.storage.memory import MemoryStore

CONTENT = Content(default_folder())
COMPLAINT = CONTENT.complaints.complaints[0].id


def a_desk(store: MemoryStore) -> Desk:
    return Desk(store=store, clock=JumpingClock(later(NOON, 3600)), content=CONTENT)


async def crashed_after(store: MemoryStore, number: int) -> None:
    """Works the first wishes; the process dies after the last one's facts are in the log, before any reaction."""
    desk = a_desk(store)
    await desk.start()
    asked = wishes(COMPLAINT)[:number]
    for n, wish in enumerate(asked[:-1]):
        await desk.submit(wish, command_id=CommandId(f"c{n}"), by=BY)
    await desk.reactor.save()
    for task in desk.background:
        task.cancel()
    await desk.runtime.handle(asked[-1], command_id=CommandId(f"c{number - 1}"), by=BY)


HELP_REQUESTED = 8
"""The first eight wishes of the afternoon end with the call taker's "send now"."""


async def test_an_incident_that_a_crash_swallowed_is_opened_at_the_next_start() -> None:
    store = MemoryStore()
    await crashed_after(store, HELP_REQUESTED)
    desk = a_desk(store)
    assert await desk.runtime.store.position(CONSUMER) < (await store.head())[0]
    await desk.start()
    incident: Incident = desk.boards.open.get("incident", INCIDENT)
    assert incident.calls == ("k1",)
    assert incident.complaint == COMPLAINT
    assert incident.location is not None
    await desk.stop()


async def test_reacting_to_everything_again_adds_nothing() -> None:
    store = MemoryStore()
    desk = a_desk(store)
    await desk.start()
    for n, wish in enumerate(wishes(COMPLAINT)):
        await desk.submit(wish, command_id=CommandId(f"c{n}"), by=BY)
    await desk.stop()
    head = await store.head()
    await store.set_position(CONSUMER, 0)
    again = a_desk(store)
    await again.start()
    assert await store.head() == head
    await again.stop()


async def test_an_answer_means_that_what_it_leads_to_is_done() -> None:
    """Who is told "accepted" for "send now" finds the incident on the board at once."""
    desk = a_desk(MemoryStore())
    await desk.start()
    for n, wish in enumerate(wishes(COMPLAINT)[:HELP_REQUESTED]):
        await desk.submit(wish, command_id=CommandId(f"c{n}"), by=BY)
    assert desk.boards.rows["incidents"][INCIDENT]
    assert desk.boards.rows["calls"]["k1"].incident_number  # type: ignore[attr-defined]
    await desk.stop()
