"""The log in memory: for simulations, rehearsals and decision tests."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from goldenhour.kernel.codec import FIRST_HASH
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import Appended, Batch, Changes, CommandRow, Conflict, EntityDoc, LoggedFact, StreamRow
from goldenhour.storage.group import Group


class MemoryStore:
    """Keeps everything while the process lives."""

    several_nodes = False

    def __init__(self) -> None:
        self._facts: list[LoggedFact] = []
        self._streams: dict[str, list[int]] = {}
        self._places: list[StreamRow] = []
        self._entities: dict[str, EntityDoc] = {}
        self._commands: dict[str, CommandRow] = {}
        self._positions: dict[str, int] = {}
        self._grown = asyncio.Event()

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def append(self, batch: Batch) -> Appended:
        known = self._commands.get(batch.command.id)
        seq, head = await self.head()
        group = Group(
            seq=seq,
            hash=head,
            answered={} if known is None else {known.id: (known.type, known.answer)},
            versions={stream: len(self._streams.get(stream, ())) for stream in batch.expected},
        )
        appended = group.take(batch)
        self._facts += group.facts
        self._places += group.streams
        for row in group.streams:
            self._streams.setdefault(row.stream, []).append(row.seq)
        for command in group.commands:
            self._commands[command.id] = command
        self._entities.update(group.entities)
        self._grown.set()
        return appended

    async def answer(self, command: CommandId) -> bytes | None:
        known = self._commands.get(command)
        return None if known is None else known.answer

    async def read(self, streams: Sequence[str]) -> dict[str, EntityDoc]:
        return {name: self._entities[name] for name in streams if name in self._entities}

    async def open_entities(self, kinds: Sequence[str]) -> Changes:
        found = tuple(doc for _, doc in sorted(self._entities.items()) if doc.is_open and doc.kind in kinds)
        return Changes(head_seq=len(self._facts), facts=(), entities=found)

    async def changes(self, after_seq: int, limit: int = 1000) -> Changes:
        facts = tuple(self._facts[after_seq : after_seq + limit])
        touched = dict.fromkeys(stream for fact in facts for stream in fact.streams)
        return Changes(head_seq=len(self._facts), facts=facts, entities=tuple(self._entities[name] for name in touched))

    async def head(self) -> tuple[int, bytes]:
        return (len(self._facts), self._facts[-1].hash) if self._facts else (0, FIRST_HASH)

    async def facts_of(self, stream: str) -> list[LoggedFact]:
        return [self._facts[seq - 1] for seq in self._streams.get(stream, ())]

    async def all_facts(self, after_seq: int = 0) -> AsyncIterator[LoggedFact]:
        for fact in self._facts[after_seq:]:
            yield fact

    async def all_streams(self) -> AsyncIterator[StreamRow]:
        for row in list(self._places):
            yield row

    async def all_commands(self) -> AsyncIterator[CommandRow]:
        for row in list(self._commands.values()):
            yield row

    async def all_entities(self) -> AsyncIterator[EntityDoc]:
        for _, doc in sorted(self._entities.items()):
            yield doc

    async def mend(self, docs: Mapping[str, EntityDoc | None], *, head_seq: int) -> None:
        if head_seq != len(self._facts):
            raise Conflict(f"the log moved beyond {head_seq}")
        for name, doc in docs.items():
            self._entities.pop(name, None)
            if doc is not None:
                self._entities[name] = doc

    async def position(self, consumer: str) -> int:
        return self._positions.get(consumer, 0)

    async def set_position(self, consumer: str, seq: int) -> None:
        self._positions[consumer] = seq

    async def wait_for_more(self, after_seq: int) -> None:
        while len(self._facts) <= after_seq:
            self._grown.clear()
            await self._grown.wait()
