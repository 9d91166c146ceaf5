"""A demo in a process of its own, on its own data and port; it can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

UP_WITHIN_S = 150.0


@dataclass
class Demo:
    """`goldenhour demo` on SQLite in `data`. rate 0: nobody rings but the callers a test makes up."""

    data: Path
    region: Path
    rate: float = 0.0
    speed: float = 1.0
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it answers; also after `kill`, where it goes on from the same log."""
        self.data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "goldenhour", *self.verb(), "--region", str(self.region)]
        command += ["--port", str(self.port), "--data", str(self.data)]
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.environment()
            )
        deadline = time.monotonic() + UP_WITHIN_S
        while not self._answers():
            assert self.process.poll() is None, f"the demo ended: {self.said()}"
            assert time.monotonic() < deadline, f"the demo does not answer: {self.said()}"
            time.sleep(0.05)

    def verb(self) -> list[str]:
        """What is run, with what only this kind of server is told."""
        return ["demo", "--no-browser", "--rate", f"{self.rate:g}", "--speed", f"{self.speed:g}"]

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def kill(self) -> None:
        """The power goes: no time to say goodbye."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def said(self) -> str:
        return (self.data / "server.log").read_text(errors="replace")[-2000:]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/v1/session/roles", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
