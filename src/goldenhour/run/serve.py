"""Run the system for real: people and devices, the wall clock, a data folder or a PostgreSQL database."""

import argparse
import sys
from pathlib import Path

from goldenhour.chain.content import BadContent
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.roads import BadRoads
from goldenhour.geo.travel import TravelTimes
from goldenhour.run.server.serving import Setup, is_loopback, run_until_stopped
from goldenhour.run.server.ui_build import UiBuildError, ensure_ui
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.store import Outage
from goldenhour.storage.address import store_of_folder
from goldenhour.web.accounts import Accounts

PORT = 8911


def configure(parser: argparse.ArgumentParser) -> None:
    """Where the data is, where to listen."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="accounts, region and SQLite log")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--host", default="127.0.0.1", help="beyond this machine only behind a TLS proxy")
    parser.add_argument("--region", type=Path, default=None, metavar="DIR", help="default: DIR/region if it is there")
    parser.add_argument("--content", type=Path, default=None, metavar="DIR", help="content packs to work by")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when stopped, 1 when something that must not stop has stopped, 2 for input that cannot be used."""
    args.data.mkdir(parents=True, exist_ok=True)
    try:
        ensure_ui(_say)
        region, travel = region_of(args.region or args.data / "region", required=args.region is not None)
        store = store_of_folder(args.data)
        accounts = Accounts(args.data / "accounts.sqlite")
        if not accounts.people():
            _say("Nobody may sign in yet. Add people with: goldenhour user add USER --role ROLE --data DIR")
        if not is_loopback(args.host):
            _say("Listening beyond this machine: put a TLS proxy in front; session cookies go over TLS only.")
        return run_until_stopped(
            lambda: Setup(
                store=store,
                clock=WallClock(),
                accounts=accounts,
                region=region,
                travel=travel,
                host=args.host,
                port=args.port,
                content=args.content,
                data=args.data,
                ready=lambda address: _say(f"Golden Hour is at {address}"),
            )
        )
    except (BadRegion, BadRoads, BadContent, UiBuildError, Outage, ValueError) as error:
        sys.stderr.write(f"goldenhour serve: {error}\n")
        return 2


def region_of(directory: Path, *, required: bool) -> tuple[Region | None, TravelTimes | None]:
    """The region in a folder with its travel times; (None, None) where there need not be one."""
    if not directory.is_dir() and not required:
        _say(f"No region in {directory}: places and travel times are straight-line estimates until one is built.")
        return None, None
    region = Region.load(directory)
    travel = TravelTimes.build(region.roads, cache=region.travel_cache)
    for note in travel.notes:
        _say(note)
    return region, travel


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
