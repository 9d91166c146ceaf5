"""Batches made by hand, for tests that talk to a store without the runtime."""

from collections.abc import Mapping, Sequence
from typing import Any

from goldenhour.kernel.codec import FIRST_HASH, chain_hash
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import Instant
from goldenhour.runtime.store import Batch, CommandRow, EntityDoc, NewFact, Store


def batch(
    command: str, facts: Sequence[Sequence[str]] = (), *, at: Mapping[str, int] | None = None, is_open: bool = True
) -> Batch:
    """A command whose facts belong to these streams, decided on the versions `at`; documents name their version."""
    expected = {stream: 0 for streams in facts for stream in streams} | dict(at or {})
    versions = dict(expected)
    for streams in facts:
        for stream in streams:
            versions[stream] += 1
    return Batch(
        command=CommandRow(
            id=CommandId(command),
            type="Wish",
            body=b'{"type":"Wish"}',
            by=b"{}",
            at=Instant(1_000),
            accepted=bool(facts),
            answer=f'"{command}"'.encode(),
        ),
        facts=tuple(
            NewFact(id=f"{command}.{n}", type="Done", body=f'"{command}.{n}"'.encode(), streams=tuple(streams))
            for n, streams in enumerate(facts)
        ),
        expected=expected,
        entities=tuple(
            EntityDoc(
                stream=stream,
                kind=stream.partition(":")[0],
                version=version,
                is_open=is_open,
                doc=f'{{"version":{version}}}'.encode(),
            )
            for stream, version in versions.items()
            if version != expected[stream]
        ),
    )


async def everything(store: Store) -> dict[str, Any]:
    """All that the store holds, to compare one with another."""
    return {
        "facts": [fact async for fact in store.all_facts()],
        "streams": [row async for row in store.all_streams()],
        "commands": [row async for row in store.all_commands()],
        "entities": [doc async for doc in store.all_entities()],
        "head": await store.head(),
    }


async def chain_is_whole(store: Store) -> bool:
    """Whether every fact has the next place and the hash of all before it."""
    seq, previous = 0, FIRST_HASH
    async for fact in store.all_facts():
        seq += 1
        if fact.seq != seq or fact.hash != chain_hash(previous, seq, fact.body):
            return False
        previous = fact.hash
    return (seq, previous) == await store.head()
