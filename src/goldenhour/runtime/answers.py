"""What a command is answered."""

from typing import Any

import msgspec


class Accepted(msgspec.Struct, frozen=True, kw_only=True, tag="accepted", tag_field="answer"):
    """It was done: `facts` are the new facts (as plain data with their type), `seq` the last one's place."""

    seq: int
    facts: tuple[Any, ...]


class Declined(msgspec.Struct, frozen=True, kw_only=True, tag="refused", tag_field="answer"):
    """It was refused by `rule`, for the reason in `text`."""

    rule: str
    text: str


Answer = Accepted | Declined
read_answer = msgspec.json.Decoder(Answer).decode
"""An answer from its bytes in the log. Its `seq` was not known when it was written."""
