"""`inbox accounts`: saved whole or not at all, secrets nowhere but in the keyring."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring

from inbox import config, secrets
from inbox.store.database import Store
from tests.cli.shop import ACCOUNT, NOW, SETTINGS, Shop, wrote
from tests.fakes.keyrings import FileKeyring

PASSWORD = "correct horse battery"
GIVEN = {
    "imap_host": "127.0.0.1",
    "imap_port": "1143",
    "imap_security": "none",
    "smtp_host": "localhost",
    "smtp_port": "1025",
    "smtp_security": "starttls",
    "username": "anna",
    "address": "anna@lamps.example",
}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A keyring that works; the file it keeps everything in."""
    path = tmp_path / "keyring.json"
    monkeypatch.setenv("FAKE_KEYRING", str(path))
    _use(FileKeyring)
    return path


@pytest.fixture(autouse=True)
def no_keyring_of_this_machine() -> None:
    """No test writes into a developer's own keyring."""
    _use(FailKeyring)


def _use(kind: type[KeyringBackend]) -> None:
    backend: KeyringBackend = kind.__call__()
    keyring.set_keyring(backend)


def _words(without: str = "", **more: str) -> list[str]:
    settings = {**GIVEN, **more}
    settings.pop(without, None)
    return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]


def _saved(shop: Shop) -> list[str]:
    return [account.name for account in config.load(shop.locations.config_file).accounts]


def test_an_account_is_saved_without_logging_in(empty: Shop, kept: Path) -> None:
    """The seller may be offline, or set it up before the mailbox exists."""
    words = ["accounts", "add", "email", "shop", *_words(), "--secret", "password=-"]

    said = empty.json(*words, input=f"{PASSWORD}\n")

    (account,) = config.load(empty.locations.config_file).accounts
    assert (account.name, account.kind, dict(account.settings)) == ("shop", "email", GIVEN)
    assert account.owed_since == NOW - timedelta(days=14)
    assert said == {
        "id": account.uid,
        "name": "shop",
        "kind": "email",
        "address": "anna@lamps.example",
        "state": "new",
        "error": None,
        "checked_at": None,
        "owed_since": (NOW - timedelta(days=14)).astimezone().isoformat(),
    }
    assert empty.json("accounts", "list") == [said]
    store = Store.open(empty.locations.store_file)
    store.close()
    assert json.loads(kept.read_text()) == {
        f"seller-inbox/{store.uid} {account.uid}/password": PASSWORD
    }
    assert secrets.for_account(store.uid, account)("password") == PASSWORD


