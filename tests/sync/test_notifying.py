"""The engine runs the seller's command for what becomes due, once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from inbox.core.obligations import make_book
from inbox.notices.watch import NoticeSettings
from inbox.store import told
from inbox.sync.notifying import Notifying
from inbox.sync.planning import Plan
from tests.screens.shop import Shop, hours, open_shop, wrote


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def notifying(shop: Shop, command: str) -> Notifying:
    plan = Plan(accounts=(), book=make_book([], []), notices=NoticeSettings(command=command))
    return Notifying(shop.store, shop.hands, lambda: plan)


def test_the_command_runs_once_for_what_is_late_even_over_a_restart(tmp_path: Path) -> None:
    """The phone rings once, although the engine was started twice."""
    out = tmp_path / "out"
    code = f"import os; open({str(out)!r}, 'a').write(os.environ['INBOX_TEXT'] + chr(10))"
    command = f'{sys.executable} -c "{code}"'
    with open_shop(tmp_path, [wrote("Kate", "Where?", ago=hours(24.1), subject="Lamp")]) as shop:
        for _start in range(2):
            one = notifying(shop, command)
            one.start()
            until(out.exists)
            assert one.stop()

    assert out.read_text() == "Late by 6m: Kate · Lamp\n"


def test_that_it_failed_is_kept_for_the_screen_to_tell(tmp_path: Path) -> None:
    """The engine has nobody to talk to."""
    with open_shop(tmp_path, [wrote("Kate", "Where?", ago=hours(25), subject="Lamp")]) as shop:
        one = notifying(shop, f'{sys.executable} -c "raise SystemExit(3)"')
        one.start()

        def said() -> str:
            with shop.store.read() as tx:
                return told.failure(tx)

        until(lambda: said() == "notify_command ended with 3.")
        assert one.stop()


def test_without_a_command_nothing_is_claimed(tmp_path: Path) -> None:
    """Who sets one later must be told what is late then."""
    with open_shop(tmp_path, [wrote("Kate", "Where?", ago=hours(25), subject="Lamp")]) as shop:
        one = notifying(shop, "")
        one._look()

        with shop.store.read() as tx:
            assert len(told.pending(tx, "command", shop.hands())) == 1
