"""The record as a tree: the shape every other module here works on."""

from typing import Any

import msgspec

Leaf = str | dict[str, Any]
Tree = dict[str, Any]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A whole NEMSIS document: its data set (`EMSDataSet`, `DEMDataSet`, `StateDataSet`) and the root's tree."""

    data_set: str
    tree: Tree
