"""What is painted can be read, whatever the theme and whatever the terminal's own colours."""

from __future__ import annotations

import pytest
from rich.color import Color as RichColor
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from inbox.widgets.roles import PAGE, contrast, legible, style_of

ROLES = ("plain", "late", "soon", "ok", "quiet", "tag", "theirs", "ours", "unread", "key", "quote")
MIXED = sorted(name for name, theme in BUILTIN_THEMES.items() if not theme.ansi)


def colour(found: RichColor | None) -> Color:
    assert found is not None
    assert found.triplet is not None
    return Color(*found.triplet)


def test_contrast_is_what_the_standard_says() -> None:
    """Three pairs worked out by hand: the extremes, and mid grey on white."""
    white, black, grey = Color(255, 255, 255), Color(0, 0, 0), Color(119, 119, 119)

    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(white, white) == 1
    assert contrast(grey, white) == pytest.approx(4.48, abs=0.005)
    assert legible(black, [white]) == black
    assert contrast(legible(grey, [white]), white) >= 4.5


@pytest.mark.parametrize("theme", MIXED)
def test_every_role_can_be_read_in_every_theme(theme: str) -> None:
    """Orange on white is no warning, and our own name in dark blue on black is nobody's."""
    app: App[object] = App()
    app.theme = theme
    app.theme_variables = app.get_css_variables()
    panel = Color.parse(app.theme_variables["panel"])

    for role in ROLES:
        for ground in (PAGE, "cursor", "selected"):
            style = style_of(app, role, ground)
            assert contrast(colour(style.color), colour(style.bgcolor)) >= 4.5, (role, ground)
        on_panel = style_of(app, role).color
        assert on_panel is None or contrast(colour(on_panel), panel) >= 4.5, role


def test_the_terminals_own_colours_and_none_at_all_tell_the_cursor_too() -> None:
    """Where no colour can be mixed the line is turned round, and a selected one underlined."""
    app: App[object] = App()
    app.theme = "ansi-dark"
    app.theme_variables = app.get_css_variables()

    late = style_of(app, "late", "cursor")
    assert (late.reverse, late.color, late.bold) == (True, None, True)
    assert style_of(app, "late", "selected").underline
    app.no_color = True
    assert style_of(app, "late").color is None
