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
from goldenhour.runtime.decide import (
    NOTHING_YET,
    Held,
    check_command_id,
    check_ids,
    entity_doc,
    folded,
    happened,
    new_fact,
    outcome,
)
from goldenhour.runtime.health import Health
from goldenhour.runtime.store import AlreadyAnswered, Batch, CommandRow, Conflict, Outage, Store, Unusable
from goldenhour.runtime.turns import Turns

MOST_TRIES: Final = 50
"""How often a decision is made anew because another node moved a stream, before we call it an outage."""

MOST_HELD: Final = 50_000
"""Entities kept at hand; the least recently used leave first and are read again when needed."""

PATIENCE_S: Final = 5.0
"""For how long a command is tried again while the log cannot be reached; then the person is told."""

_FIRST_PAUSE_S: Final = 0.02
_LONGEST_PAUSE_S: Final = 1.0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """An entity's new state."""

    kind: str
    id: str
    version: int
    state: Any


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is now in the log: the facts up to `seq`, and what they changed.

    When this node catches up with others, a change's state may already be newer than these facts; it never is older.
    """

    seq: int
    facts: tuple[Happened, ...]
    changes: tuple[Change, ...]


Follower = Callable[[Committed], None]


class Runtime:
    """Handles commands on one log. `exercise` marks every fact as not real."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        clock: Clock,
        *,
        exercise: bool = False,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.registry = registry
        self.store = store
        self.clock = clock
        self.exercise = exercise
        self.health = Health(clock)
        self.seq = 0
        self.refusals = 0
        self._patience_s = patience_s
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._turns = Turns()
        self._followers: list[Follower] = []
        self._pumping = asyncio.Lock()
        self._underway: set[asyncio.Task[Answer]] = set()

    async def start(self) -> None:
        """Opens the store, finds the head of the log, and lets the clock go on from there.

        A demo at ten times the speed leaves its log ahead of the real time; a clock behind the log would date what
        happens next before what has happened.
        """
        await self.store.open()
        self.seq, _ = await self.store.head()
        if self.seq:
            (last,) = (await self.store.changes(self.seq - 1)).facts[-1:]
            self.clock.not_before(self.registry.read_happened(last.body).recorded_at)

    async def stop(self) -> None:
        """Carries through what has begun, then closes the store."""
        while self._underway:
            await asyncio.wait(self._underway)
        await self.store.close()

    def follow(self, follower: Follower) -> None:
        """Calls `follower` for everything committed from now on, in the order of the log."""
        self._followers.append(follower)

    async def handle(self, command: Command, *, command_id: CommandId, by: Actor) -> Answer:
        """Decides a command and makes the outcome durable. A repeat gets the first answer. May raise `Outage`.

        Once begun it is carried through, even if whoever asked has gone: what is in the log must reach every screen.
        """
        try:
            check_command_id(command_id)
        except Refused as refused:
            return Declined(rule=refused.rule, text=refused.text)
        task = asyncio.get_running_loop().create_task(self._handle(command, command_id, by))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)
        return await asyncio.shield(task)

    async def entity(self, kind: str, entity_id: str) -> Any:
        """The newest state of one entity, or None."""
        name = stream(kind, entity_id)
        return (await self._hold((name,)))[name].state

    async def pump(self) -> None:
        """Brings this node up to the log; followers see every fact once, in order."""
        async with self._pumping:
            while True:
                after = self.seq
                changes = await self.store.changes(after)
                if self.seq != after:
                    continue  # own facts that followed directly were published while we read
                if not changes.facts:
                    return
                facts = tuple(self.registry.read_happened(fact.body) for fact in changes.facts)
                held = {
                    doc.stream: Held(version=doc.version, state=self.registry.read_entity(doc.kind, doc.doc))
                    for doc in changes.entities
                }
                self._publish(changes.facts[-1].seq, facts, held)

    async def keep_up(self) -> None:
        """Follows what other nodes append, until cancelled; to be run beside the server. One node alone has no need."""
        pause_s = _FIRST_PAUSE_S
        while self.store.several_nodes:
            try:
                await self.pump()
                self.health.well()
                pause_s = _FIRST_PAUSE_S
                await self.store.wait_for_more(self.seq)
            except Outage as outage:
                self.health.failed(outage)
                await asyncio.sleep(pause_s)
                pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    async def _handle(self, command: Command, command_id: CommandId, by: Actor) -> Answer:
        """Tries again through an outage until patience ends. The command's id makes every further try harmless."""
        reads = streams_of(command)
        loop = asyncio.get_running_loop()
        last_try = loop.time() + self._patience_s
        pause_s = _FIRST_PAUSE_S
        async with self._turns.take(reads):
            while True:
                try:
                    with self.health.waiting():
                        answer = await self._settle(command, command_id, by, reads)
                    self.health.well()
                    return answer
                except Outage as outage:
                    self.health.failed(outage)
                    if isinstance(outage, Unusable) or loop.time() + pause_s > last_try:
                        raise
                await asyncio.sleep(pause_s)
                pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    async def _settle(self, command: Command, command_id: CommandId, by: Actor, reads: Sequence[str]) -> Answer:
        """Decides anew as long as other nodes move what the decision rests on."""
        for attempt in range(MOST_TRIES):
            try:
                return await self._try(command, command_id, by, reads)
            except AlreadyAnswered as known:
                return await self._repeated(command, known)
            except Conflict:
                for name in reads:
                    self._held.pop(name, None)
                await asyncio.sleep(min(0.1, 0.001 * attempt))
        raise Outage(f"other nodes kept moving {', '.join(reads)}; try again")

    async def _try(self, command: Command, command_id: CommandId, by: Actor, reads: Sequence[str]) -> Answer:
        now = self.clock.now()
        held: dict[str, Held] = {}
        news: tuple[Happened, ...] = ()
        after: dict[str, Held] = {}
        answer: Answer
        try:
            check_ids(reads)
            held = await self._hold(reads)
            command, facts = outcome(self.registry, command, held, now=now)
        except Refused as refused:
            answer = Declined(rule=refused.rule, text=refused.text)
        else:
            news = happened(facts, command=command, command_id=command_id, by=by, now=now, exercise=self.exercise)
            after = folded(self.registry, news, held)
            answer = Accepted(seq=0, facts=tuple(facts))
        appended = await self.store.append(
            Batch(
                command=CommandRow(
                    id=command_id,
                    type=type(command).__name__,
                    body=encode(command),
                    by=encode(by),
                    at=now,
                    accepted=isinstance(answer, Accepted),
                    answer=encode(answer),
                ),
                facts=tuple(new_fact(one) for one in news),
                expected={name: one.version for name, one in held.items()},
                entities=tuple(entity_doc(name, one) for name, one in after.items()),
            )
        )
        if news:
            await self._tell(appended.last_seq, news, after)
        if isinstance(answer, Declined):
            self.refusals += 1
            return answer
        return Accepted(seq=appended.last_seq, facts=answer.facts)

    async def _tell(self, last_seq: int, news: tuple[Happened, ...], after: dict[str, Held]) -> None:
        if last_seq - len(news) == self.seq:
            self._publish(last_seq, news, after)
        elif last_seq > self.seq:
            await self.pump()  # other nodes' facts stand in between

    async def _repeated(self, command: Command, known: AlreadyAnswered) -> Answer:
        if known.type != type(command).__name__:
            return Declined(
                rule="kernel.command_id_taken",
                text=f"This command id was used for {known.type}; give every wish an id of its own.",
            )
        await self.pump()  # the first try may have been kept though its answer was lost in an outage
        answer: Answer = read_answer(known.answer)
        return msgspec.structs.replace(answer, seq=self.seq) if isinstance(answer, Accepted) else answer

    async def _hold(self, names: Iterable[str]) -> dict[str, Held]:
        found = {name: self._held[name] for name in names if name in self._held}
        missing = [name for name in names if name not in found]
        if missing:
            docs = await self.store.read(missing)
            for name in missing:
                doc = docs.get(name)
                if doc is None:
                    found[name] = self._held.get(name, NOTHING_YET)
                else:
                    state = self.registry.read_entity(doc.kind, doc.doc)
                    found[name] = self._keep(name, Held(version=doc.version, state=state))
        return found

    def _keep(self, name: str, held: Held) -> Held:
        """Keeps the newer of what we have and what we are given: a slow reading must not bring an old state back."""
        known = self._held.get(name)
        if known is not None and known.version > held.version:
            held = known
        self._held[name] = held
        self._held.move_to_end(name)
        if len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
        return held

    def _publish(self, seq: int, facts: tuple[Happened, ...], after: dict[str, Held]) -> None:
        assert seq > self.seq, "the log was published out of order"
        self.seq = seq
        changes = []
        for name, held in after.items():
            kind, _, entity_id = name.partition(":")
            newest = self._keep(name, held)
            changes.append(Change(kind=kind, id=entity_id, version=newest.version, state=newest.state))
        committed = Committed(seq=seq, facts=facts, changes=tuple(changes))
        bugs = []
        for follower in self._followers:
            try:
                follower(committed)
            except Exception as bug:  # noqa: BLE001 - the others must be told all the same; all bugs are raised below
                bugs.append(bug)
        if bugs:
            raise ExceptionGroup(f"followers failed at seq {seq}; the facts are in the log", bugs)
