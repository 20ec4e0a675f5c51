"""A store of any past version becomes one of today, whole, with a copy of what it was."""

from __future__ import annotations

import re
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.core.model import Delivery, Verb
from inbox.core.query import parse
from inbox.store import (
    accounts,
    before_migrating,
    canned_use,
    conversations,
    derive,
    doctor,
    drafts,
    held_back,
    journal,
    messages,
    migrations,
    outbox,
    uids,
)
from inbox.store.database import Store
from inbox.store.faults import StoreFull, StoreTooNew
from tests.store.making import ACCOUNT, BOOK, HOUR, NOON, assert_whole, listed
from tests.store.past import VERSIONS, load

KEPT = sorted(int(path.stem) for path in VERSIONS.glob("*.sql"))
PAST = [version for version in KEPT if version < migrations.VERSION]


def schema_of(store: Store) -> dict[tuple[str, str], object]:
    """Return every table with its columns and everything else as it was declared."""
    with store.read() as tx:
        made = tx.sql.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        return {
            (kind, name): (
                {row[1:] for row in tx.sql.execute(f"PRAGMA table_xinfo({name})")}
                if kind == "table" and not (sql or "").startswith("CREATE VIRTUAL")
                else re.sub(r"\s+", " ", sql or "")
            )
            for kind, name, sql in made
        }


def assert_all_is_readable(store: Store) -> None:
    """Assert that everything `tests.store.past.fill` wrote is there, as the product reads it."""
    with store.read() as tx:
        page = conversations.page(tx, conversations.ids(tx, parse(""), NOON))
        by_subject = {each.subject: each for each in page}
        one, two, three, four, five = (by_subject[f"About lamp {n}"] for n in range(1, 6))
        texts = [each.message.text for each in messages.of_conversation(tx, two.uid)]
        (item,) = outbox.every(tx)
        facts = [(fact.verb, fact.device) for fact in journal.of_conversation(tx, four.uid)]
        (aside,) = held_back.every(tx)
        draft = drafts.get(tx, two.uid)
        merged = [each.message.subject for each in messages.of_conversation(tx, one.uid)]
        (left_uid,) = tx.sql.execute("SELECT uid FROM redirects").fetchone()

        assert len(page) == 5
        assert merged == ["About lamp 1", "About lamp 6", "Re: About lamp 1"]
        assert uids.followed(tx, [left_uid])[left_uid] == one.uid
        assert (two.order_ref, two.owed) == ("PL-4711", True)
        assert two.due_at == NOON + timedelta(minutes=2, hours=24)
        assert texts == ["Czy żółta lampa jest jeszcze dostępna?"]
        assert draft is not None
        assert (draft.text, draft.subject, draft.at) == ("Tak, mamy", "Re: lampa", NOON + HOUR)
        assert (item.state, item.conversation) == (Delivery.QUEUED, three.uid)
        assert (item.reply.key, item.reply.text) == ("k3@lamps.example", "Yes, until Friday.")
        assert (four.tags, four.starred, four.gone) == (("b2b",), True, True)
        assert facts == [(Verb.TAG, "bench"), (Verb.STAR, "bench")]
        assert five.done_at == NOON + HOUR
        assert held_back.source(tx, aside.uid) == b"\x00\xff"
        assert canned_use.uses(tx) == {"where": 1}
        assert accounts.checkpoint(tx, ACCOUNT) == '{"INBOX": 6}'
        assert accounts.states(tx)[ACCOUNT].checked_at == NOON + timedelta(days=1)
    assert [each.uid for each in listed(store, "żółta")] == [two.uid]


@pytest.mark.parametrize("version", KEPT)
def test_a_store_of_any_version_is_one_of_today(tmp_path: Path, version: int) -> None:
    """The seller updates once a year: ten years of mail must come along."""
    path = tmp_path / "inbox.db"
    load(version, path)

    with closing(Store.open(path)) as store, closing(Store.open(tmp_path / "fresh.db")) as fresh:
        assert schema_of(store) == schema_of(fresh)
        assert_all_is_readable(store)
        assert not [each for each in doctor.examine(store, BOOK) if each.severity == "error"]
        derive.refresh(store, BOOK)
        assert_whole(store)


def test_every_past_version_is_kept() -> None:
    """A version that nobody kept is a seller whose store nobody tried to open."""
    assert set(range(1, migrations.VERSION)) == set(PAST)


@pytest.mark.parametrize("version", PAST)
def test_the_store_as_it_was_stays_beside_the_migrated_one(tmp_path: Path, version: int) -> None:
    """If the newer program turns out to be wrong, the older one finds its store again."""
    path = tmp_path / "inbox.db"
    load(version, path)
    for left in ("part", "part-journal"):  # of a process that was killed: no pid is that large
        path.with_name(f"inbox.db.version.{1 << 40}.{left}").write_bytes(b"x")
    Store.open(path).close()

    (copy,) = before_migrating.copies(path)
    assert copy.name == f"inbox.db.version-{version}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as sql:
        assert sql.execute("PRAGMA user_version").fetchone() == (version,)
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert sql.execute("SELECT count(*) FROM doc_messages").fetchone() == (8,)
    assert not list(tmp_path.glob("*.part*"))

    Store.open(path).close()
    assert before_migrating.copies(path) == [copy]


def test_a_new_store_needs_no_copy(store: Store) -> None:
    """There is nothing in it yet."""
    assert before_migrating.copies(store.path) == []


def test_without_room_for_the_copy_nothing_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a migration on a full disk, with nothing to go back to, would be the end."""
    path = tmp_path / "inbox.db"
    load(1, path)
    monkeypatch.setattr(before_migrating, "_SPARE", 1 << 60)

    with pytest.raises(StoreFull):
        Store.open(path)

    with closing(sqlite3.connect(path)) as sql:
        assert sql.execute("PRAGMA user_version").fetchone() == (1,)
    assert before_migrating.copies(path) == []


def test_a_program_that_became_too_old_writes_nothing(store: Store) -> None:
    """A screen left open over an update does not know the columns it would have to fill."""
    with store.write() as tx:
        tx.table("drafts").insert({"conversation": "before"})
    with closing(sqlite3.connect(store.path)) as sql:
        sql.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")

    with pytest.raises(StoreTooNew), store.write() as tx:
        tx.table("drafts").insert({"conversation": "after"})
    with pytest.raises(StoreTooNew), store.read() as tx:
        tx.table("drafts").all()

    with closing(sqlite3.connect(store.path)) as sql:
        assert sql.execute("SELECT conversation FROM doc_drafts").fetchall() == [("before",)]
