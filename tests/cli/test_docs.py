"""The documents that promise something fail the build when they lag."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from connectors.email.settings import SETTINGS
from inbox import config
from inbox.config import COMMON, Settings
from inbox.rules import calendars, load_book, tables
from tests.cli.shop import Shop, wrote

DOCS = Path(__file__).parents[2] / "docs"
JSON = (DOCS / "json.md").read_text("utf-8")
CONFIGURATION = (DOCS / "configuration.md").read_text("utf-8")


def _example(heading: str) -> dict[str, object]:
    """Return the first JSON example under a heading."""
    part = JSON.partition(f"## `inbox {heading}")[2]
    found = re.search(r"```json\n(.*?)```", part, re.DOTALL)
    assert found is not None, heading
    example: dict[str, object] = json.loads(found[1])
    return example


@pytest.mark.parametrize("name", sorted(field.name for field in fields(Settings)))
def test_every_setting_is_described(name: str) -> None:
    """A seller cannot use what they cannot find."""
    assert f"| `{name}` |" in CONFIGURATION


@pytest.mark.parametrize("setting", [*SETTINGS, *COMMON], ids=lambda setting: setting.key)
def test_every_setting_of_a_mailbox_is_described(setting: object) -> None:
    """And one that is no longer there is not."""
    key = getattr(setting, "key", "")
    if not getattr(setting, "secret", False):
        assert f"| `{key}` |" in CONFIGURATION


def test_nothing_is_described_that_is_not_there() -> None:
    """A seller who copies a line from the page must not be told that it means nothing."""
    known = {field.name for field in fields(Settings)}
    known |= {setting.key for setting in (*SETTINGS, *COMMON)} | {"uid", "kind", "owed_since"}
    known |= {*tables.Table.__struct_fields__, *calendars.KEYS}

    assert set(re.findall(r"^\| `(\w+)` \|", CONFIGURATION, re.MULTILINE)) <= known


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL))
def test_every_example_of_the_configuration_reads_well(tmp_path: Path, text: str) -> None:
    """It is what people copy."""
    assert tomllib.loads(text)
    found = config.parse(text.encode(), tmp_path / "config.toml")
    config.check_accounts(found, lambda _kind: SETTINGS)
    if not any("account" in table for table in found.deadlines):
        assert load_book(found).rules


def test_the_examples_hold_the_keys_that_are_printed(shop: Shop) -> None:
    """Scripts are written from the page."""
    (uid,) = shop.deliver(wrote("Kate"))
    (row,) = shop.json("list")
    shop.run("reply", uid, "--text", "-", "--yes", input="Soon.")
    (item,) = shop.json("outbox")
    (account,) = shop.json("accounts", "list")

    assert list(_example("list")) == list(row)
    assert list(_example("outbox")) == list(item)
    assert list(_example("accounts")) == list(account)


@pytest.mark.parametrize(
    "words",
    [
        ["show", "ID"],
        ["explain", "ID"],
        ["unreadable"],
        ["due"],
        ["forecast"],
        ["rules", "list"],
        ["rules", "check"],
        ["rules", "test", "email.reply"],
        ["rules", "calendar", "de"],
        ["rules", "budget"],
        ["undo"],
        ["doctor"],
        ["config"],
        ["canned", "list"],
        ["canned", "render", "refund", "ID"],
    ],
    ids=" ".join,
)
def test_every_key_that_is_printed_is_described(shop: Shop, words: list[str]) -> None:
    """An undocumented key is one that nobody dares to rely on or to remove."""
    (uid,) = shop.deliver(wrote("Kate"))
    shop.run("tag", "vip", uid)
    if words[1:2] == ["render"]:
        words[2] = shop.json("canned", "list")[0]["name"]

    printed = shop.json(*[uid if word == "ID" else word for word in words])

    missing = {key for key in _keys(printed) if f"`{key}`" not in JSON and f'"{key}"' not in JSON}
    assert missing - {field.name for field in fields(Settings)} == set()


def _keys(value: object) -> set[str]:
    """Return every key within a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*(_keys(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(_keys(each) for each in value))
    return set()