@pytest.mark.usefixtures("kept")
def test_the_secret_is_in_no_file_of_ours(empty: Shop) -> None:
    """Backups, support requests and repositories hold our files."""
    words = ["accounts", "add", "email", "shop", *_words(), "--secret", "password=-"]

    result = empty.run(*words, input=f"{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    files = [path for path in empty.home.rglob("*") if path.is_file()]
    assert files
    assert not any(PASSWORD.encode() in path.read_bytes() for path in files)


def test_a_password_command_keeps_no_secret(empty: Shop) -> None:
    """Who has a vault needs no keyring of ours."""
    words = _words(password_command="pass show 'mail shop'", owed_since="2026-11-01")

    result = empty.run("accounts", "add", "email", "shop", *words)

    assert result.exit_code == 0, result.output
    (account,) = config.load(empty.locations.config_file).accounts
    assert account.settings["password_command"] == "pass show 'mail shop'"
    assert account.owed_since == datetime(2026, 11, 1).astimezone(UTC)


def test_a_date_is_meant_in_the_seller_s_zone(empty: Shop) -> None:
    """The first of November begins in Tokyo before it does in Berlin."""
    empty.settings('timezone = "Asia/Tokyo"')

    empty.run(
        "accounts", "add", "email", "shop",
        *_words(password_command="true", owed_since="2026-11-01"),
    )  # fmt: skip

    (account,) = config.load(empty.locations.config_file).accounts
    assert account.owed_since == datetime(2026, 10, 31, 15, tzinfo=UTC)


def test_several_addresses_are_a_list(empty: Shop) -> None:
    """A reply comes from the address that was written to."""
    words = _words(password_command="true", aliases="a@lamps.example, b@lamps.example")

    empty.run("accounts", "add", "email", "shop", *words, "--set", "aliases=c@lamps.example")

    (account,) = config.load(empty.locations.config_file).accounts
    assert account.settings["aliases"] == ("a@lamps.example", "b@lamps.example", "c@lamps.example")


def test_without_a_keyring_nothing_is_written_and_the_other_way_is_named(empty: Shop) -> None:
    """A secret in a plain file is worse than an account that is not there yet."""
    words = ["accounts", "add", "email", "shop", *_words(), "--secret", "password=-"]

    result = empty.run(*words, input=f"{PASSWORD}\n")

    assert result.exit_code == 1
    assert "password_command" in result.stderr
    assert PASSWORD not in result.output
    assert _saved(empty) == []
    assert list(empty.home.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (
            ["email", "shop", *_words(without="imap_host"), "--set", "password_command=x"],
            "imap_host",
        ),
        (["email", "shop", *_words(without="address"), "--set", "password_command=x"], "address"),
        (["email", "shop", *_words()], "password_command"),
        (["email", "shop", *_words(imap_hots="x"), "--set", "password_command=x"], "smtp_security"),
        (["email", "shop", *_words(imap_port="many", password_command="x")], "imap_port"),
        (["email", "shop", *_words(imap_security="ssl", password_command="x")], "starttls"),
        (
            ["email", "shop", *_words(imap_host="mail.example", password_command="x")],
            "mail.example",
        ),
        (
            [
                "email",
                "shop",
                *_words(smtp_security="none", smtp_host="192.0.2.7", password_command="x"),
            ],
            "192.0.2.7",
        ),
        (["email", "shop", *_words(address="anna", password_command="x")], "anna@shop.example"),
        (["email", "shop", *_words(aliases="a@x.example, b", password_command="x")], "'b'"),
        (["email", "shop", *_words(owed_since="soon", password_command="x")], "owed_since"),
        (["email", "shop", *_words(password="hunter2")], "--secret"),
        (["email", "shop", *_words(), "--secret", "password=hunter2"], "--secret password=-"),
        (["email", "shop", *_words(), "--secret", "pin=-"], "password"),
        (["email", "shop", *_words(), "--secret", "password=-"], "input"),
        (["email", "shop", *_words(password_command="x"), "--set", "name"], "KEY=VALUE"),
        (["pigeon", "shop", *_words(password_command="x")], "email"),
    ],
)
def test_what_cannot_work_is_wrong_usage_and_nothing_is_saved(
    empty: Shop, words: list[str], named: str
) -> None:
    """The sentence names what to give instead; a secret typed in the open is not repeated."""
    result = empty.run("accounts", "add", *words, input="")

    assert (result.exit_code, result.stdout) == (2, "")
    assert named in result.stderr
    assert "hunter2" not in result.stderr
    assert _saved(empty) == []


def test_everything_missing_is_named_at_once(empty: Shop) -> None:
    """With its help, so that the second try works."""
    result = empty.run("accounts", "add", "email", "shop")

    assert result.exit_code == 2
    missing = ("imap_host", "smtp_host", "username", "address", "--secret password=-")
    assert all(key in result.stderr for key in missing)
    assert "imap.example.com" in result.stderr


@pytest.mark.parametrize("name", ["shop", "a b", "-x", "", "x" * 41])
def test_a_name_that_is_taken_or_none_is_refused(shop: Shop, name: str) -> None:
    """Names are typed on the command line and in queries."""
    before = shop.locations.config_file.read_text()

    result = shop.run("accounts", "add", "email", *_words(password_command="x"), "--", name)

    assert result.exit_code != 0
    assert shop.locations.config_file.read_text() == before


def test_the_list_says_how_each_account_is(shop: Shop) -> None:
    """For a person, a line each."""
    shop.add_account("second", "secondsecond")

    lines = shop.run("accounts", "list").stdout.splitlines()

    assert [line.split()[:4] for line in lines] == [
        ["shop", "email", "anna@lamps.example", "new"],
        ["second", "email", "anna@lamps.example", "new"],
    ]


def test_without_accounts_it_says_how_to_add_one(empty: Shop) -> None:
    """The way in is one line away."""
    assert empty.json("accounts", "list") == []
    assert "accounts add" in empty.run("accounts", "list").stderr


def test_an_account_that_does_not_work_is_told_in_a_sentence(shop: Shop) -> None:
    """Nothing listens there: the seller reads which server, and no traceback."""
    shop.add_account("second", "secondsecond", imap_port="1", imap_security="none")

    result = shop.run("accounts", "check", "second")
    data = shop.run("accounts", "check", "second", "--json")

    assert (result.exit_code, data.exit_code) == (1, 1)
    assert "127.0.0.1" in result.stderr
    assert "Traceback" not in result.stderr
    said = json.loads(data.stdout)
    assert (said["name"], said["ok"], said["lines"]) == ("second", False, [])
    assert said["error"] in result.stderr


