"""The configuration says what it means, or says in which file, line and key it does not."""

from __future__ import annotations

import os
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import Setting
from inbox import config
from inbox.config import AccountConfig, ConfigError
from inbox.core.model import AccountUid

WHOLE = """
# my shop
[settings]
timezone = "Europe/Berlin"
undo_seconds = 20

[accounts.shop]
uid = "abcdefgh2345"
kind = "email"
owed_since = 2026-11-01
imap_port = 993
aliases = ["a@shop.example", "b@shop.example"]

[[deadline]]
id = "mine"

[keys]
done = "e"
"""

DECLARED = (
    Setting(key="host", title="Host", help="Where it is."),
    Setting(key="port", title="Port", help="Which.", default="993"),
    Setting(key="security", title="How", help="How.", default="tls", choices=("tls", "none")),
    Setting(key="aliases", title="Others", help="More.", default="a, b", many=True),
    Setting(key="password", title="Password", help="Secret.", secret=True),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_whole_file_becomes_values(path: Path) -> None:
    """What the seller wrote is what the product does."""
    found = config.load(_written(path, WHOLE))

    assert found == config.Config(
        path=path,
        settings=config.Settings(timezone="Europe/Berlin", undo_seconds=20),
        accounts=(
            AccountConfig(
                uid=AccountUid("abcdefgh2345"),
                name="shop",
                kind="email",
                settings={"imap_port": "993", "aliases": ("a@shop.example", "b@shop.example")},
                owed_since=datetime(2026, 10, 31, 23, tzinfo=UTC),
            ),
        ),
        deadlines=({"id": "mine"},),
        keys={"done": "e"},
    )


def test_no_file_is_the_beginning_not_a_failure(path: Path) -> None:
    """The first start of all must work."""
    assert config.load(path) == config.Config(path=path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[settings]\nundo_seconds = = 3\n", 2),
        ('[settings]\n\nname = "Anna\n', 3),
        ("[settings]\n[settings]\n", 2),
        ("[settings]\nname = '''\nendless\n", 3),
        ("# h\xe9", 1),
    ],
)
def test_bad_syntax_is_told_with_file_and_line(path: Path, text: str, line: int) -> None:
    """A seller finds the mistake by the line, not by reading it all."""
    path.write_text(text, encoding="latin-1")
    path.chmod(0o600)

    with pytest.raises(ConfigError) as told:
        config.load(path)

    assert (told.value.path, told.value.line, told.value.key) == (path, line, None)
    assert str(told.value).startswith(f"{path}:{line}: ")


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("[setings]\n", "setings", 1),
        ("settings = 3\n", "settings", 1),
        ("[settings]\nundo = 3\n", "settings.undo", 2),
        ('[settings]\nundo_seconds = "3"\n', "settings.undo_seconds", 2),
        ("[settings]\nundo_seconds = true\n", "settings.undo_seconds", 2),
        ("[settings]\nundo_seconds = 601\n", "settings.undo_seconds", 2),
        ("[settings]\npoll_seconds = 1\n", "settings.poll_seconds", 2),
        ('[settings]\ntimezone = "Berlin"\n', "settings.timezone", 2),
        ('[settings]\ntimezone = "../../etc/passwd"\n', "settings.timezone", 2),
        ('[settings]\ntimezone = ""\nlanguage = "german"\n', "settings.language", 3),
        ('[settings]\nquote_below = "yes"\n', "settings.quote_below", 2),
        ('[settings]\nname = "a\\u001bb"\n', "settings.name", 2),
        ("[accounts]\nshop = 3\n", "accounts.shop", 2),
        ('[accounts.shop]\nkind = "email"\n', "accounts.shop.uid", 1),
        ('[accounts.shop]\nuid = "x"\nkind = "email"\n', "accounts.shop.uid", 2),
        ('[accounts.shop]\nuid = "abcdefgh2345"\n', "accounts.shop.kind", 1),
        ('[accounts."a b"]\nuid = "abcdefgh2345"\nkind = "email"\n', "accounts.a b", 1),
        ('[accounts."-x"]\nuid = "abcdefgh2345"\nkind = "email"\n', "accounts.-x", 1),
        (
            '[accounts.shop]\nuid = "abcdefgh2345"\nkind = "email"\nport = 1.5\n',
            "accounts.shop.port",
            4,
        ),
        (
            '[accounts.shop]\nuid = "abcdefgh2345"\nkind = "email"\nowed_since = "soon"\n',
            "accounts.shop.owed_since",
            4,
        ),
        ("deadline = 3\n", "deadline", 1),
        ("[keys]\ndone = 3\n", "keys.done", 2),
    ],
)
def test_a_bad_value_is_told_with_file_line_and_key(
    path: Path, text: str, key: str, line: int
) -> None:
    """Nothing is guessed: a typing mistake must not change when an answer is due."""
    with pytest.raises(ConfigError) as told:
        config.load(_written(path, text))

    assert (told.value.path, told.value.line, told.value.key) == (path, line, key)


