"""What one server process holds: the desk, the accounts, the live hub, and how it is served."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litestar.connection import ASGIConnection

from goldenhour.chain.desk import Desk
from goldenhour.runtime.clocks import WallClock
from goldenhour.web.accounts import Accounts
from goldenhour.web.hub import Hub

if TYPE_CHECKING:
    from goldenhour.web.planning import Planner


@dataclass(kw_only=True)
class Serving:
    """`secure`: cookies go over TLS only. `demo`: one-click sign-in exists. `wall` is real time, for sessions: a demo
    at ten times the speed does not sign people out ten times sooner."""

    desk: Desk
    accounts: Accounts
    hub: Hub
    planner: "Planner | None" = None
    demo: bool = False
    secure: bool = False
    wall: WallClock = field(default_factory=WallClock)


def serving(connection: ASGIConnection[Any, Any, Any, Any]) -> Serving:
    """This process's `Serving`."""
    here: Serving = connection.app.state.serving
    return here
