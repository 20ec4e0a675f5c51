"""What a role looks like under the theme: one table for every line painted by hand.

Component classes would say the same in CSS; matching forty of them took a
third of the time to the first list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from rich.style import Style
from textual.app import App
from textual.color import Color

_COLOURS = {
    "late": "error",
    "trouble": "error",
    "soon": "warning",
    "ok": "success",
    "tag": "primary",
    "theirs": "primary",
    "ours": "secondary",
}
"""Roles by the theme's colour."""

_BOLD = frozenset({"late", "trouble", "mark", "unread", "key", "title", "theirs", "ours"})
_QUIET = frozenset({"quiet", "quote"})
_LIT = {"cursor": ("primary", 0.35), "selected": ("secondary", 0.25)}
"""Roles of a whole line: a colour laid over the background, and how thick."""

PAGE = "page"
"""The ground of what a widget paints line by line; Textual lays no background under such lines."""

_GROUNDS = ("", PAGE, *_LIT)
"""What a piece of text may stand on: what its widget has, the page, or a line that is lit."""

_LEGIBLE = 4.5
"""The contrast of text with its ground that WCAG 2 asks for (AA)."""

_STEP = 0.02
"""By how much a colour is made lighter or darker at once, of the way from black to white."""

_Named = tuple[tuple[str, str], ...]


def style_of(app: App[object], role: str, ground: str = "") -> Style:
    """Return the style of a role; an unknown one is plain text.

    `ground` is `PAGE` or the role of a lit line; the style has its colour then.
    Whatever the theme, a text can be read.
    """
    found = _styles(app.theme, app.no_color, _colours(app))
    if role in _LIT:
        role, ground = "", role
    return found.get((role, ground), found["", ground])


def _colours(app: App[object]) -> _Named:
    """Return the theme's colours that roles need."""
    found = _of_theme.get(app.theme)
    if found is None:
        variables = app.theme_variables
        names = {*_COLOURS.values(), *(name for name, _much in _LIT.values())}
        found = tuple(
            (name, variables[name])
            for name in sorted(names | {"foreground", "background", "panel"})
        )
        _of_theme[app.theme] = found
    return found


_of_theme: dict[str, _Named] = {}


@lru_cache(maxsize=8)
def _styles(_theme: str, no_color: bool, colours: _Named) -> dict[tuple[str, str], Style]:  # noqa: FBT001 - a part of the cache's key
    """Return the style of every role on every ground."""
    of = {name: Color.parse(value) for name, value in colours}
    roles = {"", *_COLOURS, *_BOLD, *_QUIET}
    if no_color or any(colour.ansi is not None for colour in of.values()):
        return {
            (role, ground): _named(of, role, ground, no_color=no_color) + _turned(of, ground)
            for role in roles
            for ground in _GROUNDS
        }
    return {(role, ground): _mixed(of, role, ground) for role in roles for ground in _GROUNDS}


def _mixed(of: Mapping[str, Color], role: str, ground: str) -> Style:
    """Return the style of a role in a theme whose colours are known."""
    back, front = of["background"], of["foreground"]
    grounds = [back, of["panel"]]
    if ground in _LIT:
        name, much = _LIT[ground]
        grounds = [back.blend(of[name], much)]
    colour = of[_COLOURS[role]] if role in _COLOURS else front
    if role in _QUIET:
        colour = back.blend(front, 0.6)
    lit = grounds[0].rich_color if ground else None
    shown = legible(colour, grounds).rich_color if ground or colour is not front else None
    return Style(color=shown, bgcolor=lit, bold=role in _BOLD)


def _named(of: Mapping[str, Color], role: str, ground: str, *, no_color: bool) -> Style:
    """Return the style of a role where the terminal says what a colour is, or there is none."""
    if no_color:
        return Style(bold=role in _BOLD)
    colour = of[_COLOURS[role]].rich_color if role in _COLOURS else None
    if ground == "cursor":  # turned round, each colour would be a patch of background
        colour = None
    return Style(color=colour, bold=role in _BOLD, dim=role in _QUIET or None)


def _turned(of: Mapping[str, Color], ground: str) -> Style:
    """Return what tells a lit line where its colour cannot be mixed."""
    back, front = of["background"], of["foreground"]
    if ground != "cursor":
        return Style(underline=True) if ground in _LIT else Style()
    if back.ansi is not None:
        return Style(reverse=True)
    return Style(color=back.rich_color, bgcolor=front.rich_color)


def legible(colour: Color, grounds: Sequence[Color]) -> Color:
    """Return the colour, as much lighter or darker as it takes to be read on these grounds."""
    ends = Color(255, 255, 255), Color(0, 0, 0)
    end = max(ends, key=lambda each: min(contrast(each, ground) for ground in grounds))
    way = _STEP if end.r else -_STEP
    for step in range(round(1 / _STEP)):
        found = colour.lighten(step * way).clamped
        if all(contrast(found, ground) >= _LEGIBLE for ground in grounds):
            return found
    return end


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 says it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    """Return how bright a colour is to the eye, 0 to 1 (WCAG 2, relative luminance)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the standard's own numbers
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
