"""The seller's theme: what the configuration asks for is what is shown, or why not is told."""

from __future__ import annotations

from inbox.app import InboxApp
from inbox.screens.colours import NAMES, chosen
from tests.screens.driving import hands_on
from tests.screens.shop import Shop


def test_a_theme_by_its_name_is_that_theme() -> None:
    """And none named is the usual one."""
    assert chosen("nord", {})[0].name == "nord"
    assert chosen("", {})[0].name == "textual-dark"
    assert chosen("", {}) == chosen("textual-dark", {})


def test_colours_of_ones_own_stand_over_the_theme_s() -> None:
    """A light background makes a light theme."""
    theme, troubles = chosen("nord", {"background": "white", "error": "#b00020"})

    nord = chosen("nord", {})[0]
    assert troubles == []
    assert (theme.background, theme.error, theme.dark) == ("white", "#b00020", False)
    assert theme.warning == nord.warning
    assert nord.dark
    assert all(hasattr(theme, name) for name in NAMES)


def test_what_cannot_be_followed_is_told_and_the_rest_is() -> None:
    """A typing mistake in a colour keeps nobody from answering."""
    theme, troubles = chosen("norden", {"eror": "red", "error": "rot", "warning": "blue"})

    assert theme.warning == "blue"
    assert len(troubles) == 3
    assert "There is no theme “norden”. There are: ansi-dark, ansi-light" in troubles[0]
    assert "eror" in troubles[1]
    assert "“rot” is no colour" in troubles[2]


async def test_the_screen_is_painted_in_the_seller_s_theme(shop: Shop) -> None:
    """Given before the screen opens, as its start does."""
    theme, _troubles = chosen("textual-light", {"background": "#ffffee"})
    app = InboxApp(shop.desk)
    app.register_theme(theme)
    app.theme = theme.name
    async with hands_on(app) as hands:
        strip = hands.app.screen._compositor.render_strips()[1]
        styles = [segment.style for segment in strip if segment.style is not None]

        grounds = {style.bgcolor.name for style in styles if style.bgcolor is not None}
        assert hands.app.screen.styles.background.hex == "#FFFFEE"
        assert not any(name.startswith("#12") for name in grounds)
