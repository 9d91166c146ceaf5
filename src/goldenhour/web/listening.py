"""uvicorn as this system runs it."""

import gc
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from goldenhour.web.one_write import OneWriteProtocol


class Server(uvicorn.Server):
    """Serves an application that is ready to be served; tells `ready` its address once it listens.

    A port of 0 takes any that is free.
    """

    def __init__(self, application: Any, *, host: str, port: int, ready: Callable[[str], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                host=host,
                port=port,
                http=OneWriteProtocol,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=2,
                server_header=False,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        gc.collect()
        gc.freeze()  # what was loaded until now stays: the collector need not walk through it again and again
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._ready(f"http://{self.config.host}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ends serving, at once when asked a second time.

        uvicorn would raise the signal again afterwards, which cancels what comes after serving: carrying through what
        was begun, and closing the log.
        """
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True
