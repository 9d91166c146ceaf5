"""What a simulated crew writes into the chart, moment by moment."""

from collections.abc import Callable
from random import Random

from goldenhour.chain.desk import Desk
from goldenhour.dispatch.state import Assignment, Incident
from goldenhour.kernel.commands import Command
from goldenhour.kernel.instants import Instant
from goldenhour.world.emergencies import Truth

Page = Callable[[Desk, Incident, Assignment, Truth, Random, Instant], list[Command]]


def at_patient(
    desk: Desk, incident: Incident, assignment: Assignment, truth: Truth, random: Random, now: Instant
) -> list[Command]:
    """At the patient."""
    return []


def in_transit(
    desk: Desk, incident: Incident, assignment: Assignment, truth: Truth, random: Random, now: Instant
) -> list[Command]:
    """On the way to hospital."""
    return []


def finishing(
    desk: Desk, incident: Incident, assignment: Assignment, truth: Truth, random: Random, now: Instant
) -> list[Command]:
    """After the hand-over, or the end on scene."""
    return []
