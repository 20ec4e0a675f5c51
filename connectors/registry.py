"""Finds connectors by their entry points; a stranger's that is broken is told, never fatal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from connectors.contract import Connector
from connectors.values import Setting

GROUP = "inbox.connectors"
"""The entry point group: name = the kind, value = the Connector class."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A connector that is installed and does not load."""

    kind: str
    said: str
    """What went wrong, in a sentence."""


class UnknownKind(KeyError):
    """No connector of that kind is installed, or it does not load; `said` tells which."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.said = said

    def __str__(self) -> str:
        """Return the sentence."""
        return self.said


@cache
def _found() -> Mapping[str, EntryPoint]:
    """Return the entry points by kind, in the order of their names; ours win over others'."""
    every = sorted(entry_points(group=GROUP), key=lambda point: (point.name, not _ours(point)))
    found: dict[str, EntryPoint] = {}
    for point in every:
        found.setdefault(point.name, point)
    return found


def _ours(point: EntryPoint) -> bool:
    """Return whether the connector ships with the product."""
    return point.value.startswith("connectors.")


def names() -> tuple[str, ...]:
    """Return the kinds of the installed connectors; none is loaded for it."""
    return tuple(_found())


def kinds() -> Mapping[str, type[Connector] | Broken]:
    """Return every installed connector by its kind: its class, or what is wrong with it."""
    return {kind: _load(kind) for kind in _found()}


def forget() -> None:
    """Look anew for what is installed, the next time somebody asks."""
    _load.cache_clear()
    _found.cache_clear()


@cache
def _load(kind: str) -> type[Connector] | Broken:
    """Return the class of an installed connector, or what is wrong with it."""
    point = _found()[kind]
    try:
        loaded = point.load()
        if not (isinstance(loaded, type) and issubclass(loaded, Connector)):
            return Broken(kind, f"{point.value} is not a connector.")
        if loaded.kind != kind or not isinstance(loaded.SETTINGS, tuple):
            return Broken(kind, f"{point.value} does not say it is {kind!r}.")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at import
        return Broken(kind, f"{point.value} does not load: {type(error).__name__}: {error}")
    return loaded


def load(kind: str) -> type[Connector]:
    """Return the connector class of that kind, and load no other; raises UnknownKind."""
    if kind not in _found():
        there = ", ".join(_found())
        raise UnknownKind(kind, f"There is no connector named {kind!r}. There are: {there}.")
    found = _load(kind)
    if isinstance(found, Broken):
        raise UnknownKind(kind, found.said)
    return found


def settings_of(kind: str) -> tuple[Setting, ...]:
    """Return what an account of that kind must know; raises UnknownKind."""
    return load(kind).SETTINGS
