"""What identifies a patient is marked in its type, so that it can be redacted, encrypted and forgotten."""

from typing import Annotated, Any, Final, TypeVar, get_args, get_origin, get_type_hints

import msgspec

_T = TypeVar("_T")
_PHI: Final = "phi"
Phi = Annotated[_T, _PHI]
"""`Phi[str]`: protected health information that identifies a person (45 CFR 164.514(b)(2))."""


def phi_fields(struct: type) -> frozenset[str]:
    """Names of the fields of `struct` that are marked `Phi`."""
    hints = get_type_hints(struct, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_phi(hint))


def redacted(value: msgspec.Struct) -> dict[str, Any]:
    """`value` as plain data with every `Phi` field, at any depth, left out."""
    hidden = phi_fields(type(value))
    plain: dict[str, Any] = {}
    for name in value.__struct_fields__:
        if name not in hidden:
            plain[name] = _redacted_inside(getattr(value, name))
    return plain


def _redacted_inside(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return redacted(value)
    if isinstance(value, dict):
        return {key: _redacted_inside(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted_inside(inner) for inner in value]
    return value


def _is_phi(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        return _PHI in marks or _is_phi(inner)
    return any(_is_phi(argument) for argument in get_args(hint))
