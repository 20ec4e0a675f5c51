"""Whatever goes wrong, a person reads one sentence and what to do; never a traceback."""

from __future__ import annotations

import errno
from importlib import import_module
from pathlib import Path

import pytest

from connectors.contract import LoginRefused, Temporary
from inbox import errors
from inbox.config import ConfigError
from inbox.editor import EditorFailed, Ending
from inbox.errors import Said, said
from inbox.rules.public_holidays import UnknownPlace
from inbox.secrets import NoKeyring, NoSecret

HERE = Path("/shop/config.toml")
TEXT = Path("/d/reply.txt")


@pytest.mark.parametrize("name", sorted(errors._TOLD))
def test_every_name_in_the_table_is_an_error_that_exists(name: str) -> None:
    """Errors of higher layers are known by name only: a renamed one would fall silent."""
    module, __, kind = name.rpartition(".")

    assert issubclass(getattr(import_module(module), kind), Exception)


@pytest.mark.parametrize(
    ("failure", "parts"),
    [
        (ConfigError(HERE, "It is not TOML.", line=3), [f"{HERE}:3", "not TOML"]),
        (
            ConfigError(HERE, "It must be text.", key="settings.name"),
            [str(HERE), "settings.name", "must be text"],
        ),
        (NoKeyring("password"), ["keyring", "password_command"]),
        (NoKeyring("oauth2"), ["keyring", "access tokens", "oauth2_command"]),
        (NoKeyring(""), ["keyring", "nowhere else"]),
        (EditorFailed("vim", TEXT, Ending.ERROR, 3), ["vim", "(3)", "kept in /d/reply.txt"]),
        (EditorFailed("vim", TEXT), ["not be started: vim", "[settings]", "in /d/reply.txt"]),
        (EditorFailed("vim", TEXT, Ending.NO_TEXT), ["UTF-8", "kept in /d/reply.txt"]),
        (EditorFailed("vim", TEXT, Ending.NO_FILE), ["left no file", "what it was before"]),
        (LoginRefused("The password is wrong."), ["The password is wrong."]),
        (UnknownPlace("DE-XX"), ["DE-XX", "inbox rules check"]),
        (NoSecret("Nothing is kept."), ["Nothing is kept."]),
        (Temporary("mail.example does not answer."), ["mail.example does not answer."]),
        (OSError(errno.ENOSPC, "No space left"), ["no room left", "Make room"]),
        (OSError(errno.EFBIG, "File too large"), ["no room left"]),
        (OSError(errno.EROFS, "Read-only", "/x"), ["/x"]),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), ["/x", "permissions"]),
        (FileNotFoundError(errno.ENOENT, "No such file", "/x"), ["no such file", "/x"]),
    ],
)
def test_a_failure_is_told_with_what_to_do(failure: Exception, parts: list[str]) -> None:
    """The seller can mend it without knowing the program."""
    told = said(failure)

    assert told.known
    assert all(part in str(told) for part in parts)


def test_store_failures_say_that_nothing_was_overwritten() -> None:
    """A damaged store is the moment a seller fears most."""
    faults = import_module("inbox.store.faults")
    path = Path("/shop/inbox.db")

    told = {
        name: str(said(getattr(faults, name)(path)))
        for name in ("StoreTooNew", "StoreDamaged", "StoreReadOnly", "StoreFull", "StoreBusy")
    }

    assert all(str(path) in text for text in told.values())
    assert "Nothing was overwritten" in told["StoreDamaged"]
    assert "Nothing was changed" in told["StoreTooNew"]
    assert len(set(told.values())) == len(told)


def test_ids_and_queries_are_told_as_the_seller_gave_them() -> None:
    """The word in the sentence is the word they typed."""
    uids = import_module("inbox.store.uids")
    query = import_module("inbox.core.query")

    assert "zz9" in said(uids.UnknownId("zz9")).sentence
    assert "ab" in said(uids.AmbiguousId("ab", 3)).sentence
    assert "column 5" in said(query.QueryError(4, "no such field")).sentence


def test_an_error_that_brings_its_own_sentence_keeps_it() -> None:
    """Replies that are refused know best why."""

    class Refused(Exception):
        sentence = "The reply is empty."
        hint = "Write something first."

    assert said(Refused()) == Said("The reply is empty.", "Write something first.")


def test_what_nobody_foresaw_names_the_log_and_not_its_text() -> None:
    """Its text may hold a buyer's words or a secret; the log is private."""
    told = said(ValueError("hunter2"), Path("/shop/inbox.log"))

    assert not told.known
    assert "hunter2" not in str(told)
    assert "/shop/inbox.log" in told.hint
