"""`inbox doctor`: what is broken and what waits for the seller, and nothing changed by looking."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from connectors.values import Place, Quarantined, Role
from inbox.core.model import AccountState, Delivery
from inbox.store import accounts, messages, outbox
from inbox.store.database import Store
from tests.cli.shop import ACCOUNT, Shop, wrote


def _findings(shop: Shop, exit_code: int = 0) -> list[dict[str, Any]]:
    result = shop.run("doctor", "--json")
    assert result.exit_code == exit_code, result.output
    value = json.loads(result.stdout)
    assert value["ok"] is (exit_code == 0)
    found: list[dict[str, Any]] = value["findings"]
    return found


def _about(findings: list[dict[str, Any]], severity: str) -> list[str]:
    return [each["about"] for each in findings if each["severity"] == severity]


def test_a_healthy_shop_is_said_to_be(shop: Shop) -> None:
    """A doctor who is silent leaves doubt."""
    shop.deliver(wrote("Kate"))

    found = _findings(shop)

    assert _about(found, "error") == _about(found, "warning") == []
    assert {"configuration", "rules", "store", "permissions"} <= set(_about(found, "ok"))
    assert all(set(each) == {"severity", "about", "said", "hint"} for each in found)


def test_looking_at_an_empty_home_makes_nothing(empty: Shop) -> None:
    """A doctor changes nothing."""
    _findings(empty)

    assert list(empty.home.iterdir()) == []


def test_a_broken_configuration_is_the_first_thing_said(shop: Shop) -> None:
    """And the store is looked at all the same."""
    shop.deliver(wrote("Kate"))
    shop.locations.config_file.write_text("[settings\n")

    found = _findings(shop, exit_code=1)

    assert found[0]["severity"] == "error"
    assert found[0]["about"] == "configuration"
    assert f"{shop.locations.config_file}:1" in found[0]["said"]
    assert len(_about(found, "error")) == 1


def test_a_damaged_store_is_told_and_left_alone(shop: Shop) -> None:
    """Its bytes may still be of use to someone who knows how."""
    shop.deliver(wrote("Kate"))
    raw = shop.locations.store_file.read_bytes()
    broken = raw[:100] + b"\xff" * 4000 + raw[4100:]
    shop.locations.store_file.write_bytes(broken)

    found = _findings(shop, exit_code=1)

    assert found[0]["about"] == "store"
    assert shop.locations.store_file.read_bytes() == broken


def test_where_no_file_is_nobody_says_that_nothing_is_owed(shop: Shop) -> None:
    """A disk that is not plugged in must not look like an inbox that is done with."""
    path = shop.locations.store_file
    shop.deliver(wrote("Kate"))
    path.unlink()
    for link in (False, True):
        path.symlink_to("/nowhere/inbox.db") if link else path.mkdir()
        for words in (["due"], ["list"], ["doctor"], ["doctor", "--repair"], ["backup", "x"]):
            said = shop.run(*words)
            assert (said.exit_code, "no file where the store" in said.output) == (1, True)
        path.unlink() if link else path.rmdir()


def test_a_key_that_cannot_be_had_is_told(shop: Shop) -> None:
    """Whoever configures by hand asks the doctor before opening the screen."""
    path = shop.locations.config_file
    path.write_text(f'[keys]\ndone = "j"\nstar = "f9"\n\n{path.read_text()}')

    told = [each["said"] for each in _findings(shop) if each["about"] == "keys"]

    assert told == ["The key for done was not changed: j already means “Down”."]


def test_what_waits_for_the_seller_is_no_failure(shop: Shop) -> None:
    """Status 1 wakes people up at night; a refused reply does not have to."""
    (uid,) = shop.deliver(wrote("Kate"))
    for text in ("one", "two"):
        shop.run("reply", uid, "--text", "-", "--yes", input=text)
    place = Place("INBOX", "1", "9", Role.INBOX)
    store = Store.open(shop.locations.store_file)
    with store.write() as tx:
        first, second = outbox.every(tx)
        outbox.put(tx, replace(first, state=Delivery.REFUSED))
        outbox.put(tx, replace(second, state=Delivery.UNSURE))
        messages.quarantine(tx, ACCOUNT, Quarantined(place, "no header", b"raw"))
        accounts.set_state(
            tx, AccountState(account=ACCOUNT, state="login", error="The password is wrong.")
        )
    store.close()

    found = _findings(shop)

    assert sorted(_about(found, "warning")) == ["accounts", "outbox", "outbox", "quarantine"]
    assert any("The password is wrong." in each["said"] for each in found)


def test_files_that_others_may_read_are_named(shop: Shop) -> None:
    """A copied home loses its permissions."""
    shop.deliver(wrote("Kate"))
    shop.locations.store_file.chmod(0o644)

    (finding,) = [each for each in _findings(shop) if each["severity"] == "warning"]

    assert finding["about"] == "permissions"
    assert str(shop.locations.store_file) in finding["hint"]


def test_a_person_reads_the_worst_first(shop: Shop) -> None:
    """With what to do under it."""
    shop.locations.config_file.chmod(0o666)

    result = shop.run("doctor")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].startswith("broken:")
    assert "chmod go-w" in result.stdout


def test_config_shows_what_is_in_force_and_no_account_s_settings(shop: Shop) -> None:
    """It is pasted into bug reports."""
    shop.settings("undo_seconds = 20")

    shown = shop.json("config")

    assert shown["settings"]["undo_seconds"] == 20
    assert shown["accounts"] == ["shop"]
    assert shown["paths"]["store_file"] == str(shop.locations.store_file)
    assert "invented" not in json.dumps(shown)
    assert "undo_seconds" in shop.run("config").stdout
