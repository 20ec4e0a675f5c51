"""`inbox doctor --repair`: asked first, told after, and nothing for a store that is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from inbox.sync.lock import EngineLock
from tests.cli.shop import Shop, wrote
from tests.store.test_repair import PAGE, pages_of, spoil


def damage(shop: Shop) -> Path:
    """Let the page rot on which the store's messages stand; return the store's file."""
    kate, _omar = shop.deliver(wrote("Kate"), wrote("Omar"))
    shop.run("done", kate)
    path = shop.locations.store_file
    spoil(path, *pages_of(path, "doc_messages"), start=8, count=PAGE - 8)
    return path


def test_the_doctor_names_the_way_and_it_leads_out(shop: Shop) -> None:
    """Whoever reads that the store is damaged must read what to do now."""
    path = damage(shop)

    found = shop.run("doctor")
    assert found.exit_code == 1
    assert "inbox doctor --repair" in found.stdout

    done = shop.json("doctor", "--repair", "--yes")
    assert done["repaired"]
    assert [Path(each).name for each in done["aside"]] == [f"{path.name}.damaged-20261121T120000Z"]
    assert done["unread"]["doc_messages"] >= 2
    assert shop.run("doctor").exit_code == 0
    assert shop.json("list") == []


def test_a_rotten_byte_in_a_file_that_is_sound_leads_out_too(shop: Shop) -> None:
    """SQLite finds nothing wrong in it: the list must say what to do, and that must work."""
    shop.deliver(wrote("Kate"))
    with closing(sqlite3.connect(shop.locations.store_file)) as sql:
        sql.execute("UPDATE doc_conversations SET doc = replace(doc, 'uid', 'uie')")
        sql.commit()

    refused = shop.run("list")
    assert (refused.exit_code, "inbox doctor --repair" in refused.stderr) == (1, True)
    assert shop.json("doctor", "--repair", "--yes")["repaired"]
    assert len(shop.json("list")) == 1


def test_a_person_is_told_what_was_and_what_was_not_recovered(shop: Shop) -> None:
    """And that the next sync brings back what the services have."""
    damage(shop)

    done = shop.run("doctor", "--repair", "--yes")

    assert done.exit_code == 0
    assert "Set aside: " in done.stdout
    assert "messages: up to" in done.stderr
    assert "The next sync looks at every mailbox from the beginning" in done.stderr


def test_nobody_is_repaired_without_being_asked(shop: Shop) -> None:
    """A script that does not say --yes does not mean it."""
    path = damage(shop)
    before = path.read_bytes()

    assert shop.run("doctor", "--repair").exit_code == 2
    assert path.read_bytes() == before


def test_a_whole_store_is_left_alone(shop: Shop) -> None:
    """The same for who tries it out of worry."""
    shop.deliver(wrote("Kate"))

    assert shop.json("doctor", "--repair")["repaired"] is False
    assert len(shop.json("list")) == 1


def test_nothing_is_repaired_under_a_running_engine(shop: Shop) -> None:
    """It would go on writing into the file that was set aside."""
    path = damage(shop)
    lock = EngineLock(path)
    lock.acquire()
    done = shop.run("doctor", "--repair", "--yes")
    lock.release()

    assert done.exit_code == 1
    assert "in use" in done.stderr
