"""The log in memory: for simulations, rehearsals and decision tests."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec

from goldenhour.kernel.codec import FIRST_HASH, chain_hash
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import (
    AlreadyAnswered,
    Appended,
    Batch,
    Changes,
    CommandRow,
    Conflict,
    EntityDoc,
    LoggedFact,
)


class MemoryStore:
    """Keeps everything while the process lives."""

    several_nodes = False

    def __init__(self) -> None:
        self._facts: list[LoggedFact] = []
        self._by_stream: dict[str, list[int]] = {}
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
        if known is not None:
            raise AlreadyAnswered(known.answer)
        for stream, version in batch.expected.items():
            if len(self._by_stream.get(stream, ())) != version:
                raise Conflict(stream)
        self._commands[batch.command.id] = msgspec.structs.replace(batch.command, after_seq=len(self._facts))
        for fact in batch.facts:
            seq = len(self._facts) + 1
            previous = self._facts[-1].hash if self._facts else FIRST_HASH
            self._facts.append(
                LoggedFact(
                    seq=seq,
                    id=fact.id,
                    type=fact.type,
                    body=fact.body,
                    streams=fact.streams,
                    hash=chain_hash(previous, seq, fact.body),
                )
            )
            for stream in fact.streams:
                self._by_stream.setdefault(stream, []).append(seq)
        for doc in batch.entities:
            self._entities[doc.stream] = doc
        self._grown.set()
        return Appended(last_seq=len(self._facts))

    async def answer(self, command: CommandId) -> bytes | None:
        known = self._commands.get(command)
        return None if known is None else known.answer

    async def read(self, streams: Sequence[str]) -> dict[str, EntityDoc]:
        return {name: self._entities[name] for name in streams if name in self._entities}

    async def open_entities(self, kinds: Sequence[str]) -> Changes:
        found = tuple(doc for doc in self._entities.values() if doc.is_open and doc.kind in kinds)
        return Changes(head_seq=len(self._facts), facts=(), entities=found)

    async def changes(self, after_seq: int, limit: int = 1000) -> Changes:
        facts = tuple(self._facts[after_seq : after_seq + limit])
        touched = dict.fromkeys(stream for fact in facts for stream in fact.streams)
        return Changes(head_seq=len(self._facts), facts=facts, entities=tuple(self._entities[name] for name in touched))

    async def head(self) -> tuple[int, bytes]:
        return (len(self._facts), self._facts[-1].hash) if self._facts else (0, FIRST_HASH)

    async def facts_of(self, stream: str) -> list[LoggedFact]:
        return [self._facts[seq - 1] for seq in self._by_stream.get(stream, ())]

    async def all_facts(self, after_seq: int = 0) -> AsyncIterator[LoggedFact]:
        for fact in self._facts[after_seq:]:
            yield fact

    async def all_commands(self) -> AsyncIterator[CommandRow]:
        for row in list(self._commands.values()):
            yield row

    async def all_entities(self) -> AsyncIterator[EntityDoc]:
        for _, doc in sorted(self._entities.items()):
            yield doc

    async def position(self, consumer: str) -> int:
        return self._positions.get(consumer, 0)

    async def set_position(self, consumer: str, seq: int) -> None:
        self._positions[consumer] = seq

    async def wait_for_more(self, after_seq: int) -> None:
        while len(self._facts) <= after_seq:
            self._grown.clear()
            await self._grown.wait()
