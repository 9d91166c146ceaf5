"""Puts one server together: store, region, travel times, desk, accounts, application."""

import asyncio
import ipaddress
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from goldenhour.care.record.collect import Collect
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.chain.submissions import NOT_SUBMITTED
from goldenhour.chain.warming import warm
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.travel import TravelTimes
from goldenhour.interop.nemsis.submission.outbox import Outbox
from goldenhour.run.server.planner import TwinPlanner
from goldenhour.run.server.record_checks import finished_document, record_checks
from goldenhour.run.server.state_configuration import collected
from goldenhour.run.server.submitting import Submitter, client_of, receiver_in
from goldenhour.runtime.clocks import Clock, WallClock
from goldenhour.runtime.store import Store
from goldenhour.web.accounts import Accounts
from goldenhour.web.app import application
from goldenhour.web.hub import Hub
from goldenhour.web.listening import Server
from goldenhour.web.serving import Serving

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Setup:
    """How to run a server. `alongside` works beside it (the simulated world, pollers) until cancelled; `data` may hold
    the State data set (`state.xml`) and the receiver of locked records (`submission.yaml`)."""

    store: Store
    clock: Clock
    accounts: Accounts
    region: Region | None
    travel: TravelTimes | None
    host: str
    port: int
    demo: bool = False
    content: Path | None = None
    data: Path | None = None
    alongside: Callable[[Serving], Awaitable[None]] | None = None
    ready: Callable[[str], None] | None = None


def is_loopback(host: str) -> bool:
    """Whether a host name or address stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def serve(setup: Setup) -> int:
    """Runs until stopped by a signal, or until something that must not stop has stopped (exit code 1)."""
    content = Content(setup.content or default_folder())
    collect = collected(setup.content or default_folder(), setup.data)
    submitter = _submitter(setup, content, collect)
    desk = Desk(
        store=setup.store,
        clock=setup.clock,
        content=content,
        record_checks=record_checks(content.agency, collect),
        collect=collect,
        submissions=submitter or NOT_SUBMITTED,
        region=setup.region,
        travel=setup.travel,
        exercise=setup.demo,
    )
    warm(desk)
    await desk.start()
    hub = Hub(desk.boards, first_place=WallClock().now() * 1000)
    planner = _planner(setup)
    here = Serving(
        desk=desk,
        accounts=setup.accounts,
        hub=hub,
        planner=planner,
        demo=setup.demo,
        secure=not is_loopback(setup.host),
    )

    def ready(address: str) -> None:
        if planner is not None:
            planner.begin()
        if setup.ready is not None:
            setup.ready(address)

    server = Server(application(here), host=setup.host, port=setup.port, ready=ready)
    failures: list[BaseException] = []
    watched = [*desk.background]
    if submitter is not None:
        watched.append(asyncio.create_task(submitter.run(), name="submission"))
    if setup.alongside is not None:
        watched.append(asyncio.create_task(_run(setup.alongside, here), name="alongside"))
    for task in watched:
        task.add_done_callback(lambda done: _ended(done, server, failures))
    await server.serve()
    if planner is not None:
        planner.close()
    for task in watched[len(desk.background) :]:
        task.cancel()
    await asyncio.gather(*watched[len(desk.background) :], return_exceptions=True)
    await desk.stop()
    setup.accounts.close()
    return 1 if failures or not server.started else 0


def _submitter(setup: Setup, content: Content, collect: Collect) -> Submitter | None:
    """What sends locked records on, where the data folder names a receiver; a demo sends nothing."""
    receiver = None if setup.data is None or setup.demo else receiver_in(setup.data)
    if receiver is None or setup.data is None:
        return None
    return Submitter(
        store=setup.store,
        client=client_of(receiver, setup.data),
        outbox=Outbox(setup.data / "submission.sqlite"),
        document=lambda record: finished_document(record, content.agency, collect),
        clock=WallClock(),
        since=receiver.since,
    )


def _planner(setup: Setup) -> TwinPlanner | None:
    """Where there is a region to plan for and a folder to keep the runs in."""
    if setup.region is None or setup.data is None:
        return None
    return TwinPlanner(setup.region.directory, setup.data / "planning", setup.content or default_folder())


async def _run(alongside: Callable[[Serving], Awaitable[None]], here: Serving) -> None:
    await alongside(here)


def _ended(task: "asyncio.Task[None]", server: Server, failures: list[BaseException]) -> None:
    """A background task that fails is a bug: say so and stop, rather than serve screens that no longer move."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background work failed", task=task.get_name(), exc_info=error)
        failures.append(error)
        server.should_exit = True


def run_until_stopped(setup: Callable[[], Setup]) -> int:
    """Runs `serve` on uvloop; Ctrl-C and SIGTERM end it cleanly."""
    import uvloop

    async def main() -> int:
        return await serve(setup())

    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        return uvloop.run(main())
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"goldenhour: {error}", file=sys.stderr)
        return 2
