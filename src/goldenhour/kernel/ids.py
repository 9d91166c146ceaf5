"""Typed ids. An id that names an entity also names its stream in the log."""

from typing import Annotated, Any, Final, NewType, TypeVar, get_args, get_origin

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

    Looks through `X | None` and `tuple[X, ...]`; stops at `Ref[X]`.
    """
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return None if _MENTION in marks else stream_kind(inner)
    if annotation in STREAMS:
        return STREAMS[annotation], False
    arguments = get_args(annotation)
    kinds = {found for found in map(stream_kind, arguments) if found is not None} if arguments else set()
    if len(kinds) != 1:
        return None
    kind, _ = kinds.pop()
    return kind, get_origin(annotation) is tuple
