"""A day at the depot, to be replayed and rehearsed."""

from depot.part import CLERK, REGISTRY, Close, Free, Join, Note, Open, Send
from goldenhour.kernel.instants import Instant
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.runtime.store import Store

NOW = Instant(1_800_000_000_000)


async def a_day(store: Store) -> Runtime:
    """Fourteen commands, two of them refused, that make twelve facts of six entities."""
    runtime = Runtime(REGISTRY, store, JumpingClock(NOW))
    await runtime.start()
    wishes = [
        *(Join(unit=f"m{n}") for n in range(3)),
        *(Open(incident=f"i{n}") for n in range(3)),
        Send(incident="i0", unit="m0"),
        Send(incident="i1", unit="m0"),
        Note(incident="i0", text="gate code", times=2),
        Note(incident="i0", text="nothing", times=0),
        Close(incident="i0"),
        Free(incident="i0", unit="m0"),
        Close(incident="i0"),
        Send(incident="i2", unit="m0"),
    ]
    for n, wish in enumerate(wishes):
        await runtime.handle(wish, command_id=f"c{n}", by=CLERK)
    return runtime
