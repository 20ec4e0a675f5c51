"""The keys at the bottom: what there is room for, and always how to leave and how to get help."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from inbox.commands import Context, of_context, table
from inbox.widgets.lines import BottomLine, unbroken

LEAVING = {
    Context.COMPOSER: "Esc Leave",
    Context.REVIEW: "Esc Change",
    Context.PICKER: "Esc Back",
    Context.READING: "u Back",
    Context.SNOOZE: "Esc Back",
    Context.OUTBOX: "u Back",
}


@pytest.mark.parametrize("place", list(Context))
@pytest.mark.parametrize("room", [60, 80, 110])
def test_the_way_out_and_help_are_always_named(place: Context, room: int) -> None:
    """Whoever cannot leave a page closes the terminal."""
    mine = [command for command in of_context(table(), place) if command.hint]
    pieces = BottomLine(mine)._keys(room)
    line = "".join(text for text, _role in pieces)

    assert cell_len(line) <= room
    assert line.rstrip().endswith("Help")
    assert LEAVING.get(place, "") in line


def test_what_may_follow_a_key_is_told_whole() -> None:
    """A way that is cut off at the edge is a way that nobody finds; a key belongs to its word."""
    parts = [[(" g …", "key")], [("  i", "key"), (" owed", "quiet")], [("  a", ""), (" all", "")]]

    assert "".join(words for words, _role in unbroken(parts, 40)) == " g …  i owed  a all"
    assert "".join(words for words, _role in unbroken(parts, 14)) == " g …  i owed\n  a all"
    assert "".join(words for words, _role in unbroken(parts, 3)) == " g …\n  i owed\n  a all"
