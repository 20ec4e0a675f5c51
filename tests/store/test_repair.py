"""A damaged store: what can be read of it becomes a whole one, and nothing of it is thrown away."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from inbox.core.model import Delivery
from inbox.core.query import parse
from inbox.locations import Locations
from inbox.store import accounts, contents, conversations, drafts, journal, messages, outbox, repair
from inbox.store.database import Store
from inbox.store.faults import StoreDamaged
from inbox.store.keeping.refusals import StoreInUse
from inbox.store.repair import Repaired
from tests.store.making import (
    ACCOUNT,
    BOOK,
    NOON,
    assert_whole,
    listed,
    question,
    take,
)
from tests.store.past import fill

MANY = 150
"""Messages in a store that is damaged: some hundred pages."""
PAGE = 4096

HOLD_OPEN = """
import sys
from pathlib import Path
from inbox.store.database import Store

store = Store.open(Path(sys.argv[1]))
store.revision()
print("open", flush=True)
sys.stdin.read()
store.close()
"""


@pytest.fixture
def where(tmp_path: Path) -> Locations:
    """Return a home with a store of a few hundred messages and a little of everything."""
    locations = Locations.under(tmp_path / "home")
    locations.prepare()
    with closing(Store.open(locations.store_file, device="bench")) as store:
        fill(store)
        take(store, [question(number) for number in range(100, 100 + MANY)])
    return locations


def mend(where: Locations) -> Repaired:
    """Repair, and assert that what comes out is whole and what went in still lies there."""
    before = where.store_file.read_bytes()
    done = repair.repair(where, BOOK, NOON)

    assert done.aside[0].name == "inbox.db.damaged-20261120T120000Z"
    assert done.aside[0].read_bytes() == before
    with closing(Store.open(where.store_file)) as store:
        assert_whole(store)
    return done


def pages_of(path: Path, *names: str) -> list[int]:
    """Return the pages (from 1) that hold the rows of tables."""
    with closing(sqlite3.connect(path)) as sql:
        roots = dict(sql.execute("SELECT name, rootpage FROM sqlite_master"))
    content = path.read_bytes()
    found: list[int] = []
    waiting = [roots[name] for name in names]
    while waiting:
        number = waiting.pop()
        page = content[(number - 1) * PAGE : number * PAGE]
        if page[0] == 13:
            found.append(number)
            continue
        cells = int.from_bytes(page[3:5])
        starts = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n]) for n in range(cells)]
        waiting += [int.from_bytes(page[start : start + 4]) for start in starts]
        waiting.append(int.from_bytes(page[8:12]))
    return sorted(found)


def spoil(path: Path, *pages: int, start: int = 0, count: int = PAGE) -> None:
    """Write what no page looks like over parts of pages."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE + start)
            file.write(random.Random(page).randbytes(count))


def subjects(store: Store) -> set[str]:
    """Return the subjects of all messages in the store."""
    with store.read() as tx:
        uids = conversations.ids(tx, parse(""), NOON)
        return {head.message.subject for uid in uids for head in messages.heads(tx, uid)}


