"""Typed ids. An id that names an entity also names its stream in the log."""

from types import NoneType, UnionType
from typing import Annotated, Any, Final, NewType, TypeVar, Union, get_args, get_origin

CommandId = NewType("CommandId", str)
CallId = NewType("CallId", str)
IncidentId = NewType("IncidentId", str)
UnitId = NewType("UnitId", str)
RecordId = NewType("RecordId", str)
HandoverId = NewType("HandoverId", str)
FacilityId = NewType("FacilityId", str)
BookId = NewType("BookId", str)
"""A day's book of running numbers, such as "incidents/2026-11-21"."""

AssignmentId = NewType("AssignmentId", str)
"""One unit's part in one incident: "<incident>/<n>". It lives inside the incident; it has no stream of its own."""

AgencyId = NewType("AgencyId", str)
PlanId = NewType("PlanId", str)
PostId = NewType("PostId", str)

STREAMS: Final[dict[Any, str]] = {
    CallId: "call",
    IncidentId: "incident",
    UnitId: "unit",
    RecordId: "record",
    HandoverId: "handover",
    FacilityId: "facility",
    BookId: "book",
}

_T = TypeVar("_T")
_MENTION: Final = "mention"
Ref = Annotated[_T, _MENTION]
"""`Ref[IncidentId]` in a fact or a command only mentions the incident; the fact is not part of its stream."""


def stream(kind: str, entity_id: str) -> str:
    """The stream's name in the log: `incident:8f0c…`."""
    return f"{kind}:{entity_id}"


def stream_kind(annotation: Any) -> tuple[str, bool] | None:
    """(stream kind, whether many) of a field's type; None for a field that is no entity's id.

    Looks through `X | None` and `tuple[X, ...]`; stops at `Ref[X]`. Ids in any other shape (keys of a dict, say) only
    mention.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, *marks = arguments
        return None if _MENTION in marks else stream_kind(inner)
    if origin in (Union, UnionType):
        rest = [argument for argument in arguments if argument is not NoneType]
        return stream_kind(rest[0]) if len(rest) == 1 else None
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        found = stream_kind(arguments[0])
        return None if found is None else (found[0], True)
    return (STREAMS[annotation], False) if annotation in STREAMS else None
