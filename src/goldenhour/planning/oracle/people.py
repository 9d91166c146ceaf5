"""The oracle's units and calls, as plain objects."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from goldenhour.geo.roads import COLD

AVAILABLE, RESPONDING, WITH_PATIENT, ON_BREAK, OFF = "available", "responding", "with patient", "on break", "off"
Process = Generator[Any, Any, None]


@dataclass(slots=True)
class Unit:
    index: int
    home: int
    post: int
    capabilities: int
    status: str
    leg: Any  # one UNIT record, of which only the leg_ and walk_ fields are used, to ask where it is
    leg_depart_s: float = 0.0
    leg_end_s: float = 0.0
    leg_mode: int = COLD
    posted: bool = True  # drives to its post or stands there
    task: Any = None  # its SimPy process
    call: "Call | None" = None
    slot: int = 0
    off_at_s: float = np.inf
    break_owed_s: float = 0.0
    moved_s: float = -np.inf
    diverted: int = 0
    moves: int = 0
    swaps: int = 0


@dataclass(slots=True)
class Call:
    index: int
    mode: int
    arrival_s: float
    ready_s: float
    node: int
    off_m: float
    on_scene_s: float
    handover_s: float
    turnout_s: float
    support_s: float
    luck: float
    hospital_need: int
    level: int
    plan: int
    transport: bool
    units: dict[int, Unit] = field(default_factory=dict)
    arrived_s: dict[int, float] = field(default_factory=dict)
    first_changed: Any = None
    row: list[int] | None = None
