"""The seller's theme: one of those there are by its name, or with colours of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

from inbox.i18n import gettext as _

NAMES = (
    "primary", "secondary", "accent", "success", "warning", "error",
    "foreground", "background", "surface", "panel",
)  # fmt: skip
"""What `[theme]` can give a colour."""

_USUAL = "textual-dark"
_OWN = "own"
_MIDDLE = 0.5
"""How bright a background is at least that is a light one; black is 0, white 1."""


def chosen(name: str, colours: Mapping[str, str]) -> tuple[Theme, list[str]]:
    """Return the theme to show, and what of the configuration could not be followed."""
    troubles = []
    theme = BUILTIN_THEMES.get(name or _USUAL)
    if theme is None:
        there = ", ".join(sorted(BUILTIN_THEMES))
        said = _("There is no theme “{name}”. There are: {there}.")
        troubles.append(said.format(name=name, there=there))
        theme = BUILTIN_THEMES[_USUAL]
    taken = {}
    for key, value in colours.items():
        why = _why_not(key, value)
        if why:
            said = _("The colour {key} was not taken: {why}.")
            troubles.append(said.format(key=key, why=why))
        else:
            taken[key] = value
    if not taken:
        return theme, troubles
    own = {name: taken.get(name, getattr(theme, name)) for name in NAMES}
    light = "background" in taken and Color.parse(taken["background"]).brightness > _MIDDLE
    dark = theme.dark if "background" not in taken else not light
    return replace(theme, name=_OWN, dark=dark, variables={}, **own), troubles


def _why_not(key: str, value: str) -> str:
    """Return why this colour cannot be given, empty if it can."""
    if key not in NAMES:
        return _("there are only {names}").format(names=", ".join(NAMES))
    try:
        Color.parse(value)
    except ColorParseError:
        return _("“{value}” is no colour; #2d7dd2 is one").format(value=value)
    return ""
