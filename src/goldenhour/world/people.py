"""What all simulated people share: the desk they speak to, chance, their agenda, and who among them is real today."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from goldenhour.chain.desk import Desk
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import Instant
from goldenhour.runtime.answers import Accepted
from goldenhour.world.agenda import Agenda
from goldenhour.world.chance import Chance
from goldenhour.world.emergencies import Truth
from goldenhour.world.movement import Movement

Present = Callable[[str, str | None], bool]
"""(role, unit or facility) -> whether a real person works there now."""


def nobody(role: str, at: str | None) -> bool:
    """A world without people."""
    return False


@dataclass(kw_only=True)
class Cast:
    """The simulated people's common ground. `patience_s`: how long they leave work to a real colleague (desk time)."""

    desk: Desk
    chance: Chance
    agenda: Agenda
    movement: Movement
    present: Present = nobody
    patience_s: float = math.inf
    truths: dict[str, Truth] = field(default_factory=dict)
    spoken: int = 0

    @property
    def now(self) -> Instant:
        return self.desk.clock.now()

    async def say(self, command: Command, *, role: str, who: str = "", about: str = "") -> bool:
        """Gives a command as a simulated person; whether it was accepted. A refusal is an answer like any other."""
        self.spoken += 1
        command_id = CommandId(self.chance.uuid("command", str(self.spoken), about))
        actor = Actor(id=who or f"sim-{role}", role=role, agency="world")
        answer = await self.desk.submit(command, command_id=command_id, by=actor)
        await self.desk.reactor.quiet()  # whatever the store's own pace, the next wish finds the same world
        return isinstance(answer, Accepted)