def test_one_bad_page_of_messages_costs_the_messages_on_it(where: Locations) -> None:
    """A dying disk loses sectors, not stores."""
    every = pages_of(where.store_file, "doc_messages")
    spoil(where.store_file, every[len(every) // 2])

    done = mend(where)

    lost = done.unread.pop("doc_messages")
    assert 0 < lost < 30
    assert done.unread == {}
    assert done.recovered["doc_messages"] == MANY + 8 - lost
    with closing(Store.open(where.store_file)) as store:
        assert len(subjects(store)) == MANY + 8 - lost
        assert len(listed(store, "żółta")) == 1


def test_what_the_seller_made_is_there_after_the_messages_are_lost(where: Locations) -> None:
    """An answer that was written, and what was done, can be had from nobody else."""
    spoil(where.store_file, *pages_of(where.store_file, "doc_messages"))

    done = mend(where)

    with closing(Store.open(where.store_file)) as store, store.read() as tx:
        (item,) = outbox.every(tx)
        (message,) = messages.of_conversation(tx, item.conversation)
        assert (item.state, item.reply.text) == (Delivery.QUEUED, "Yes, until Friday.")
        assert (message.uid, message.message.text) == (item.message, "Yes, until Friday.")
        assert len(journal.newest(tx, 10)) == 3
        assert accounts.checkpoint(tx, ACCOUNT) is None
    (draft,) = done.mended.drafts
    assert draft.text == "Tak, mamy"
    assert "doc_messages" not in done.recovered


def test_lost_messages_come_in_again_into_their_conversations(where: Locations) -> None:
    """The service still has them: they must find their tags and answers."""
    with closing(Store.open(where.store_file)) as store:
        before = {each.subject: each for each in listed(store)}
    spoil(where.store_file, *pages_of(where.store_file, "doc_messages"))
    mend(where)

    with closing(Store.open(where.store_file)) as store:
        (taken,) = take(store, [question(4)])
        (found,) = listed(store, "tag:b2b")

        assert taken.new
        assert found.uid == taken.conversation == before["About lamp 4"].uid


def test_a_reply_whose_place_in_the_outbox_is_lost_waits_for_the_sellers_word(
    where: Locations,
) -> None:
    """It may have gone out or not: only the seller can look."""
    spoil(where.store_file, *pages_of(where.store_file, "doc_outbox"))

    done = mend(where)

    with closing(Store.open(where.store_file)) as store:
        (found,) = [each for each in listed(store) if each.subject == "About lamp 3"]
        assert found.unsent is Delivery.UNSURE
    assert done.mended.held == 1


def test_a_lost_text_is_fetched_again_or_says_that_it_is_lost(where: Locations) -> None:
    """A message that looks empty would be answered as if the buyer had said nothing."""
    spoil(where.store_file, *pages_of(where.store_file, "bodies"))

    done = mend(where)

    # Still at the service are all but what is gone and what was written here; where a
    # draft waits, the message stays beside the one that comes in again.
    assert (done.mended.textless, done.mended.again) == (3, MANY + 5)
    with closing(Store.open(where.store_file)) as store, store.read() as tx:
        texts = [
            each.message.text
            for uid in conversations.ids(tx, parse(""), NOON)
            for each in messages.of_conversation(tx, uid)
        ]
    assert len(texts) == 3
    assert all("could not be read" in text for text in texts)


@pytest.mark.parametrize("count", [16, 100, PAGE])
def test_a_store_without_its_beginning_is_read_all_the_same(where: Locations, count: int) -> None:
    """The first page is the one that every program writes; it is the first to go."""
    spoil(where.store_file, 1, count=count)

    done = mend(where)

    assert done.unread == {}
    assert done.recovered["doc_messages"] == MANY + 8
    with closing(Store.open(where.store_file)) as store:
        assert len(subjects(store)) == MANY + 8


def test_a_store_cut_in_the_middle_keeps_its_beginning(where: Locations) -> None:
    """A copy that was broken off, a disk image that ran full."""
    whole = where.store_file.read_bytes()
    where.store_file.write_bytes(whole[: len(whole) // 2 + 1000])

    done = mend(where)

    with closing(Store.open(where.store_file)) as store, store.read() as tx:
        assert [item.reply.text for item in outbox.every(tx)] == ["Yes, until Friday."]
        found = [drafts.get(tx, uid) for uid in conversations.ids(tx, parse(""), NOON)]
        assert [draft.text for draft in found if draft] == ["Tak, mamy"]
    assert done.recovered["doc_messages"] > MANY // 6  # tables and indexes lie before them
    assert done.mended.held == 0


def test_a_log_of_garbage_is_refused_and_what_lies_before_it_is_kept(where: Locations) -> None:
    """SQLite would take it for an empty one and write over the newest changes."""
    log = where.store_file.with_name("inbox.db-wal")
    garbage = random.Random(1).randbytes(50_000)
    log.write_bytes(garbage)

    with pytest.raises(StoreDamaged):
        Store.open(where.store_file)
    assert log.read_bytes() == garbage

    done = mend(where)

    assert done.log_lost
    assert done.aside[1].read_bytes() == garbage
    # What waited may have gone out in the changes that are lost.
    assert done.mended.held == 1
    with closing(Store.open(where.store_file)) as store, store.read() as tx:
        assert [item.state for item in outbox.every(tx)] == [Delivery.UNSURE]
        assert len(tx.table("messages")) == MANY + 8


@pytest.mark.parametrize("log", [b"", b"\x00" * 4096])
def test_a_log_that_was_only_begun_is_no_damage(where: Locations, log: bytes) -> None:
    """Zeros are what a power cut leaves of a file that had just grown."""
    where.store_file.with_name("inbox.db-wal").write_bytes(log)

    with closing(Store.open(where.store_file)) as store:
        assert_whole(store)


def test_a_torn_end_of_the_log_costs_what_was_not_committed(where: Locations) -> None:
    """Everything before it counts, as after any power cut."""
    with closing(Store.open(where.store_file)) as store:
        take(store, [question(9001)])
        copy = Locations.under(where.data.parent.parent / "copy")
        copy.prepare()
        for ending in ("", "-wal"):
            name = where.store_file.name + ending
            copy.store_file.with_name(name).write_bytes(
                where.store_file.with_name(name).read_bytes()
            )
    with copy.store_file.with_name("inbox.db-wal").open("r+b") as log:
        log.seek(0, os.SEEK_END)
        log.write(random.Random(2).randbytes(6000))

    with closing(Store.open(copy.store_file)) as store:
        assert_whole(store)
        assert "About lamp 9001" in subjects(store)


def test_nothing_is_repaired_while_somebody_has_the_store_open(where: Locations) -> None:
    """A screen would go on with a file that is no longer the store."""
    before = where.store_file.read_bytes()
    child = [sys.executable, "-c", HOLD_OPEN, str(where.store_file)]
    with subprocess.Popen(child, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StoreInUse):
            repair.repair(where, BOOK, NOON)
        holder.stdin.close()

    assert where.store_file.read_bytes() == before
    assert not repair.is_open(where.store_file)


def test_what_cannot_be_read_at_all_stays_where_it_is(where: Locations) -> None:
    """An empty store in its place would look as if no buyer had ever written."""
    size = where.store_file.stat().st_size
    where.store_file.write_bytes(random.Random(3).randbytes(size))
    before = where.store_file.read_bytes()

    with pytest.raises(repair.NothingReadable):
        repair.repair(where, BOOK, NOON)

    assert where.store_file.read_bytes() == before
    assert sorted(path.name for path in where.data.iterdir()) == [
        "drafts",
        "inbox.db",
        "keeping.lock",
    ]


CONTRADICTIONS: list[Callable[[sqlite3.Connection], object]] = [
    lambda sql: sql.execute("UPDATE doc_messages SET remote_id = 'x' WHERE doc_id = 1"),
    lambda sql: sql.execute("DELETE FROM words_docsize WHERE id = 1"),
    lambda sql: sql.execute("DELETE FROM doc_conversations"),
    lambda sql: sql.execute("DELETE FROM thread_keys"),
    lambda sql: sql.execute("UPDATE places SET message = 2"),
    lambda sql: sql.execute("UPDATE doc_messages SET doc = 'x' || doc WHERE doc_id = 1"),
    lambda sql: sql.execute("UPDATE rule_versions SET doc = 'x' || doc"),
]


@pytest.mark.parametrize("contradict", CONTRADICTIONS)
def test_contradictions_are_mended_too(
    where: Locations, contradict: Callable[[sqlite3.Connection], object]
) -> None:
    """Whatever the doctor finds, there must be a way on."""
    with closing(sqlite3.connect(where.store_file)) as sql:
        contradict(sql)
        sql.commit()

    mend(where)


def test_html_and_sources_that_rotted_cost_no_words(where: Locations) -> None:
    """They are compressed: one wrong byte and nothing of them can be read; the text still can."""
    with closing(sqlite3.connect(where.store_file)) as sql:
        (one, other) = (
            doc_id for (doc_id,) in sql.execute("SELECT message FROM bodies ORDER BY 1 LIMIT 2")
        )
        sql.execute("UPDATE bodies SET html = ? WHERE message = ?", (b"rotten", one))
        sql.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (other, b"rotten"))
        # The store is looked at whole only where something else is wrong with it, too.
        sql.execute("DELETE FROM stretches")
        sql.commit()
    with closing(Store.open(where.store_file)) as store, store.read() as tx:
        assert contents.bodies(tx, [one])[one][1] is None

    done = mend(where)

    assert done.mended.faded == 2
    with closing(Store.open(where.store_file)) as store, store.read() as tx:
        assert contents.source(tx, other) is None
        assert contents.bodies(tx, [one])[one][0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_whatever_bytes_rot_what_comes_out_is_whole(where: Locations, seed: int) -> None:
    """Damage keeps to no pattern; the repair must neither crash nor leave half a store."""
    chance = random.Random(seed)
    pages = where.store_file.stat().st_size // PAGE
    for _ in range(chance.randint(1, 12)):
        page = chance.randint(1, pages)
        spoil(where.store_file, page, start=chance.randrange(4000), count=chance.randint(1, 96))

    mend(where)
