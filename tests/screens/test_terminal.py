"""What a terminal may send or lack never ends the screen, and never presses a key."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from inbox.screens.letters import stand_in
from inbox.screens.terminal import Pastes
from inbox.store import drafts, outbox
from inbox.store.database import Store
from tests.cli.shop import Shop as Home
from tests.cli.shop import wrote
from tests.hostile.terminal import terminal

BEGIN, END = "\x1b[200~", "\x1b[201~"
SENT = f"j\x1b{BEGIN}a\x1b[31mb\x13\r\ny\x1b\x1b[201 \x7f\x9b{END}k{BEGIN}{BEGIN}l{END}\x1b["
READ = f"j\x1b{BEGIN}a[31mb\r\ny[201 {END}k{BEGIN}[200~l{END}\x1b["


def test_nothing_in_a_paste_is_a_key_however_it_comes_in() -> None:
    """A buyer's words, copied from a page, could hold Ctrl+S and the y that sends."""
    found = set()
    for cut in range(len(SENT) + 1):
        pastes = Pastes()
        found.add(pastes.passed(SENT[:cut]) + pastes.passed(SENT[cut:]))
    pastes = Pastes()
    found.add("".join(pastes.passed(letter) for letter in SENT))

    assert found == {READ}


def test_a_letter_that_a_terminal_lacks_leaves_its_columns_in_place() -> None:
    """A list whose columns run into each other cannot be read at all."""
    letters = "●○▲✓★→↑…·─│█▏▾▸“”\u2019\u00d7éŁß山送👍\u0301"

    assert "".join(map(stand_in, letters)) == '*o^v*>^~.-|#|v>""\'xe????????'
    assert [cell_len(stand_in(each)) for each in letters] == [cell_len(each) for each in letters]


@pytest.mark.slow
def test_a_terminal_without_utf8_can_be_written_in(tmp_path: Path) -> None:
    """One byte of another alphabet used to end the screen, with a page of Python."""
    (folder := tmp_path / "home").mkdir(mode=0o700)
    home = Home(folder)
    home.add_account()
    home.deliver(wrote("Kate", subject="Broken lamp"))
    latin = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    environment = {"TERM": "xterm-256color", "INBOX_HOME": str(folder), **latin}
    with terminal([sys.executable, "-m", "inbox"], environment=environment) as (screen, child):
        screen.read_until(b"Broken lamp")
        screen.settle()
        screen.send(b"r")
        screen.read_until(b"Subject")
        screen.settle()
        screen.send(b"Gr\xfc\xdfe ")
        screen.read_until(b"\xfc\xdf")
        screen.send(b"\x1b[200~and \x1b[0m\x13y this\x1b[201~")
        screen.read_until(b"this")
        screen.settle()
        screen.send(b"\x11")
        screen.drain()
        assert child.wait(timeout=20) == 0

    store = Store.open(home.locations.store_file)
    try:
        with store.read() as tx:
            kept = [each.text.strip() for each in drafts.every(tx)]
            queued = outbox.every(tx)
    finally:
        store.close()
    assert kept == ["Grüße and [0my this\n\nAnna"]
    assert queued == []
