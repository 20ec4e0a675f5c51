"""Put the responses behind `{% include %}` into a template: no cycles, no endless growth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce

from canned.parsing import MAX_LENGTH
from canned.parts import Template, TemplateError

MAX_DEPTH = 8
"""How deep includes may stand in each other."""


def link(template: Template, find: Callable[[str], Template | None]) -> Template:
    """Return the template with everything it includes, `find` giving unlinked ones by name.

    Raises TemplateError at the include that is unknown, stands in a circle,
    is too deep, or makes the whole longer than a response may be.
    """
    return _linked(template, find, (), {})


def _linked(
    template: Template,
    find: Callable[[str], Template | None],
    path: tuple[str, ...],
    done: dict[str, Template],
) -> Template:
    """Return the linked template; `path` is how we came here, `done` what is linked already."""
    included: dict[str, Template] = {}
    length = template.length
    for name, at in template.includes:
        try:
            part = included[name] = _part(name, find, path, done)
        except _Refused as refused:
            raise TemplateError(at.line, at.column, str(refused)) from refused
        length += part.length
        if length > MAX_LENGTH:
            expected = f"at most {MAX_LENGTH} characters with everything included"
            raise TemplateError(at.line, at.column, expected)
    return replace(template, included=included, length=length) if included else template


class _Refused(Exception):
    """Why a part cannot be included, in words that go on after "expected"."""


def _part(
    name: str,
    find: Callable[[str], Template | None],
    path: tuple[str, ...],
    done: dict[str, Template],
) -> Template:
    """Return the linked template of that name."""
    if name in path:
        raise _Refused(f"no circle: {' > '.join((*path, name))}")
    if len(path) >= MAX_DEPTH:
        raise _Refused(f"at most {MAX_DEPTH} includes inside each other")
    if name in done:
        return done[name]
    found = find(name)
    if found is None:
        raise _Refused(f'a response named "{name}"')
    try:
        linked = _linked(found, find, (*path, name), done)
    except TemplateError as error:
        raise _Refused(f'"{name}" to be whole; its {error}') from error
    done[name] = linked
    return linked


def names_of(template: Template) -> frozenset[str]:
    """Return every variable that a linked template and its parts speak of."""
    own = frozenset(name for name, _ in template.names)
    parts: Mapping[str, Template] = template.included
    return reduce(frozenset.union, (names_of(part) for part in parts.values()), own)
