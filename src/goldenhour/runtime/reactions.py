"""Reactions: one part's fact leads to another part's command. At least once, with ids that make a repeat harmless."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID, uuid5

import structlog

from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Fact, Happened
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.answers import Declined
from goldenhour.runtime.boards import Open
from goldenhour.runtime.runtime import Committed, Runtime
from goldenhour.runtime.store import Outage

React = Callable[[Happened, Open], list[Command]]

REACTIONS_NAMESPACE: Final = UUID("6f1e6c0e-5d0b-4c6e-9a36-0f3a5b8c9d21")
"""Ids of commands that a fact leads to are made from the fact's id in this namespace."""

CONSUMER: Final = "reactions"
SAVE_EVERY: Final = 200
RETRY_S: Final = 0.5

log = structlog.get_logger()


class Reactor:
    """Follows the log and gives the commands that facts lead to, in order, each until it is answered."""

    def __init__(
        self, runtime: Runtime, open_entities: Open, reactions: Mapping[type[Fact], tuple[React, ...]]
    ) -> None:
        self._runtime = runtime
        self._open = open_entities
        self._reactions = reactions
        self._waiting: deque[tuple[int, Happened]] = deque()
        self._done = 0
        self._saved = 0
        self._moved = asyncio.Event()
        self._wake = asyncio.Event()
        self.declined = 0

    async def catch_up(self) -> None:
        """Reacts to what was committed while no reactor ran. Call before following."""
        self._done = self._saved = await self._runtime.store.position(CONSUMER)
        async for logged in self._runtime.store.all_facts(self._done):
            await self._react(self._runtime.registry.read_happened(logged.body))
            self._done = logged.seq

    def follow(self, committed: Committed) -> None:
        """Remembers the facts that lead to something; `run` takes them up."""
        for fact in committed.facts:
            if type(fact.fact) in self._reactions:
                self._waiting.append((committed.seq, fact))
        if self._waiting:
            self._wake.set()
        else:
            self._reached(committed.seq)

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            await self.drain()
            self._wake.clear()
            if not self._waiting:
                await self._wake.wait()

    async def drain(self) -> None:
        """Reacts to everything that waits, and to what that leads to."""
        while self._waiting:
            seq, happened = self._waiting[0]
            await self._react(happened)
            self._waiting.popleft()
            if not self._waiting or self._waiting[0][0] > seq:
                self._reached(seq if self._waiting else self._runtime.seq)
            if self._done - self._saved >= SAVE_EVERY:
                await self.save()

    async def settled(self, seq: int) -> None:
        """Returns once everything that the facts up to `seq` lead to has been done."""
        while self._done < seq:
            self._moved.clear()
            await self._moved.wait()

    async def quiet(self) -> None:
        """Returns once nothing is left to react to: not to the log as it is, nor to what the reactions added."""
        while self._done < self._runtime.seq:
            self._moved.clear()
            await self._moved.wait()

    @property
    def done(self) -> int:
        """The place in the log up to which everything has been reacted to."""
        return self._done

    async def save(self) -> None:
        """Remembers in the store how far we have come."""
        self._saved = self._done
        await self._runtime.store.set_position(CONSUMER, self._done)

    def _reached(self, seq: int) -> None:
        self._done = max(self._done, seq)
        self._moved.set()

    async def _react(self, happened: Happened) -> None:
        for place, react in enumerate(self._reactions.get(type(happened.fact), ())):
            for turn, command in enumerate(react(happened, self._open)):
                command_id = CommandId(str(uuid5(REACTIONS_NAMESPACE, f"{happened.id}/{place}.{turn}")))
                await self._give(command, command_id, happened)

    async def _give(self, command: Command, command_id: CommandId, happened: Happened) -> None:
        while True:
            try:
                answer = await self._runtime.handle(command, command_id=command_id, by=happened.by)
            except Outage as outage:
                log.error("reaction waits for the store", command=type(command).__name__, outage=str(outage))
                await asyncio.sleep(RETRY_S)
                continue
            if isinstance(answer, Declined):
                self.declined += 1
                log.warning("reaction refused", command=type(command).__name__, rule=answer.rule)
            return
