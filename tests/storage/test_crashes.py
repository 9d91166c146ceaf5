"""Nodes and the database are killed under load, again and again. Nothing that was acknowledged is lost.

After every kill the next node first repeats what the last one had begun and not been answered, as a tablet does.
In the end every answer that anybody ever got stands in the log, each command was done at most once, the chain is whole,
and the log still makes every stored document.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from depot.part import REGISTRY
from depot.postgres import crash, new_database, postgres_server, start_again
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.answers import Accepted, read_answer
from goldenhour.runtime.replay import Replay, Replayed
from goldenhour.storage.address import open_store

KILLS = 22
TESTS = Path(__file__).resolve().parent.parent


class Witness:
    """Everybody who was ever told something: command -> (accepted or the rule, number of facts)."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[str, int]] = {}
        self.begun: dict[str, None] = {}
        self.repeats_checked = 0

    def hear(self, line: str) -> bool:
        """Takes in a line; whether it was an answer."""
        match line.split():
            case ["begin", command]:
                self.begun[command] = None
                return False
            case ["answer", command, what, facts]:
                self.begun.pop(command, None)
                before = self.told.setdefault(command, (what, int(facts)))
                assert before == (what, int(facts)), f"{command} was first answered {before}, now {what} {facts}"
                return True
        return False


@contextmanager
def node(address: str, first: str, repeat: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "depot.load", address, first],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
    ) as process:
        assert process.stdin is not None
        process.stdin.write("".join(f"{command}\n" for command in repeat))
        process.stdin.close()
        try:
            yield process
        finally:
            process.kill()


def killed_under_load(address: str, *, between: Callable[[int], None] = lambda kill: None) -> Witness:
    """Starts a node, lets it answer a while, kills it; `between` may do harm of its own while the node works."""
    witness = Witness()
    chance = random.Random(7)
    for kill in range(KILLS):
        again = list(witness.begun) + chance.sample(sorted(witness.told), min(5, len(witness.told)))
        with node(address, f"n{kill}", again) as process:
            assert process.stdout is not None
            answers = chance.randint(20, 150)
            harm_at = answers // 2
            while answers > 0:
                line = process.stdout.readline()
                assert line, f"the node ended by itself with {process.wait()}"
                answers -= witness.hear(line)
                if answers == harm_at:
                    between(kill)
                    harm_at = -1
            process.send_signal(signal.SIGKILL)
            for line in process.stdout:  # what it had said before it died
                if line.endswith("\n"):
                    witness.hear(line)
            assert process.wait() == -signal.SIGKILL
    return witness


async def held(address: str, witness: Witness) -> Replayed:
    store = open_store(address)
    await store.open()
    for command, (what, facts) in witness.told.items():
        body = await store.answer(CommandId(command))
        assert body is not None, f"{command} was acknowledged and is lost"
        answer = read_answer(body)
        assert (what, facts) == (("accepted", len(answer.facts)) if isinstance(answer, Accepted) else (answer.rule, 0))
    found = await Replay(REGISTRY, store).run()
    await store.close()
    return found


def check(address: str, witness: Witness) -> None:
    found = asyncio.run(held(address, witness))
    assert found.shown == ()
    assert found.commands >= len(witness.told) > KILLS * 20
    assert found.facts >= sum(facts for _, facts in witness.told.values()) > KILLS * 5


def test_a_node_on_sqlite_is_killed_again_and_again_and_loses_nothing(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'log'}"
    check(address, killed_under_load(address))


def test_nodes_and_postgres_are_killed_again_and_again_and_lose_nothing() -> None:
    with postgres_server() as server:
        address = new_database(server.get_uri())
        crashes = 0

        def crash_the_server_now_and_then(kill: int) -> None:
            nonlocal crashes
            if kill % 7 == 3:
                crash(server)
                start_again(server)
                crashes += 1

        check(address, killed_under_load(address, between=crash_the_server_now_and_then))
        assert crashes == 3
