"""The runtime: takes a command, decides, appends, tells everybody. One object per process."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from goldenhour.kernel.codec import encode
from goldenhour.kernel.commands import Command, Refused
from goldenhour.kernel.facts import Actor, Happened, streams_of
from goldenhour.kernel.ids import CommandId, stream
from goldenhour.kernel.parts import Registry
from goldenhour.runtime.answers import Accepted, Answer, Declined, read_answer
from goldenhour.runtime.clocks import Clock
from goldenhour.runtime.decide import NOTHING_YET, Held, decided, entity_doc, folded, happened, new_fact, stamped
from goldenhour.runtime.store import AlreadyAnswered, Batch, CommandRow, Conflict, Outage, Store
from goldenhour.runtime.turns import Turns

MOST_TRIES: Final = 50
"""How often a decision is made anew because another node moved a stream, before we call it an outage."""

MOST_HELD: Final = 50_000
"""Entities kept at hand; the least recently used leave first and are read again when needed."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """An entity's new state."""

    kind: str
    id: str
    version: int
    state: Any


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is now in the log: the facts up to `seq`, and what they changed."""

    seq: int
    facts: tuple[Happened, ...]
    changes: tuple[Change, ...]


Follower = Callable[[Committed], None]


class Runtime:
    """Handles commands on one log. `exercise` marks every fact as not real."""

    def __init__(self, registry: Registry, store: Store, clock: Clock, *, exercise: bool = False) -> None:
        self.registry = registry
        self.store = store
        self.clock = clock
        self.exercise = exercise
        self.seq = 0
        self.refusals = 0
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._turns = Turns()
        self._followers: list[Follower] = []
        self._pumping = asyncio.Lock()

    async def start(self) -> None:
        """Opens the store and finds the head of the log."""
        await self.store.open()
        self.seq, _ = await self.store.head()

    async def stop(self) -> None:
        await self.store.close()

    def follow(self, follower: Follower) -> None:
        """Calls `follower` for everything committed from now on, in the order of the log."""
        self._followers.append(follower)

    async def handle(self, command: Command, *, command_id: CommandId, by: Actor) -> Answer:
        """Decides a command and makes the outcome durable. A repeat gets the first answer. May raise `Outage`.

        Once begun it is carried through, even if whoever asked has gone: what is in the log must reach every screen.
        """
        return await asyncio.shield(asyncio.ensure_future(self._handle(command, command_id, by)))

    async def _handle(self, command: Command, command_id: CommandId, by: Actor) -> Answer:
        reads = streams_of(command)
        async with self._turns.take(reads):
            for attempt in range(MOST_TRIES):
                try:
                    return await self._try(command, command_id, by, reads)
                except AlreadyAnswered as known:
                    return self._repeated(known.answer)
                except Conflict:
                    for name in reads:
                        self._held.pop(name, None)
                    await asyncio.sleep(min(0.1, 0.001 * attempt))
        raise Outage(f"other nodes kept moving {', '.join(reads)}; try again")

    def _repeated(self, first: bytes) -> Answer:
        answer: Answer = read_answer(first)
        return msgspec.structs.replace(answer, seq=self.seq) if isinstance(answer, Accepted) else answer

    async def entity(self, kind: str, entity_id: str) -> Any:
        """The newest state of one entity, or None."""
        name = stream(kind, entity_id)
        return (await self._hold((name,)))[name].state

    async def pump(self) -> None:
        """Brings this node up to the log when several nodes write it; followers see every fact once, in order."""
        async with self._pumping:
            while True:
                changes = await self.store.changes(self.seq)
                if not changes.facts:
                    return
                facts = tuple(self.registry.read_happened(fact.body) for fact in changes.facts)
                held = {
                    doc.stream: Held(version=doc.version, state=self.registry.read_entity(doc.kind, doc.doc))
                    for doc in changes.entities
                }
                self._publish(changes.facts[-1].seq, facts, held)

    async def _try(self, command: Command, command_id: CommandId, by: Actor, reads: Sequence[str]) -> Answer:
        now = self.clock.now()
        held = await self._hold(reads)
        try:
            command = stamped(command, now)
            facts = decided(self.registry, command, held)
        except Refused as refused:
            declined = Declined(rule=refused.rule, text=refused.text)
            await self.store.append(self._batch(command, command_id, by, declined, held={}, news=(), after={}))
            self.refusals += 1
            return declined
        news = happened(facts, command=command, command_id=command_id, by=by, now=now, exercise=self.exercise)
        after = folded(self.registry, news, held)
        accepted = Accepted(seq=0, facts=tuple(facts))
        appended = await self.store.append(
            self._batch(command, command_id, by, accepted, held=held, news=news, after=after)
        )
        if self.store.several_nodes:
            await self.pump()
        elif news:
            self._publish(appended.last_seq, news, after)
        return Accepted(seq=appended.last_seq, facts=accepted.facts)

    def _batch(
        self,
        command: Command,
        command_id: CommandId,
        by: Actor,
        answer: Answer,
        *,
        held: dict[str, Held],
        news: tuple[Happened, ...],
        after: dict[str, Held],
    ) -> Batch:
        return Batch(
            command=CommandRow(
                id=command_id,
                type=type(command).__name__,
                body=encode(command),
                by=encode(by),
                at=self.clock.now(),
                accepted=isinstance(answer, Accepted),
                answer=encode(answer),
            ),
            facts=tuple(new_fact(one) for one in news),
            expected={name: one.version for name, one in held.items()},
            entities=tuple(entity_doc(name, one) for name, one in after.items()),
        )

    async def _hold(self, names: Iterable[str]) -> dict[str, Held]:
        found = {name: self._held[name] for name in names if name in self._held}
        missing = [name for name in names if name not in found]
        if missing:
            docs = await self.store.read(missing)
            for name in missing:
                doc = docs.get(name)
                if doc is None:
                    found[name] = NOTHING_YET
                else:
                    state = self.registry.read_entity(doc.kind, doc.doc)
                    found[name] = self._keep(name, Held(version=doc.version, state=state))
        return found

    def _keep(self, name: str, held: Held) -> Held:
        self._held[name] = held
        self._held.move_to_end(name)
        if len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
        return held

    def _publish(self, seq: int, facts: tuple[Happened, ...], after: dict[str, Held]) -> None:
        assert seq > self.seq, "the log was published out of order"
        self.seq = seq
        for name, held in after.items():
            self._keep(name, held)
        changes = tuple(
            Change(kind=kind, id=entity_id, version=held.version, state=held.state)
            for name, held in after.items()
            for kind, _, entity_id in (name.partition(":"),)
        )
        committed = Committed(seq=seq, facts=facts, changes=changes)
        for follower in self._followers:
            follower(committed)
