"""A fact as a sentence: its name in plain words, then what it says."""

import re
from collections.abc import Callable
from enum import StrEnum

from goldenhour.kernel.facts import Fact
from goldenhour.kernel.instants import Instant, as_datetime
from goldenhour.kernel.levels import Level


def words(fact: Fact, zone: str = "UTC", complaint_name: Callable[[str], str] = str) -> str:
    """The fact as a sentence: its name in plain words, then what it says."""
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(fact).__name__).lower().capitalize()
    unit = getattr(fact, "unit", None)
    if unit is not None and name.startswith("Unit "):
        name = f"{unit.upper()} {name[5:]}"
    said = [
        complaint_name(value) if field == "complaint" and isinstance(value, str) else _said(field, value, zone)
        for field in fact.__struct_fields__
        if field not in _UNSAID
        for value in (getattr(fact, field),)
    ]
    details = ", ".join(detail for detail in said if detail)
    return f"{name}: {details}" if details else name


_UNSAID = frozenset({"incident", "call", "unit", "assignment", "book", "handover", "record", "other", "related"})


def _said(field: str, value: object, zone: str) -> str:
    if value in (None, "", (), False, {}):
        return ""
    label = field.removesuffix("_at").removesuffix("_s").replace("_", " ")
    if isinstance(value, int) and (field.endswith("_at") or field in ("before", "after", "until", "scheduled_for")):
        return f"{label} {as_datetime(Instant(value), zone):%H:%M:%S}"
    if value is True:
        return label
    named = getattr(value, "label", None)
    if named is not None:
        return str(named)
    if isinstance(value, tuple):
        return f"{label} {', '.join(_one(one) for one in value)}"
    if field in ("text", "words", "reason", "number", "name", "complaint", "outcome", "question", "answer", "bed"):
        return str(value)
    return f"{label} {_one(value)}"


def _one(value: object) -> str:
    if isinstance(value, Level):
        return f"L{value.value}"
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    return str(getattr(value, "name", value)).replace("_", " ")
