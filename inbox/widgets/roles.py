"""What a role looks like under the theme: one table for every line painted by hand.

Component classes would say the same in CSS; matching forty of them took a
third of the time to the first list.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.app import App
from textual.color import Color

_COLOURS = {
    "late": "error",
    "trouble": "error",
    "soon": "warning",
    "ok": "success",
    "tag": "accent",
    "theirs": "primary",
    "ours": "secondary",
}
"""Roles by the theme's colour."""

_BOLD = frozenset({"late", "trouble", "mark", "unread", "key", "title", "theirs", "ours"})
_QUIET = frozenset({"quiet", "quote"})
_LIT = {"cursor": ("primary", 0.35), "selected": ("secondary", 0.25)}
"""Roles of a whole line: a colour laid over the background, and how thick."""


def style_of(app: App[object], role: str) -> Style:
    """Return the style of a role; an unknown one is plain text."""
    return _styles(app.theme, app.no_color, _colours(app)).get(role, Style())


def _colours(app: App[object]) -> tuple[tuple[str, str], ...]:
    """Return the theme's colours that roles need."""
    found = _of_theme.get(app.theme)
    if found is None:
        variables = app.theme_variables
        names = {*_COLOURS.values(), *(name for name, _much in _LIT.values())}
        found = tuple(
            (name, variables[name]) for name in sorted(names | {"foreground", "background"})
        )
        _of_theme[app.theme] = found
    return found


_of_theme: dict[str, tuple[tuple[str, str], ...]] = {}


@lru_cache(maxsize=8)
def _styles(_theme: str, no_color: bool, colours: tuple[tuple[str, str], ...]) -> dict[str, Style]:  # noqa: FBT001 - a part of the cache's key
    """Return the style of every role."""
    of = {name: Color.parse(value) for name, value in colours}
    front, back = of["foreground"], of["background"]
    quiet = back.blend(front, 0.6)
    styles = {role: Style(bold=role in _BOLD) for role in _BOLD}
    for role, name in _COLOURS.items():
        styles[role] = Style(color=of[name].rich_color, bold=role in _BOLD)
    for role in _QUIET:
        styles[role] = Style(color=quiet.rich_color)
    for role, (name, much) in _LIT.items():
        styles[role] = Style(bgcolor=back.blend(of[name], much).rich_color)
    if no_color:
        # Without colour every grey is a guess: plain text, and the cursor's row turned round.
        plain = {role: Style(bold=role in _BOLD) for role in styles}
        turned = Style(color=back.rich_color, bgcolor=front.rich_color)
        return {**plain, "cursor": turned, "selected": Style(underline=True)}
    return styles
