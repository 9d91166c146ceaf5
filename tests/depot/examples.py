"""One full example of any struct: every field filled, the same on every run, and what identifies a patient marked."""

from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from goldenhour.kernel.privacy import phi_fields

SECRET = "jane-doe"
"""Stands in every text of every field that is marked as identifying a patient."""


def example(shape: type, *, secret: bool = False) -> Any:
    """An instance of a struct with no field left at its default."""
    hidden = phi_fields(shape)
    hints = get_type_hints(shape, include_extras=True)
    fields: tuple[str, ...] = shape.__struct_fields__  # type: ignore[attr-defined] - every shape here is a struct
    return shape(**{name: _value(hints[name], name, secret=secret or name in hidden) for name in fields})


def _value(hint: Any, name: str, *, secret: bool) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _value(arguments[0], name, secret=secret)
    if hasattr(hint, "__supertype__"):
        return _value(hint.__supertype__, name, secret=secret)
    if origin in (Union, UnionType):
        rest = [argument for argument in arguments if argument is not NoneType]
        return _value(rest[0], name, secret=secret)
    if origin is Literal:
        return arguments[0]
    if origin in (tuple, list, frozenset, set):
        items = arguments[:1] if origin is not tuple or arguments[-1] is Ellipsis else arguments
        return origin(_value(item, name, secret=secret) for item in items)
    if origin is dict:
        return {_value(arguments[0], name, secret=secret): _value(arguments[1], name, secret=secret)}
    return _plain(hint, name, secret=secret)


def _plain(hint: Any, name: str, *, secret: bool) -> Any:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return example(hint, secret=secret)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[-1]
    plain = {str: f"{SECRET} {name}" if secret else f"{name}-1", bool: True, int: 7, float: 1.5, bytes: b"\x01"}
    if hint in plain:
        return plain[hint]
    if hint in (Any, object):
        return f"{SECRET} {name}" if secret else f"{name}-1"
    raise TypeError(f"no example of {hint!r} for {name}; say in tests/depot/examples.py how one looks")
