"""`inbox due` says what is owed in one line, quickly, and says what it cannot know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from inbox.core.model import AccountState
from inbox.store import accounts
from inbox.store.database import Store
from tests.cli.shop import ACCOUNT, NOW, Shop, wrote


def checked(shop: Shop, state: str = "ok", *, at: datetime | None = None) -> None:
    """Note how the account is."""
    store = Store.open(shop.locations.store_file)
    try:
        with store.write() as tx:
            accounts.set_state(
                tx, AccountState(account=ACCOUNT, state=state, checked_at=at or shop.now)
            )
    finally:
        store.close()


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Two late, one due soon, one due tomorrow; the names are not harmless."""
    shop.settings('timezone = "Europe/Berlin"')
    for name, hours in (("Kate", 26), ("Omar", 25), ("Lena", 23), ("Bo", 1)):
        shop.deliver(wrote(name, subject=f"{name} & <b>#[bg=red]", ago=timedelta(hours=hours)))
    checked(shop)
    return shop


def line(shop: Shop, *words: str) -> str:
    done = shop.run("due", *words)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout.rstrip("\n")


def test_the_worst_comes_first_in_one_line(busy: Shop) -> None:
    """A glance must be enough."""
    assert line(busy) == "! 2 late -2h 0m · ▲ 1 soon 1h 0m · ● 1 more 23h 0m"


def test_nothing_owed_is_said_and_takes_no_room_in_a_bar(shop: Shop) -> None:
    """A bar that is never empty is never looked at."""
    checked(shop)

    assert line(shop) == "nothing is owed"
    assert line(shop, "--format", "tmux") == ""
    assert json.loads(line(shop, "--format", "waybar"))["class"] == "none"


def test_tmux_gets_its_colours_and_no_words_of_a_stranger(busy: Shop) -> None:
    """A subject with tmux's own commands in it must not paint the bar."""
    assert line(busy, "--format", "tmux") == (
        "#[fg=red,bold]! 2 late -2h 0m#[default] #[fg=yellow]▲ 1 soon 1h 0m#[default]"
        " ● 1 more 23h 0m"
    )


def test_waybar_gets_json_with_markup_made_harmless(busy: Shop) -> None:
    """The tooltip is read as mark-up."""
    bar = json.loads(line(busy, "--format", "waybar"))

    assert (bar["class"], bar["text"].partition(" -")[0]) == ("late", "! 2 late")
    assert bar["tooltip"].splitlines()[0] == (
        " -2h 0m  21.11. 11:00  Kate · Kate &amp; &lt;b&gt;#[bg=red]"
    )


def test_json_names_the_first_ones(busy: Shop) -> None:
    """For scripts that want to do something about it."""
    found = busy.json("due")

    assert {key: found[key] for key in ("owed", "late", "soon", "unknown")} == {
        "owed": 4,
        "late": 2,
        "soon": 1,
        "unknown": [],
    }
    assert [each["due_state"] for each in found["first"]] == ["late", "late", "soon", "ok"]
    assert found["first"][0] == {
        "id": busy.json("list", "from:kate")[0]["id"],
        "account": "shop",
        "party": "Kate",
        "subject": "Kate & <b>#[bg=red]",
        "rule": "email.reply",
        "due_at": "2026-11-21T11:00:00+01:00",
        "due_state": "late",
        "left_seconds": -7200,
    }


def test_check_fails_when_something_is_late_and_only_then(busy: Shop) -> None:
    """For cron, and for whoever leaves the house."""
    assert busy.run("due", "--check").exit_code == 1
    busy.now = NOW - timedelta(hours=5)
    assert busy.run("due", "--check").exit_code == 0


@pytest.mark.parametrize(("state", "minutes"), [("offline", 1), ("login", 1), ("ok", 61)])
def test_an_account_that_may_hold_unseen_questions_is_named(
    shop: Shop, state: str, minutes: int
) -> None:
    """To say that nothing is owed would be a lie where nobody looked."""
    checked(shop, state, at=NOW - timedelta(minutes=minutes))

    assert line(shop) == "nothing is owed · not up to date: shop"
    assert shop.json("due")["unknown"] == ["shop"]


