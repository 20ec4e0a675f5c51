"""Which folders are pulled, and what each is taken for."""

from __future__ import annotations

import pytest

from connectors.email.folders import Choice, Listed, Watched, choose, new_sent_name
from connectors.values import Role

INBOX = Watched("INBOX", Role.INBOX)


def listed(*names: str, sent: str = "", separator: str = "/") -> list[Listed]:
    """Return folders as a server lists them; `sent` is the one it calls so."""
    return [
        Listed(name, separator, frozenset({"\\sent"} if name == sent else ())) for name in names
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Sent",
        "Sent Items",
        "INBOX/Sent",
        "Gesendet",
        "Gesendete Elemente",
        "Éléments envoyés",
        "Elementos enviados",
        "Posta inviata",
        "Wysłane",
        "Отправленные",
        "已发送",
        "送信済みメール",
    ],
)
def test_sent_is_found_by_its_name(name: str) -> None:
    """Not every server says what its folders are for."""
    choice = choose(listed("INBOX", "Orders", name), ["INBOX"])

    assert choice == Choice((INBOX, Watched(name, Role.SENT)), name)


def test_the_server_knows_best_and_other_sent_folders_are_pulled_too() -> None:
    """A phone saves in a folder of its own: its answers must stop the clock as well."""
    choice = choose(listed("INBOX", "Sent Messages", "Old/Sent", "Out", sent="Out"), ["INBOX"])

    assert choice.sent == "Out"
    assert choice.watched == (
        INBOX,
        Watched("Out", Role.SENT),
        Watched("Sent Messages", Role.SENT),
    )


def test_the_setting_decides_where_replies_are_saved() -> None:
    """The seller may have moved house."""
    choice = choose(listed("INBOX", "Sent", "Shop/Out", sent="Sent"), ["INBOX"], "Shop/Out")

    assert choice.sent == "Shop/Out"
    assert {folder.role for folder in choice.watched[1:]} == {Role.SENT}


def test_folders_of_the_settings_are_pulled_and_missing_ones_are_told() -> None:
    """A folder that is named wrongly would never be looked at, without a word."""
    found = listed("INBOX", "Shop", "Junk", "Sent")
    choice = choose(found, ["Shop", "inbox", "Shpo", "Junk"], "Snet")

    assert choice.missing == ("Snet", "Shpo")
    assert choice.sent is None
    assert choice.watched == (
        INBOX,
        Watched("Sent", Role.SENT),
        Watched("Shop", Role.OTHER),
        Watched("Junk", Role.JUNK),
    )


def test_a_folder_without_mails_is_not_opened() -> None:
    """Gmail's "[Gmail]" only holds folders."""
    found = [Listed("[Gmail]", "/", frozenset({"\\noselect"})), *listed("INBOX")]

    assert choose(found, ["INBOX", "[Gmail]"]) == Choice((INBOX,), None, ("[Gmail]",))


@pytest.mark.parametrize(
    ("folders", "setting", "name"),
    [
        (listed("INBOX"), "", "Sent"),
        (listed("INBOX", "Trash"), "", "Sent"),
        (listed("INBOX", "INBOX.Trash", separator="."), "", "INBOX.Sent"),
        (listed("INBOX", "INBOX.Trash", separator="."), "INBOX.Out", "INBOX.Out"),
    ],
)
def test_a_new_sent_folder_lies_where_the_others_do(
    folders: list[Listed], setting: str, name: str
) -> None:
    """Some servers allow folders only below INBOX."""
    assert new_sent_name(folders, setting) == name
