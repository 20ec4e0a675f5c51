"""Every page with hostile text in every field: nothing of it is a command to the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from inbox.screens.composer import ComposerScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.leaving import LeavingScreen
from inbox.screens.outbox import OutboxScreen
from inbox.screens.pages import HelpScreen, SourceScreen, WhyScreen
from inbox.screens.picker import PickerScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.review import ReviewScreen
from tests.hostile.shop_window import hostile_mails
from tests.hostile.terminal import terminal
from tests.hostile.words import ATTACKS, FORBIDDEN, HOSTILE, SHORT
from tests.screens.driving import Hands, hands_on
from tests.screens.shop import open_shop

ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}

PAGES = (
    b"j", b"\r", b"n", b"Q", b"J", b"D", b"q", b"S", b"G", b"q", b"q",
    b"r", b"\x13", b"\x1b", b"\x1b", b";", b"\x1b", b"\x1b",
    b"gt", b"j", b"q", b"gu", b"\r", b"q", b"q",
    b"gd", b"ga", b"/", b"begin", b"\x1b", b"*a", b"\x1b",
    b"s", b"e", b"z", b"N", b"?", b"q", b"\x10", b"go to", b"\x1b",
)  # fmt: skip
"""Keys that open every page there is and go back."""


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), pytest.param((140, 40), id="wide")])
def test_no_byte_of_a_stranger_commands_the_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    """One escape sequence in a subject could write the clipboard of everyone who lists it."""
    words = [sys.executable, "-m", "tests.hostile.shop_window", str(tmp_path)]
    with terminal(words, size=size, environment=ENVIRONMENT) as (screen, child):
        screen.read_until(b"BEGIN")
        screen.settle()
        for keys in PAGES:
            screen.send(keys)
            screen.settle()
        screen.send(b"\x11")
        screen.drain()
        assert child.wait(timeout=20) == 0, bytes(screen.out[-3_000:])

    reached = [bad for bad in FORBIDDEN if bad in screen.out]
    assert reached == []
    assert b"Traceback" not in screen.out
    assert b"END" in screen.out


@pytest.mark.parametrize(
    "attacks",
    [
        pytest.param((7,), id="markup"),
        pytest.param(range(len(ATTACKS)), marks=pytest.mark.slow, id="all"),
    ],
)
async def test_every_page_stands_whatever_strangers_write(
    tmp_path: Path, attacks: Sequence[int]
) -> None:
    """Brackets in a subject have crashed more than one inbox."""
    mails = hostile_mails()
    with open_shop(tmp_path, [mails[number] for number in attacks]) as shop:
        first = shop.desk.reader.rows("").ids[0]
        shop.triage.tag([first], SHORT[7])
        async with hands_on(shop.app()) as hands:
            count = len(shop.desk.reader.rows(""))
            for _each in range(count):
                await _walk(hands)
                await hands.press("j")
            shop.triage.reply(first, HOSTILE.replace("{{ customer.first_name }}", ""))
            await hands.press("g", "t")
            await hands.on(OutboxScreen)
            await hands.press("q", "q")
            await hands.on(LeavingScreen)
            await hands.press("n")
            await hands.on(ConversationsScreen)

            assert hands.app.is_running


async def _walk(hands: Hands) -> None:
    """Visit every page about the row under the cursor."""
    for key, page in (("enter", ReadingScreen), ("D", WhyScreen), ("S", SourceScreen)):
        await hands.press(key)
        await hands.on(page)
        assert not any(ord(letter) in range(0x7F, 0xA0) for letter in hands.seen())
        await hands.press("escape")
        await hands.on(ConversationsScreen)
    await hands.press("r")
    await hands.on(ComposerScreen)
    await hands.press("ctrl+s")
    await hands.on(ReviewScreen)
    await hands.press("escape", "f2")
    await hands.on(PickerScreen)
    await hands.press("escape")
    await hands.on(ComposerScreen)
    await hands.press("f1")
    await hands.on(HelpScreen)
    await hands.press("escape")
    await hands.on(ComposerScreen)
    await hands.press("escape")
    await hands.on(ConversationsScreen)
