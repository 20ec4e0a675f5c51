"""What a seller reads is in their language; scripts see English words that never change."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox import i18n
from inbox.core.countdown import countdown
from tests.cli.shop import Shop, wrote
from tests.core.making import NOON


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    i18n.use("")
    yield
    i18n.use("")


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A catalogue with a few sentences."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    catalogue = {
        "": header,
        "Queued.": "Eingereiht.",
        "done": "erledigt",
        "{} line\0{} lines": "{} Zeile\0{} Zeilen",
        "verb\x04open": "öffnen",
        "days left\x04d": "T",
    }
    (folder / "inbox.mo").write_bytes(_mo(catalogue))
    monkeypatch.setattr(i18n, "_FOLDER", tmp_path)


@pytest.mark.usefixtures("german")
def test_the_language_may_be_chosen_after_everything_is_loaded() -> None:
    """The configuration is read late; sentences asked for after that are in its language."""
    before = i18n.gettext("Queued.")
    i18n.use("de")

    assert (before, i18n.gettext("Queued.")) == ("Queued.", "Eingereiht.")
    assert i18n.ngettext("{} line", "{} lines", 2) == "{} Zeilen"
    assert i18n.pgettext("verb", "open") == "öffnen"
    assert countdown(NOON + timedelta(days=3, hours=4), NOON) == "3T 4h"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("language", ["de", "de_AT", "de-AT", "de_DE.UTF-8"])
def test_a_country_s_own_form_falls_back_to_its_language(language: str) -> None:
    """A seller in Vienna reads German, not English."""
    i18n.use(language)

    assert i18n.gettext("Queued.") == "Eingereiht."


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("LANG", "de_DE.UTF-8", "Eingereiht."),
        ("LANGUAGE", "xx:de", "Eingereiht."),
        ("LANG", "C.UTF-8", "Queued."),
        ("LC_ALL", "C", "Queued."),
        ("LANG", "en_GB.UTF-8", "Queued."),
    ],
)
def test_without_a_setting_the_environment_decides(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    """A seller who never opens the configuration reads what the rest of their machine speaks."""
    monkeypatch.setenv(name, value)

    assert i18n.gettext("Queued.") == expected


@pytest.mark.usefixtures("german")
def test_a_command_speaks_the_language_of_the_configuration(tmp_path: Path) -> None:
    """Commands are loaded before the configuration is read: half a sentence would be English."""
    (home := tmp_path / "home").mkdir(mode=0o700)
    shop = Shop(home)
    shop.add_account()
    shop.settings('language = "de"')
    (uid,) = shop.deliver(wrote("Kate"))

    assert f"{uid}  erledigt:" in shop.run("done", uid).stderr


def test_a_sentence_nobody_translated_is_shown_as_it_is() -> None:
    """A missing translation is never an empty line."""
    i18n.use("fr")

    assert i18n.gettext("Queued.") == "Queued."
    assert i18n.ngettext("{} line", "{} lines", 1) == "{} line"


def _mo(catalogue: dict[str, str]) -> bytes:
    """Return a compiled catalogue (GNU's format, little endian)."""
    pairs = sorted((key.encode(), value.encode()) for key, value in catalogue.items())
    start = 28 + 16 * len(pairs)
    tables: list[list[bytes]] = [[], []]
    body = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column].append(struct.pack("<II", len(pair[column]), start + len(body)))
            body += pair[column] + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return header + b"".join(tables[0]) + b"".join(tables[1]) + body