@pytest.mark.parametrize("verb", ["check", "remove"])
def test_an_unknown_account_is_wrong_usage_and_names_those_there_are(shop: Shop, verb: str) -> None:
    """As for sync."""
    result = shop.run("accounts", verb, "nobody")

    assert result.exit_code == 2
    assert "shop" in result.stderr


def test_removing_asks_and_without_a_terminal_needs_a_yes(shop: Shop) -> None:
    """A script must mean it."""
    assert shop.run("accounts", "remove", "shop").exit_code == 2
    assert _saved(shop) == ["shop"]


def test_removing_takes_the_secret_along(empty: Shop, kept: Path) -> None:
    """A keyring full of dead passwords is a keyring nobody cleans."""
    words = ["accounts", "add", "email", "shop", *_words(), "--secret", "password=-"]
    empty.run(*words, input=f"{PASSWORD}\n")

    assert empty.run("accounts", "remove", "shop", "--yes").exit_code == 0

    assert json.loads(kept.read_text()) == {}
    assert _saved(empty) == []


def test_an_account_with_replies_on_their_way_is_not_removed(shop: Shop) -> None:
    """They would never go out, and nobody would hear of it."""
    (uid,) = shop.deliver(wrote("Kate"))
    shop.run("reply", uid, "--text", "-", "--yes", input="Soon.")

    result = shop.run("accounts", "remove", "shop", "--yes")

    assert result.exit_code == 1
    assert "inbox outbox" in result.stderr
    assert _saved(shop) == ["shop"]


def test_an_account_may_be_named_by_its_uid(shop: Shop) -> None:
    """The uid is what JSON holds and what never changes."""
    assert shop.run("accounts", "remove", ACCOUNT, "--yes").exit_code == 0


@pytest.mark.parametrize("kind", ["allegro", "ebay", "kaufland", "mirakl", "paypal"])
def test_a_marketplace_over_plain_http_elsewhere_is_never_saved(empty: Shop, kind: str) -> None:
    """Keys and buyers' words would be read on the way; on this machine it is a trial."""
    needs = {
        "allegro": "client_id=a client_secret_command=cat",
        "ebay": "client_id=a username=a runame=b client_secret_command=cat",
        "kaufland": "client_key=a secret_key_command=cat",
        "mirakl": "api_key_command=cat",
        "paypal": "client_id=a client_secret_command=cat",
    }[kind]
    settings = [word for pair in needs.split() for word in ("--set", pair)]

    def added(name: str, address: str) -> int:
        words = ("accounts", "add", kind, name, "--set", f"base_url={address}", *settings)
        result = empty.run(*words)
        assert result.exit_code == 0 or "must begin with https://" in result.stderr
        return result.exit_code

    assert added("far", "http://shop.example") == 2
    assert added("near", "http://127.0.0.1:8080") == 0
    assert [each["name"] for each in empty.json("accounts", "list")] == ["near"]


def test_who_logs_in_by_tokens_is_led_to_the_login_and_to_a_place_for_them(empty: Shop) -> None:
    """A hint that names the wrong setting sends a seller round in a circle."""
    words = _words(login="oauth2", oauth2_provider="microsoft", client_id="app-1")

    added = empty.run("accounts", "add", "email", "shop", *words)
    looked = empty.run("doctor").output

    assert "accounts login shop" in added.stderr
    assert "shop: oauth2_command" in looked
    assert "password_command" not in looked


def test_the_secret_of_an_app_may_come_from_a_command(empty: Shop) -> None:
    """The documentation names the setting."""
    words = _words(login="oauth2", client_id="app-1", oauth2_token_url="https://id.example/token")
    more = ["--set", "client_secret_command=pass show app"]

    result = empty.run("accounts", "add", "email", "shop", *words, *more)

    assert result.exit_code == 0, result.output


def test_a_time_that_is_none_is_refused_before_the_account_is_saved(shop: Shop) -> None:
    """Saved, it would stop every other account too: nothing is counted by half a configuration."""
    given = {**SETTINGS, "reply_within": "soon", "storefront": "germany"}
    sets = [word for key, value in given.items() for word in ("--set", f"{key}={value}")]

    refused = shop.run("accounts", "add", "email", "second", *sets)

    assert refused.exit_code == 2
    assert "reply_within: It must be a time" in refused.stderr
    assert "storefront: No country is known by this code: germany." in refused.stderr
    assert _saved(shop) == ["shop"]
