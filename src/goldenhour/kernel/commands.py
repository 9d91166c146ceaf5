"""Commands: what somebody wants. A decision answers one with facts, or refuses."""

from typing import Final

import msgspec

from goldenhour.kernel.instants import Instant

FUTURE_TOLERANCE_MS: Final = 120_000
"""How far ahead of ours another device's clock may be before a stated time is refused."""


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True, omit_defaults=True):
    """Base of every command. `at` is when the thing happened, as the person states it; left out, it is now."""

    at: Instant = Instant(0)


class Refused(Exception):
    """A wish that the rules do not allow. `rule` is its dotted name, `text` says why and what would be accepted."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(f"{rule}: {text}")
        self.rule = rule
        self.text = text


def said(text: str, *, rule: str, what: str) -> str:
    """The words with their white space folded; refuses by `rule` where nothing was said."""
    words = " ".join(text.split())
    if not words:
        raise Refused(rule, f"Say {what}; it cannot be empty.")
    return words
