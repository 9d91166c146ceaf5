"""Work an outbox: send what is due, ask what became of it, back off, and stop where a person has to act."""

from zlib import crc32

import msgspec

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.submission import outbox as states
from goldenhour.interop.nemsis.submission.client import SubmissionClient, Unreachable
from goldenhour.interop.nemsis.submission.messages import Answer
from goldenhour.interop.nemsis.submission.outbox import Outbox, Submission
from goldenhour.interop.nemsis.submission.status import TOO_LARGE, Outcome, meaning

FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 3_600_000
ASK_AGAIN_MS = 15_000


async def work(outbox: Outbox, client: SubmissionClient, *, now_ms: int, limit_kb: int | None = None) -> int:
    """Do what is due now; how many submissions were touched. When the receiver cannot be reached or refuses the
    login, the rest of the queue waits too: it would meet the same."""
    touched = 0
    for submission in outbox.due(now_ms):
        document = outbox.document(submission.key)
        if limit_kb is not None and len(document) > limit_kb * 1024:
            change = _settled(submission, Answer(status=TOO_LARGE), now_ms=now_ms)
            outbox.record(change)
            touched += 1
            continue
        try:
            if submission.state == states.SENT:
                answer = await client.status(submission.handle)
            else:
                answer = await client.submit(document, data_set=submission.data_set)
        except safe_xml.HostileXml as fault:
            outbox.record(
                msgspec.structs.replace(
                    submission, state=states.REJECTED, detail=f"The document {fault}", changed_ms=now_ms
                )
            )
            touched += 1
            continue
        except Unreachable as fault:
            change = _later(submission, str(fault), now_ms=now_ms)
            outbox.record(change)
            _postpone_rest(outbox, now_ms=now_ms, until_ms=change.due_ms)
            return touched + 1
        change = _settled(submission, answer, now_ms=now_ms)
        outbox.record(change)
        touched += 1
        if change.state == states.HELD:
            return touched
    return touched


def _settled(submission: Submission, answer: Answer, *, now_ms: int) -> Submission:
    """The submission after an answer."""
    outcome, text = meaning(answer.status)
    known = msgspec.structs.replace(
        submission,
        status=answer.status,
        detail=text,
        findings=answer.findings,
        handle=answer.handle or submission.handle,
        changed_ms=now_ms,
    )
    if outcome is Outcome.RETRY:
        return _later(known, text, now_ms=now_ms)
    if outcome is Outcome.RESEND:
        return _later(msgspec.structs.replace(known, state=states.WAITING, handle=""), text, now_ms=now_ms)
    if outcome is Outcome.PENDING:
        if not known.handle:
            return msgspec.structs.replace(known, state=states.HELD, detail="received, but without a number to ask by")
        asked = known.attempts + 1 if submission.state == states.SENT else 0
        due_ms = now_ms + min(LONGEST_WAIT_MS, ASK_AGAIN_MS * 2 ** min(asked, 10))
        return msgspec.structs.replace(known, state=states.SENT, attempts=asked, due_ms=due_ms)
    state = {Outcome.ACCEPTED: states.ACCEPTED, Outcome.REJECTED: states.REJECTED}.get(outcome, states.HELD)
    return msgspec.structs.replace(known, state=state)


def _later(submission: Submission, why: str, *, now_ms: int) -> Submission:
    """Another try later: 30 s, doubling to an hour, spread by a tenth so that a fleet does not knock at once."""
    attempts = submission.attempts + 1
    wait_ms = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** min(attempts - 1, 10))
    spread_ms = crc32(f"{submission.key} {attempts}".encode()) % (wait_ms // 10)
    return msgspec.structs.replace(
        submission, attempts=attempts, due_ms=now_ms + wait_ms + spread_ms, detail=why, changed_ms=now_ms
    )


def _postpone_rest(outbox: Outbox, *, now_ms: int, until_ms: int) -> None:
    for waiting in outbox.due(now_ms, limit=1_000_000):
        outbox.record(msgspec.structs.replace(waiting, due_ms=until_ms))
