"""The rule of appending, the same for every store: what a batch must meet, and which rows it becomes.

Stores write several batches in one transaction (group commit). Each is judged on what those before it leave, succeeds
or fails for itself, and adds either all of its rows or none.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from goldenhour.kernel.codec import chain_hash
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import (
    AlreadyAnswered,
    Appended,
    Batch,
    CommandRow,
    Conflict,
    EntityDoc,
    LoggedFact,
    StreamRow,
)

MOST_TOGETHER: Final = 256
"""Batches in one transaction: enough to share a disk's wait, few enough that the first does not wait for long."""

Answered = tuple[str, bytes]
"""A known command's type and answer."""

Outcome = Appended | Exception


class Group:
    """Batches on their way into the log together.

    Begins at the log's head (`seq`, `hash`) with what the log knows of the batches' commands and streams; collects the
    rows to be written.
    """

    def __init__(self, *, seq: int, hash: bytes, answered: Mapping[str, Answered], versions: Mapping[str, int]) -> None:
        self.seq = seq
        self.hash = hash
        self.facts: list[LoggedFact] = []
        self.streams: list[StreamRow] = []
        self.commands: list[CommandRow] = []
        self.entities: dict[str, EntityDoc] = {}
        self._answered = dict(answered)
        self._versions = dict(versions)

    def judge(self, batch: Batch) -> Outcome:
        """Takes the batch in, or says why not; a batch that contradicts itself is a bug and takes nobody along."""
        try:
            return self.take(batch)
        except (Conflict, AlreadyAnswered, AssertionError) as why:
            return why

    def take(self, batch: Batch) -> Appended:
        """Takes the batch in. Raises `AlreadyAnswered` or `Conflict`, and then adds nothing."""
        known = self._answered.get(batch.command.id)
        if known is not None:
            raise AlreadyAnswered(type=known[0], answer=known[1])
        for stream, expected in batch.expected.items():
            if self._versions.get(stream, 0) != expected:
                raise Conflict(stream)
        streams = self._new_places(batch)
        self._answered[batch.command.id] = (batch.command.type, batch.command.answer)
        self.commands.append(msgspec.structs.replace(batch.command, after_seq=self.seq))
        for fact in batch.facts:
            self.seq += 1
            self.hash = chain_hash(self.hash, self.seq, fact.body)
            self.facts.append(
                LoggedFact(
                    seq=self.seq, id=fact.id, type=fact.type, body=fact.body, streams=fact.streams, hash=self.hash
                )
            )
        self.streams += streams
        for doc in batch.entities:
            self.entities[doc.stream] = doc
            self._versions[doc.stream] = doc.version
        return Appended(last_seq=self.seq)

    def _new_places(self, batch: Batch) -> list[StreamRow]:
        versions = dict(batch.expected)
        places = []
        for place, fact in enumerate(batch.facts, start=1):
            assert len(set(fact.streams)) == len(fact.streams), f"{fact.type} names a stream twice"
            for stream in sorted(fact.streams):
                assert stream in versions, f"{fact.type} belongs to {stream}, which its command does not read"
                versions[stream] += 1
                places.append(StreamRow(stream=stream, version=versions[stream], seq=self.seq + place))
        moved = {stream: version for stream, version in versions.items() if version != batch.expected[stream]}
        assert moved == {doc.stream: doc.version for doc in batch.entities}, "the documents do not match the facts"
        return places


def commands_of(batches: Iterable[Batch]) -> list[CommandId]:
    """The commands whose answers a group must know."""
    return list(dict.fromkeys(batch.command.id for batch in batches))


def streams_read(batches: Iterable[Batch]) -> list[str]:
    """The streams whose versions a group must know."""
    return list(dict.fromkeys(stream for batch in batches for stream in batch.expected))