def test_a_mark_that_an_editor_puts_before_the_text_means_nothing(path: Path) -> None:
    """Who writes the file in Windows' Notepad cannot see it, and would not find it either."""
    _written(path, "\ufeff[settings]\r\nundo_seconds = 20\r\n")
    config.add_account(path, _account("shop"))

    assert config.load(path).settings.undo_seconds == 20
    assert path.read_bytes().startswith(b"[settings]\r\nundo_seconds = 20\r\n")


def test_values_nested_without_end_are_told_like_any_mistake(path: Path) -> None:
    """A file that is broken on purpose must not look like a mistake of ours."""
    with pytest.raises(ConfigError):
        config.load(_written(path, "[settings]\na = " + "[" * 5000))


def test_views_of_ones_own_are_queries(path: Path) -> None:
    """A view that means nothing must not look like an empty one."""
    found = config.load(_written(path, '[views]\n"To do" = "is:owed due:<2h"\n'))
    with pytest.raises(ConfigError) as refused:
        config.load(_written(path, '[views]\nmine = "lamp is:owd"\n'))

    assert found.views == {"To do": "is:owed due:<2h"}
    assert refused.value.key == "views.mine"
    assert refused.value.said.startswith('Column 9: "is:owd" means nothing')


def test_two_accounts_with_one_uid_are_refused(path: Path) -> None:
    """A copied table would mix two shops' messages for good."""
    table = '[accounts.{}]\nuid = "abcdefgh2345"\nkind = "email"\n'

    with pytest.raises(ConfigError) as told:
        config.load(_written(path, table.format("one") + table.format("two")))

    assert told.value.key == "accounts.two.uid"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_refused(path: Path, mode: int) -> None:
    """It holds commands: whoever writes it runs what they like as the seller."""
    _written(path, WHOLE).chmod(mode)

    with pytest.raises(ConfigError) as told:
        config.load(path)

    assert "chmod go-w" in told.value.said


def test_what_an_account_holds_is_in_no_repr(path: Path) -> None:
    """A password command may hold the password; logs and tracebacks print reprs."""
    text = '[accounts.shop]\nuid = "abcdefgh2345"\nkind = "email"\n'
    text += 'password_command = "echo hunter2"\n'

    assert "hunter2" not in repr(config.load(_written(path, text)))


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({}, "host"),
        ({"host": "h", "hots": "x"}, "hots"),
        ({"host": "h", "port": "many"}, "port"),
        ({"host": "h", "security": "ssl"}, "security"),
        ({"host": ("a", "b")}, "host"),
        ({"host": "h", "password": "hunter2"}, "password"),
    ],
)
def test_an_account_s_keys_are_what_its_connector_declares(
    path: Path, settings: dict[str, str], key: str
) -> None:
    """A misspelt key would leave a default in force that the seller did not choose."""
    account = AccountConfig(
        uid=AccountUid("abcdefgh2345"), name="shop", kind="post", settings=settings
    )
    found = config.Config(path=path, accounts=(account,))

    with pytest.raises(ConfigError) as told:
        config.check_accounts(found, lambda _kind: DECLARED)

    assert told.value.key == f"accounts.shop.{key}"
    assert "hunter2" not in str(told.value)


def test_a_command_may_stand_for_any_secret_and_common_settings_for_any_account(
    path: Path,
) -> None:
    """No connector has to declare what every account can have."""
    settings = {"host": "h", "password_command": "pass show it", "reply_within": "12h"}
    account = AccountConfig(
        uid=AccountUid("abcdefgh2345"), name="shop", kind="post", settings=settings
    )

    config.check_accounts(config.Config(path=path, accounts=(account,)), lambda _kind: DECLARED)


def test_a_kind_that_is_not_installed_is_told_by_its_key(path: Path) -> None:
    """A misspelt kind is the seller's to mend."""
    account = AccountConfig(uid=AccountUid("abcdefgh2345"), name="shop", kind="post")

    with pytest.raises(ConfigError) as told:
        config.check_kinds(config.Config(path=path, accounts=(account,)), ["email"])

    assert told.value.key == "accounts.shop.kind"


def test_a_connector_that_does_not_load_stops_no_other_account(path: Path) -> None:
    """A stranger's plugin may break with any update; the rest of the inbox goes on."""
    account = AccountConfig(uid=AccountUid("abcdefgh2345"), name="shop", kind="post")

    def settings_of(kind: str) -> tuple[Setting, ...]:
        raise KeyError(kind)

    config.check_accounts(config.Config(path=path, accounts=(account,)), settings_of)


