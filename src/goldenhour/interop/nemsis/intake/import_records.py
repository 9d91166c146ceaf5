"""Import checked reports into a log: the newest version of each UUID, resumable, with the bad ones set aside."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Protocol
from uuid import uuid4

import msgspec

from goldenhour.care.commands import ImportRecord
from goldenhour.care.state import Record
from goldenhour.interop.nemsis.intake.reports import Incoming, Place, fingerprint, incoming, place_of
from goldenhour.interop.nemsis.rules.resident.wire import Document
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId, RecordId
from goldenhour.runtime.answers import Declined
from goldenhour.runtime.runtime import Runtime

IMPORTER: Final = Actor(id="nemsis-import", role="system", agency="golden-hour")
AT_ONCE: Final = 32
"""Reports in hand at a time: enough to keep the checking processes and the log busy, 2 MB of memory."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a report: `imported`, `updated`, `unchanged` (it is in the log as it is) or `set_aside`."""

    what: str
    incoming: Incoming
    reasons: tuple[str, ...] = ()


class Check(Protocol):
    """What stands against each of some reports, in words; nothing where it may come in."""

    async def __call__(self, reports: Sequence[Incoming]) -> list[tuple[str, ...]]: ...


async def import_records(
    runtime: Runtime, documents: Sequence[Document], *, check: Check, tell: Callable[[Outcome], None]
) -> int:
    """Takes in every report of these documents and tells each outcome; how many documents were done before.

    The place is kept in the store after every few reports, and forgotten at the end: an import that was broken off
    goes on there, while a deliberate repeat looks at everything again and finds it unchanged. May raise `Outage`.
    """
    consumer = f"import:{fingerprint(documents)}"
    start = place_of(await runtime.store.position(consumer))
    reports = incoming(documents, start=start)
    while batch := list(islice(reports, AT_ONCE)):
        for outcome in await _settled(runtime, batch, check):
            tell(outcome)
        await runtime.store.set_position(consumer, batch[-1].after.as_number())
    await runtime.store.set_position(consumer, Place().as_number())
    return start.documents


async def _settled(runtime: Runtime, batch: Sequence[Incoming], check: Check) -> list[Outcome]:
    """Checks what is new and gives it to the log; the outcomes in the order of the documents."""
    outcomes: dict[int, Outcome] = {}
    new: list[int] = []
    seen: set[str] = set()
    for place, one in enumerate(batch):
        if one.fault:
            outcomes[place] = Outcome(what="set_aside", incoming=one, reasons=(one.fault,))
        elif one.tree is not None and one.uuid not in seen and await _stands(runtime, one):
            outcomes[place] = Outcome(what="unchanged", incoming=one)
        elif one.tree is not None:
            new.append(place)
        seen.add(one.uuid)
    against = await check([batch[place] for place in new]) if new else []
    outcomes |= {
        place: Outcome(what="set_aside", incoming=batch[place], reasons=reasons)
        for place, reasons in zip(new, against, strict=True)
        if reasons
    }
    good = [(place, batch[place]) for place in new if place not in outcomes]
    for wave in _waves(good):
        given = await asyncio.gather(*(_give(runtime, one) for _, one in wave))
        outcomes |= {place: outcome for (place, _), outcome in zip(wave, given, strict=True)}
    return [outcomes[place] for place in sorted(outcomes)]


async def _stands(runtime: Runtime, one: Incoming) -> bool:
    """Whether exactly this report is in the log already."""
    known: Record | None = await runtime.entity("record", one.uuid) if one.uuid else None
    return known is not None and known.imported is not None and known.imported.digest == one.digest


def _waves(reports: Iterable[tuple[int, Incoming]]) -> Iterator[list[tuple[int, Incoming]]]:
    """Reports that may go to the log together: two versions of one record go one after the other."""
    wave: list[tuple[int, Incoming]] = []
    for place, one in reports:
        if any(one.uuid == other.uuid for _, other in wave):
            yield wave
            wave = []
        wave.append((place, one))
    if wave:
        yield wave


async def _give(runtime: Runtime, one: Incoming) -> Outcome:
    record = RecordId(one.uuid)
    before = await runtime.entity("record", record) if one.uuid else None
    command = ImportRecord(
        record=record, tree=one.tree or {}, header=one.header, source=one.path[-200:], digest=one.digest
    )
    answer = await runtime.handle(command, command_id=CommandId(str(uuid4())), by=IMPORTER)
    if isinstance(answer, Declined):
        return Outcome(what="set_aside", incoming=one, reasons=(answer.text,))
    if not answer.facts:
        return Outcome(what="unchanged", incoming=one)
    return Outcome(what="imported" if before is None else "updated", incoming=one)
