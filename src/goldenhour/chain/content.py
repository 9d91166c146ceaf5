"""The content in force: complaint types, response plans, clocks, destination rules, read from YAML packs."""

from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec

import goldenhour
from goldenhour.call_taking.policy import ComplaintRule
from goldenhour.dispatch.plans import CAPABILITY_WORDS, PolicySettings, ResponsePlan, Slot
from goldenhour.handoff.destinations import AlertRule
from goldenhour.kernel.levels import Level

_T = TypeVar("_T")


class BadContent(ValueError):
    """A content pack that cannot be used; the text names the file and what is wrong."""


class DeskClock(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of the desk: seconds until it warns, and until it alarms."""

    id: str
    words: str
    warn_s: int
    alarm_s: int


class WaitingClock(msgspec.Struct, frozen=True, kw_only=True):
    """How long an incident of each level may wait for a unit: (warn, alarm) in seconds."""

    words: str
    levels: dict[Level, tuple[int, int]]


class AgencyWords(msgspec.Struct, frozen=True, kw_only=True):
    """Another agency and what one asks of it. `flies`: it comes by air, so that a landing zone and a time of arrival go
    with the request; `declines`: why it may have to say no."""

    id: str
    name: str
    wants: tuple[str, ...]
    flies: bool = False
    declines: tuple[str, ...] = ()


class DeskWords(msgspec.Struct, frozen=True, kw_only=True):
    """What people at the desk choose from."""

    version: int
    outcomes: tuple[str, ...]
    cancel_reasons: tuple[str, ...]
    out_of_service_reasons: tuple[str, ...]
    agencies: tuple[AgencyWords, ...]


class Complaints(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    complaints: tuple[ComplaintRule, ...]
    approved_by: str | None = None


class ResponsePlans(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    slots: tuple[Slot, ...]
    plans: tuple[ResponsePlan, ...]
    policy: PolicySettings
    approved_by: str | None = None


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    clocks: tuple[DeskClock, ...]
    waiting: WaitingClock


class Destinations(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    alerts: tuple[AlertRule, ...]
    services: tuple[str, ...]
    approved_by: str | None = None


class AgencyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What every record says of the agency (content/care/agency.yaml).

    `blank_recommended` is what a recommended element that nobody charted says on export: `not_recorded` (NEMSIS
    7701003, or 7701005 where the state does not collect it), or `left_out` where the state wants nothing there.
    """

    version: int
    unique_id: str
    number: str
    name: str
    state: str
    county: str
    zip: str
    blank_recommended: Literal["not_recorded", "left_out"] = "not_recorded"
    made_up: bool = False


_FILES: Final[dict[str, tuple[str, type[Any]]]] = {
    "complaints": ("dispatch/complaints.yaml", Complaints),
    "response_plans": ("dispatch/response_plans.yaml", ResponsePlans),
    "clocks": ("dispatch/clocks.yaml", Clocks),
    "desk": ("dispatch/desk.yaml", DeskWords),
    "agency": ("care/agency.yaml", AgencyFacts),
    "destinations": ("handoff/destinations.yaml", Destinations),
}


class Content:
    """One loaded set of packs. `version` is the hash of their bytes: what a record says it was judged by."""

    def __init__(self, folder: Path) -> None:
        digest = sha256()
        loaded: dict[str, Any] = {}
        for name, (file, shape) in _FILES.items():
            body = _read(folder / file)
            digest.update(body)
            loaded[name] = _parsed(folder / file, body, shape)
        self.version = digest.hexdigest()[:12]
        self.complaints: Complaints = loaded["complaints"]
        self.response_plans: ResponsePlans = loaded["response_plans"]
        self.clocks: Clocks = loaded["clocks"]
        self.desk: DeskWords = loaded["desk"]
        self.agency: AgencyFacts = loaded["agency"]
        self.destinations: Destinations = loaded["destinations"]
        self._check()

    @cached_property
    def complaint_by_id(self) -> dict[str, ComplaintRule]:
        return {rule.id: rule for rule in self.complaints.complaints}

    @cached_property
    def slot_by_id(self) -> dict[str, Slot]:
        return {slot.id: slot for slot in self.response_plans.slots}

    @cached_property
    def clock_by_id(self) -> dict[str, DeskClock]:
        return {clock.id: clock for clock in self.clocks.clocks}

    def complaint_name(self, complaint: str | None) -> str:
        """The complaint's name for people; "" while nobody knows what happened."""
        rule = self.complaint_by_id.get(complaint or "")
        return rule.name if rule else (complaint or "")

    def plan_for(self, complaint: str | None, level: Level) -> ResponsePlan:
        """The plan of this complaint at this level: its own where it has one, else the level's."""
        fitting = [plan for plan in self.response_plans.plans if level in plan.levels]
        own = [plan for plan in fitting if complaint in plan.complaints]
        return (own or [plan for plan in fitting if not plan.complaints])[0]

    def _check(self) -> None:
        try:
            self.response_plans.policy.check()
        except ValueError as wrong:
            raise BadContent(f"dispatch/response_plans.yaml, policy: {wrong}") from wrong
        for slot in self.response_plans.slots:
            unknown = set(slot.needs) - set(CAPABILITY_WORDS)
            if unknown or not slot.needs:
                known = ", ".join(sorted(CAPABILITY_WORDS))
                raise BadContent(f"slot {slot.id!r} needs {', '.join(sorted(unknown)) or 'nothing'}; known are {known}")
        slots = {slot.id for slot in self.response_plans.slots}
        for plan in self.response_plans.plans:
            unknown = set(plan.slots) - slots
            if unknown:
                raise BadContent(f"response plan {plan.id!r} names unknown slots: {', '.join(sorted(unknown))}")
            missing = set(plan.complaints) - set(self.complaint_by_id)
            if missing:
                raise BadContent(f"response plan {plan.id!r} names unknown complaints: {', '.join(sorted(missing))}")
        for level in Level:
            if not any(level in plan.levels and not plan.complaints for plan in self.response_plans.plans):
                raise BadContent(f"no response plan serves level {level.value} for every complaint")


def default_folder() -> Path:
    """The packs that come with the program: inside the installed package, or beside the source."""
    package = Path(goldenhour.__file__).parent
    installed = package / "content"
    return installed if installed.is_dir() else package.parents[1] / "content"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadContent(f"{path}: {error.strerror}") from error


def _parsed(path: Path, body: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.yaml.decode(body, type=shape, strict=False)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadContent(f"{path}: {error}") from error
