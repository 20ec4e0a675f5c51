"""A line of the list: every width, every state, every script."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from connectors.values import Party
from inbox.core.model import AccountUid, Conversation, ConversationUid, Delivery
from inbox.view.rows import Row
from inbox.widgets.row_line import columns, pieces
from inbox.widgets.signs import due_sign
from inbox.widgets.words import fit, long_when, one_line, outside, short_when
from tests.screens.shop import NOON, hours

LAMP = Conversation(
    uid=ConversationUid("lamp00000001"),
    account=AccountUid("mail00000001"),
    service="email",
    party=Party("Kate O'Neil", "kate@example.org"),
    subject="Lamp",
    last_at=NOON - hours(2),
    snippet="Where is it?",
    message_count=1,
    owed=True,
    due_at=NOON + hours(22),
    target=hours(24),
)


def line(conversation: Conversation, width: int, *, accounts: bool = False) -> str:
    """Return the text of a painted line."""
    shape = columns(width, many_accounts=accounts)
    found = pieces(Row(conversation, "mail"), NOON, shape, cursor=False, selected=False)
    return "".join(text for text, _role in found)


@pytest.mark.parametrize("width", [60, 80, 100, 140, 200])
@pytest.mark.parametrize("accounts", [True, False])
@pytest.mark.parametrize("name", ["Kate", "刘伟" * 30, "e\u0301" * 40, "👩‍👩‍👧" * 9, ""])
def test_a_line_is_exactly_as_wide_as_its_room(width: int, *, accounts: bool, name: str) -> None:
    """One row a cell too wide shifts the whole screen."""
    found = replace(LAMP, party=Party(name, "x@example.org"), subject=name, tags=("vip",) * 9)

    assert cell_len(line(found, width, accounts=accounts)) == width


@pytest.mark.parametrize(
    "name", ["👨‍👩‍👧 Kim", "❤️ Ann ☎️", "👍🏽 Bo", "🏳️‍🌈 1️⃣", "🇩🇪 Uwe", "👩🏽‍🌾🏴‍☠️"]
)
def test_a_picture_is_as_wide_on_every_terminal(name: str) -> None:
    """Some draw a family as one picture and some as four: the day behind it must not move."""
    found = line(replace(LAMP, party=Party(name, "x@example.org"), subject=name), 80)

    assert sum(map(cell_len, found)) == cell_len(found) == 80
    assert found.endswith(short_when(LAMP.last_at, NOON))


def test_what_is_typed_keeps_its_pictures_whole() -> None:
    """A subject that is only looked at must not leave with another picture."""
    assert one_line("❤️ 👍🏽 👩‍🌾\n") == "❤️ 👍🏽 👩‍🌾"
    assert outside("❤️ 👍🏽 👩‍🌾 क्‍ष") == "❤ 👍 👩🌾 क्‍ष"


def test_a_mail_that_says_nothing_is_a_row_all_the_same() -> None:
    """A blank line would look like the end of the list."""
    blank = replace(LAMP, party=Party("", ""), subject="", snippet="")

    assert "(no sender)" in line(blank, 79)
    assert "(no subject)" in line(blank, 79)


def test_what_the_account_tells_is_not_said_twice_and_the_subject_goes_first() -> None:
    """Of 80 cells none is for a word that stands there already; of 70 none for the account."""
    sold = replace(LAMP, service="mail")

    assert "[mail] Lamp" in line(sold, 79)
    assert "[mail]" not in line(sold, 79, accounts=True)
    assert line(sold, 79, accounts=True).split()[-2] == "mail"
    assert line(sold, 70, accounts=True) == line(sold, 70)


@given(st.text(), st.text(), st.integers(60, 200))
def test_whatever_strangers_write_the_width_holds(subject: str, name: str, width: int) -> None:
    """A subject is anything."""
    found = replace(LAMP, subject=subject, snippet=name, party=Party(name, subject))

    painted = line(found, width)

    assert cell_len(painted) == width
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in painted)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({}, "● 22h 0m"),
        ({"due_at": NOON + timedelta(minutes=30)}, "▲ 30m"),
        ({"due_at": NOON - hours(2)}, "! -2h 0m"),
        ({"owed": False, "due_at": None, "done_at": NOON}, "✓ done"),
        ({"owed": False, "due_at": None, "their_turn": True}, "→ waiting"),
        ({"spam": True, "owed": False, "due_at": None}, "x spam"),
        ({"due_at": None, "unreachable": True}, "! no time"),
        ({"owed": False, "due_at": None, "snoozed_until": NOON + hours(1)}, "z snoozed"),
    ],
)
def test_every_state_is_a_glyph_and_a_word(changes: dict[str, Any], seen: str) -> None:
    """Colour is never needed to know whose turn it is."""
    sign = due_sign(replace(LAMP, **changes), NOON)

    assert f"{sign.glyph} {sign.word}" == seen


def test_flags_are_glyphs() -> None:
    """Unread, starred and unsent are seen without colour too."""
    found = replace(LAMP, unread=True, starred=True, unsent=Delivery.REFUSED, service="amazon")

    painted = line(found, 80)

    assert "•★" in painted
    assert "!refused [amazon] Lamp" in painted


@given(st.text(), st.integers(0, 40))
def test_text_is_cut_in_cells_not_in_letters(text: str, cells: int) -> None:
    """A Chinese name takes two cells a letter."""
    assert cell_len(fit(text, cells)) == cells or cells == 0


def test_instants_are_as_short_as_they_can_be() -> None:
    """Today is a time, this year a day, else a month."""
    assert short_when(NOON - hours(2), NOON, NOON.tzinfo) == "10:00"
    assert short_when(NOON - hours(48), NOON, NOON.tzinfo) == "18 Nov"
    assert short_when(NOON - timedelta(days=400), NOON, NOON.tzinfo) == "2025-10"
    assert long_when(NOON - hours(48), NOON, NOON.tzinfo) == "Wed 18 Nov 12:00"
    assert long_when(NOON - timedelta(days=400), NOON, NOON.tzinfo) == "Thu 16 Oct 2025 12:00"
