"""A worker process: compiles the rules once, then answers jobs on its standard input until that closes.

Started by `pool.py` as `python -m goldenhour.interop.nemsis.rules.resident.worker`.
"""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path

from goldenhour.interop.nemsis.rules.installed import SchemasMissing, find_schemas
from goldenhour.interop.nemsis.rules.report import report_of
from goldenhour.interop.nemsis.rules.resident import wire
from goldenhour.interop.nemsis.rules.resident.selftest import SelfTestFailed, self_test
from goldenhour.interop.nemsis.rules.resident.sources import Unreadable, read
from goldenhour.interop.nemsis.rules.schematron import RulesRefused
from goldenhour.interop.nemsis.rules.tiers import Tiers, Verdict
from goldenhour.interop.nemsis.rules.xsd import SchemaRefused

REFUSALS = (RulesRefused, SchemaRefused, SchemasMissing, SelfTestFailed)


def main() -> int:
    """Serve until the other side closes. Replies go to the original standard output, which nothing else uses."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(message: wire.Reply) -> None:
        replies.write(wire.pack(message))
        replies.flush()

    setup = wire.read_request(sys.stdin.buffer)
    if not isinstance(setup, wire.Setup):
        return 2
    try:
        tiers = _load(setup)
    except REFUSALS as fault:
        send(wire.Broken(reason=str(fault), is_refusal=True))
        return 2
    gc.freeze()  # what is compiled now stays: the collector need not look at it again
    send(wire.Ready())
    _serve(tiers, send)
    return 0


def _load(setup: wire.Setup) -> Tiers:
    folder = find_schemas(Path(setup.root))
    tiers = Tiers(folder, extra_rules=tuple(map(Path, setup.extra_rules)), prefilter=setup.prefilter)
    for data_set in setup.prepare:
        if data_set in folder.xsd:
            tiers.prepare(data_set)
            self_test(tiers, folder, data_set)
    return tiers


def _serve(tiers: Tiers, send: Callable[[wire.Reply], None]) -> None:
    while isinstance(job := wire.read_request(sys.stdin.buffer), wire.Job):
        verdicts = []
        for document in job.documents:
            try:
                verdicts.append(_verdict(tiers, document, svrl=job.svrl))
            except Exception as fault:  # noqa: BLE001 - whatever it was, the document has no verdict: say so
                send(wire.Broken(reason=f"{document.path}: {type(fault).__name__}: {fault}"))
                break
        else:
            send(wire.Answer(verdicts=tuple(verdicts)))


def _verdict(tiers: Tiers, document: wire.Document, *, svrl: bool) -> Verdict:
    try:
        xml = read(document)
    except Unreadable as fault:
        return Verdict(report=report_of(document.path, xsd=(str(fault),)))
    return tiers.check(xml, path=document.path, svrl=svrl, expected=document.expected)


if __name__ == "__main__":
    sys.exit(main())