def test_defaults_are_filled_in_and_secrets_never() -> None:
    """A connector gets whole settings, and asks for secrets when it needs them."""
    account = AccountConfig(
        uid=AccountUid("abcdefgh2345"), name="shop", kind="post", settings={"host": "h"}
    )

    assert config.filled(account, DECLARED) == {
        "host": "h",
        "port": "993",
        "security": "tls",
        "aliases": ("a", "b"),
        "reply_within": "",
        "signature": "",
        "shop_name": "",
        "shop_url": "",
        "return_address": "",
        "storefront": "",
    }


def _account(name: str, uid: str = "abcdefgh2345") -> AccountConfig:
    return AccountConfig(
        uid=AccountUid(uid),
        name=name,
        kind="email",
        settings={"imap_host": "mail.example", "aliases": ("a@b.example",)},
        owed_since=datetime(2026, 11, 7, 12, 30, tzinfo=UTC),
    )


def test_what_is_added_is_read_back_the_same(path: Path) -> None:
    """The account saved is the account used."""
    config.add_account(path, _account("shop"))

    assert config.load(path).accounts == (_account("shop"),)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "owed_since = 2026-11-07T12:30:00" in path.read_text()


def test_adding_keeps_comments_and_order(path: Path) -> None:
    """The file is the seller's; we are guests in it."""
    _written(path, WHOLE)

    config.add_account(path, _account("second", "22222222abcd"))

    assert path.read_text().startswith(WHOLE)
    assert [account.name for account in config.load(path).accounts] == ["shop", "second"]


def test_removing_puts_the_file_back_as_it_was(path: Path) -> None:
    """Trying an account out leaves no trace."""
    _written(path, WHOLE)
    config.add_account(path, _account("second", "22222222abcd"))

    removed = config.remove_account(path, "second")

    assert removed == _account("second", "22222222abcd")
    assert path.read_text().rstrip() == WHOLE.rstrip()


def test_removing_takes_the_rules_along_that_are_for_it_alone(path: Path) -> None:
    """A rule for an account that is not there would make the whole file one that nobody can use."""
    config.add_account(_written(path, ""), _account("shop"))
    rules = [
        f'[[deadline]]\nid = "{name}"\nhours = 3\n{more}'
        for name, more in (("all", ""), ("here", 'account = "shop"\n'))
    ]
    _written(path, path.read_text() + "".join(rules))
    read = config.load(path)

    named = config.rules_of_account(read, config.remove_account(path, "shop"))

    assert named == ("here",)
    assert [each["id"] for each in config.load(path).deadlines] == ["all"]


@pytest.mark.parametrize(
    "account",
    [_account("shop", "22222222abcd"), _account("other"), _account("a b"), _account("")],
    ids=["name taken", "uid taken", "no name", "empty"],
)
def test_what_would_break_the_file_is_refused_and_nothing_written(
    path: Path, account: AccountConfig
) -> None:
    """A file that we cannot read again would stop every account."""
    _written(path, WHOLE)

    with pytest.raises(ConfigError):
        config.add_account(path, account)

    assert path.read_text() == WHOLE
    assert [each.name for each in path.parent.iterdir() if each.suffix != ".lock"] == [path.name]


def test_a_broken_file_is_never_written_over(path: Path) -> None:
    """The seller's half-made edit is theirs to finish."""
    _written(path, "[settings\n")

    with pytest.raises(ConfigError):
        config.add_account(path, _account("shop"))

    assert path.read_text() == "[settings\n"


def test_a_file_kept_elsewhere_stays_there(path: Path, tmp_path: Path) -> None:
    """Many keep their configuration in a repository and link to it."""
    real = _written(tmp_path / "dotfiles.toml", WHOLE)
    path.symlink_to(real)

    config.add_account(path, _account("second", "22222222abcd"))

    assert path.is_symlink()
    assert "second" in real.read_text()


def test_writers_at_the_same_time_lose_nothing(path: Path) -> None:
    """The wizard in one window and a script in another both get their account."""
    names = [f"shop{number}" for number in range(8)]
    writers = [
        threading.Thread(
            target=config.add_account,
            args=(path, _account(name, f"{name:a<12}")),
        )
        for name in names
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(account.name for account in config.load(path).accounts) == names


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error_of_the_system(path: Path) -> None:
    """It is told as what it is, by `errors.said`."""
    path.parent.chmod(0o500)
    try:
        with pytest.raises(OSError, match="Permission"):
            config.add_account(path, _account("shop"))
    finally:
        path.parent.chmod(0o700)


@pytest.mark.slow
@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True).filter(
            lambda key: key not in ("uid", "kind", "owed_since")
        ),
        st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_any_text_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]
) -> None:
    """Quotes, backslashes and newlines in a value change nothing else in the file."""
    path = tmp_path_factory.mktemp("config") / "config.toml"
    account = AccountConfig(
        uid=AccountUid("abcdefgh2345"), name="shop", kind="email", settings=settings
    )

    config.add_account(path, account)

    assert config.load(path).accounts == (account,)