def child(shop: Shop, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "inbox", *words],
        env={**os.environ, "INBOX_HOME": str(shop.home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_program_itself_answers_without_loading_what_it_does_not_need(busy: Shop) -> None:
    """A status bar asks every few seconds; click, TinyDB and Textual would be most of its time."""
    line(busy)  # the rules are those that the figures were made by
    heavy = ("click", "tinydb", "textual", "msgspec", "tempfile", "inbox.config", "inbox.cli")
    code = (
        "import sys; sys.argv = ['inbox', 'due', '--check', '--format=json']\n"
        "from inbox.__main__ import main\n"
        "try:\n    main()\n"
        f"finally:\n    print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "INBOX_HOME": str(busy.home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stderr == ""
    answered, _newline, loaded = done.stdout.rstrip("\n").rpartition("\n")
    assert (json.loads(answered)["owed"], loaded) == (4, "[]")


def test_a_bar_that_has_read_enough_gets_no_traceback(empty: Shop) -> None:
    """`inbox due | head -c 0` must not fill a log with our inside."""
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "inbox", "due"],
        env={**os.environ, "INBOX_HOME": str(empty.home)},
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(theirs)

    assert done.stderr == b""


def test_what_it_cannot_answer_at_once_is_answered_by_the_whole_command_line(busy: Shop) -> None:
    """Help, wrong words and broken files are told as everywhere else."""
    assert "--format [plain|json|tmux|waybar]" in child(busy, "due", "--help").stdout
    assert child(busy, "due", "--format", "xml").returncode == 2
    busy.locations.config_file.write_text("[settings")
    broken = child(busy, "due")
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "config.toml:1" in broken.stderr


def test_before_the_first_run_nothing_is_owed_and_nothing_is_made(empty: Shop) -> None:
    """Looking must not create a store."""
    assert line(empty) == "nothing is owed"
    assert not empty.locations.store_file.exists()


def promised(shop: Shop, hours: int) -> None:
    """Promise an answer within that many hours, whatever was promised before."""
    path = shop.locations.config_file
    before, _mark, _promise = path.read_text().partition("[[deadline]]")
    path.write_text(f'{before}[[deadline]]\nid = "email.reply"\nhours = {hours}\n')


def test_a_changed_promise_is_in_the_very_next_figures(busy: Shop) -> None:
    """Nothing else runs: who promises less time must not see an old number until tomorrow."""
    before = line(busy)

    promised(busy, 30)
    longer = line(busy)
    promised(busy, 24)

    assert (before, line(busy)) == ("! 2 late -2h 0m · ▲ 1 soon 1h 0m · ● 1 more 23h 0m",) * 2
    assert longer == "! 2 late -2h 0m · ● 2 more 7h 0m"  # what was missed stays missed


def test_only_a_change_is_looked_into(busy: Shop) -> None:
    """The next question of the bar is answered at once again, and nothing is written for it."""
    promised(busy, 30)
    line(busy)
    store = Store.open(busy.locations.store_file)
    try:
        before = store.revision()
        assert line(busy) == "! 2 late -2h 0m · ● 2 more 7h 0m"
        assert store.revision() == before
    finally:
        store.close()


def test_a_rule_that_cannot_be_read_is_told_beside_the_old_figures(busy: Shop) -> None:
    """A slip in the file must not make a bar say that nothing is owed."""
    line(busy)
    promised(busy, 0)
    done = busy.run("due")

    assert done.stdout == "! 2 late -2h 0m · ▲ 1 soon 1h 0m · ● 1 more 23h 0m\n"
    assert "reckoned by the rules before" in done.stderr
    assert done.exit_code == 0


def test_a_look_makes_no_store(shop: Shop) -> None:
    """A bar that runs before the first sync leaves nothing behind."""
    shop.locations.store_file.unlink(missing_ok=True)

    assert shop.run("due").stdout == "nothing is owed · not up to date: shop\n"
    assert not shop.locations.store_file.exists()
