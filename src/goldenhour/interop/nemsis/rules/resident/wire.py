"""What the checking process and its worker processes say to each other: length-prefixed MessagePack frames."""

from typing import BinaryIO

import msgspec

from goldenhour.interop.nemsis.rules.report import DataSet
from goldenhour.interop.nemsis.rules.tiers import Verdict

LENGTH_BYTES = 4


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document to check: its bytes (`xml`), a `member` of the zip archive `archive`, else the file `path`.
    `expected` is the data set that it has to be."""

    path: str
    xml: bytes | None = None
    archive: str | None = None
    member: str = ""
    size_bytes: int = 0
    expected: DataSet | None = None


class Setup(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What a worker has to load before it says Ready."""

    root: str
    extra_rules: tuple[str, ...] = ()
    prepare: tuple[DataSet, ...] = ()
    prefilter: bool = False


class Job(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Documents to check in one go."""

    documents: tuple[Document, ...]
    svrl: bool = False


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The worker has compiled its rules and passed its self-test."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One verdict a document, in order."""

    verdicts: tuple[Verdict, ...]


class Broken(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The worker cannot give a verdict; the reason is for a person."""

    reason: str
    is_refusal: bool = False


Reply = Ready | Answer | Broken
_requests: msgspec.msgpack.Decoder[Setup | Job] = msgspec.msgpack.Decoder(Setup | Job)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Ready | Answer | Broken)
_encoder = msgspec.msgpack.Encoder()


def pack(message: Setup | Job | Reply) -> bytes:
    """A message as one frame."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def unpack_reply(body: bytes) -> Reply:
    """What a worker said."""
    return _replies.decode(body)


def read_request(stream: BinaryIO) -> Setup | Job | None:
    """The next request, or None when the other side is gone."""
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    body = stream.read(int.from_bytes(head, "big"))
    return _requests.decode(body)
