"""Decisions in the field's sentences: given facts, when a command, then facts or a refusal."""

from collections.abc import Iterable
from typing import Any

import pytest

from goldenhour.chain.registry import REGISTRY
from goldenhour.kernel.commands import Command, Refused
from goldenhour.kernel.facts import Actor, Fact, streams_of
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import Instant
from goldenhour.runtime.decide import NOTHING_YET, Held, decided, folded, happened, stamped

NOON = Instant(1_767_600_000_000)
SOMEBODY = Actor(id="kim", role="dispatcher", agency="meridian")


class Story:
    """What has happened so far; each command that is accepted goes on with it. A minute passes between commands."""

    def __init__(self) -> None:
        self.now = NOON
        self.held: dict[str, Held] = {}
        self.told = 0

    def when(self, command: Command) -> list[Fact]:
        """The facts that the command led to. Raises `Refused`."""
        self.now = Instant(self.now + 60_000)
        for name in streams_of(command):
            self.held.setdefault(name, NOTHING_YET)
        command = stamped(command, self.now)
        facts = decided(REGISTRY, command, self.held)
        self.told += 1
        news = happened(
            facts, command=command, command_id=CommandId(f"c{self.told}"), by=SOMEBODY, now=self.now, exercise=False
        )
        self.held.update(folded(REGISTRY, news, self.held))
        return facts

    def given(self, commands: Iterable[Command]) -> "Story":
        for command in commands:
            self.when(command)
        return self

    def refuses(self, command: Command, rule: str) -> str:
        """Asserts that the command is refused by this rule; returns what the person is told."""
        with pytest.raises(Refused) as refused:
            self.when(command)
        assert refused.value.rule == rule
        assert refused.value.text
        return refused.value.text

    def of(self, kind: str, entity_id: str) -> Any:
        return self.held[f"{kind}:{entity_id}"].state


def names(facts: list[Fact]) -> list[str]:
    return [type(fact).__name__ for fact in facts]
