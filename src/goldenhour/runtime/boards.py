"""Boards: every open entity at hand, and the rows that screens show of them, remade as the log grows."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from goldenhour.kernel.parts import Registry
from goldenhour.runtime.runtime import Change, Committed
from goldenhour.runtime.store import Store


class Open:
    """The newest state of every open entity, by kind and id."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._states: dict[str, dict[str, Any]] = {kind: {} for kind in kinds}

    def all(self, kind: str) -> dict[str, Any]:
        return self._states[kind]

    def get(self, kind: str, entity_id: str | None) -> Any:
        """The entity, or None when it is closed or unknown."""
        return None if entity_id is None else self._states[kind].get(entity_id)

    def put(self, kind: str, entity_id: str, state: Any) -> None:
        if state.is_open:
            self._states[kind][entity_id] = state
        else:
            self._states[kind].pop(entity_id, None)


class View(Protocol):
    """A board's content: which rows a change touches, and what a row says. Rows are frozen structs."""

    name: str

    def touched(self, change: Change, before: Any, now: Open) -> Iterable[str]:
        """Keys of the rows to make anew. `before` is the entity's state before the change, None if it was not open."""
        ...

    def row(self, key: str, now: Open) -> msgspec.Struct | None:
        """The row, or None when there is none (any more)."""
        ...


class RowChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is now; None when it has gone."""

    view: str
    key: str
    row: msgspec.Struct | None


Listener = Callable[[int, Sequence[RowChanged]], None]


class Boards:
    """Follows the log and keeps all rows. A board made anew from the store must equal one that followed (a test)."""

    def __init__(self, registry: Registry, views: Iterable[View]) -> None:
        self._registry = registry
        self._views = {view.name: view for view in views}
        self._listeners: list[Listener] = []
        self.seq = 0
        self.open = Open(registry.entities)
        self.rows: dict[str, dict[str, msgspec.Struct]] = {name: {} for name in self._views}

    async def seed(self, store: Store) -> None:
        """Begins from the stored open entities."""
        found = await store.open_entities(tuple(self._registry.entities))
        for doc in found.entities:
            self.open.put(doc.kind, doc.stream.partition(":")[2], self._registry.read_entity(doc.kind, doc.doc))
        self.seq = found.head_seq
        for name, view in self._views.items():
            keys = {
                key
                for kind in self._registry.entities
                for entity_id, state in self.open.all(kind).items()
                for key in view.touched(Change(kind=kind, id=entity_id, version=0, state=state), None, self.open)
            }
            for key in sorted(keys):
                row = view.row(key, self.open)
                if row is not None:
                    self.rows[name][key] = row

    def listen(self, listener: Listener) -> None:
        """Calls `listener(seq, changed rows)` after every change."""
        self._listeners.append(listener)

    def follow(self, committed: Committed) -> None:
        """Takes in what was committed and tells the listeners which rows changed."""
        if committed.seq <= self.seq:
            return
        before = {(change.kind, change.id): self.open.get(change.kind, change.id) for change in committed.changes}
        for change in committed.changes:
            self.open.put(change.kind, change.id, change.state)
        self.seq = committed.seq
        touched = dict.fromkeys(
            (name, key)
            for name, view in self._views.items()
            for change in committed.changes
            for key in view.touched(change, before[change.kind, change.id], self.open)
        )
        self._tell([changed for name, key in touched if (changed := self._remade(name, key)) is not None])

    def refresh(self, view: str, keys: Iterable[str]) -> None:
        """Makes rows anew that depend on more than the log: the time, a position."""
        self._tell([changed for key in keys if (changed := self._remade(view, key)) is not None])

    def _remade(self, name: str, key: str) -> RowChanged | None:
        row = self._views[name].row(key, self.open)
        rows = self.rows[name]
        if row == rows.get(key):
            return None
        if row is None:
            del rows[key]
        else:
            rows[key] = row
        return RowChanged(view=name, key=key, row=row)

    def _tell(self, changed: list[RowChanged]) -> None:
        if changed:
            for listener in self._listeners:
                listener(self.seq, changed)
