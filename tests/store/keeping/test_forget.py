"""A buyer who asked to be forgotten is gone: from lists, index and the bytes of the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.values import Batch, Checkpoint, Direction, Message, Party, Place, Quarantined, Role
from inbox.core.model import Delivery, Verb
from inbox.core.query import parse
from inbox.store import (
    conversations,
    derive,
    drafts,
    held_back,
    journal,
    messages,
    outbox,
    verdicts,
)
from inbox.store.database import Store
from inbox.store.drafts import Draft
from inbox.store.keeping import beside, rotation, tombstones
from inbox.store.keeping import forget as forgetting
from inbox.store.keeping.backup import make_backup
from inbox.store.keeping.restore import restore
from inbox.sync.ingest import ingest
from inbox.triage.forgetting import Forgotten, forget
from tests.store.keeping.home import Home, texts
from tests.store.making import (
    ACCOUNT,
    ANNA,
    BOOK,
    HOUR,
    ME,
    NOON,
    RULE,
    answer,
    assert_whole,
    listed,
    question,
    queue,
    reply_to,
    take,
)

ZYX = Party("Zyxwanna Quvenzhane", "zyxwanna@buyers.example")
TRACES = (b"zyxwanna", b"quvenzhane", b"abracadabrant", b"velociraptor", b"Zyxwanna")
LATER = NOON + timedelta(days=1)


def theirs(number: int, **changes: Any) -> Message:
    """Return a message of the buyer who is to be forgotten."""
    values: dict[str, Any] = {
        "sender": ZYX,
        "subject": "My velociraptor",
        "text": "Please send the abracadabrant lamp",
        "html": "<p>abracadabrant</p>",
        "source": b"From: zyxwanna@buyers.example\r\n\r\nabracadabrant\r\n",
        "message_id": f"zyxwanna{number}@buyers.example",
    }
    return question(number, **{**values, **changes})


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    """A store where the buyer left traces everywhere, beside another buyer."""
    with closing(home.store()) as opened:
        asked = theirs(1)
        assert isinstance(asked, type(question(1)))
        taken = take(opened, [asked, answer(2, asked, text="The abracadabrant one?"), question(3)])
        uid = taken[0].conversation
        with opened.write(durable=True) as tx:
            drafts.put(tx, Draft(uid, "Dear Zyxwanna", "velociraptor", NOON))
            journal.add(
                tx,
                at=NOON,
                verb=Verb.NOT_A_BUYER,
                conversation=taken[2].conversation,
                arguments={"pattern": ZYX.address},
            )
            queue(tx, uid, reply_to(asked, "k1@x.example", "abracadabrant"), Delivery.REFUSED)
            place = Place("INBOX", "1", "99", Role.INBOX)
            messages.quarantine(
                tx, ACCOUNT, Quarantined(place, "?", b"From: Zyxwanna@Buyers.example")
            )
            derive.derive(tx, [each.conversation for each in taken], BOOK)
        yield opened


def gone(home: Home, store: Store, what: str = ZYX.address) -> Forgotten:
    """Forget it."""
    with store.read() as tx:
        found = forgetting.find(tx, what)
    folder = home.where.data / "backups"
    return forget(store, found, where=home.where, folder=folder, book=BOOK, now=LATER)


def bytes_of(folder: Path) -> bytes:
    """Return every byte of every file: what a thief or a court would look at."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_nothing_of_them_is_left_in_the_files(home: Home, store: Store) -> None:
    """Removed rows lie in a database's free pages and in its log until somebody looks."""
    raw = bytes_of(home.where.data)
    assert all(trace in raw for trace in TRACES[2:])

    done = gone(home, store)

    raw = bytes_of(home.where.data).lower()
    assert [trace for trace in TRACES if trace.lower() in raw] == []
    with store.read() as tx:
        terms = tx.sql.execute(
            "SELECT term FROM words_vocabulary WHERE term GLOB 'zyx*' OR term GLOB 'abraca*'"
        )
        assert terms.fetchall() == []
    assert done.emptied
    assert_whole(store)


def test_what_goes_is_counted_and_others_stay(home: Home, store: Store) -> None:
    """The other buyer's words are not ours to lose."""
    counts = gone(home, store).counts

    assert counts == {
        "conversations": 1,
        "messages": 3,
        "attachments": 0,
        "drafts": 1,
        "replies": 1,
        "mentions": 0,
    }
    assert [row.party for row in listed(store)] == [ANNA]
    assert texts(store) == {"Is lamp number 3 still there?"}


def test_how_well_it_was_answered_stays_as_a_number(home: Home, store: Store) -> None:
    """How much came in and how much of it was answered late names nobody, so it may stay."""
    bob = Party("Bob", "bob@buyers.example")
    asked = question(60, sender=bob)
    again = question(61, sender=bob, subject="other")
    late = answer(62, again, accepted_at=NOON + timedelta(days=3))
    take(store, [asked, answer(60, asked), again, late])

    gone(home, store, bob.address)

    with store.read() as tx:
        rows = tx.sql.execute("SELECT account, service, month, name, count FROM forgotten_counts")
        kept = {(*key,): count for *key, count in rows}
    month = (ACCOUNT, "email", "2026-11")
    assert kept == {
        (*month, "received"): 2,
        (*month, "sent"): 2,
        (*month, "answered_in_time"): 1,
        (*month, "answered_late"): 1,
    }


def test_how_they_were_answered_is_carried_to_another_store_once(
    home: Home, store: Store, tmp_path: Path
) -> None:
    """The platforms' measures count on there, also where an export is taken in twice."""
    bob = Party("Bob", "bob@buyers.example")
    asked = question(60, sender=bob)
    take(store, [asked, answer(60, asked)])
    gone(home, store, bob.address)
    here = beside.Here({ACCOUNT: ACCOUNT}, {}, (), lambda _uid: None)

    with store.read() as tx, closing(Store.open(tmp_path / "other.db")) as other:
        carried = list(beside.rows(tx, None, ()))
        with other.write() as into:
            for kind, row in carried * 2:
                beside.put(into, kind, row, here)
            found = verdicts.of_rule(into, RULE.id, NOON - timedelta(days=9))
        assert found == [
            row
            for row in verdicts.of_rule(tx, RULE.id, NOON - timedelta(days=9))
            if not row.conversation
        ]
        assert [row.missed for row in found] == [0]


def test_it_is_not_taken_in_again_but_a_new_message_is(home: Home, store: Store) -> None:
    """The service still has the mail; and who writes again wants an answer."""
    gone(home, store)
    old, new = theirs(1), theirs(7)
    assert isinstance(old, type(new))
    aside = Quarantined(
        Place("INBOX", "1", "99", Role.INBOX), "?", b"From: Zyxwanna@Buyers.example"
    )
    batch = Batch(checkpoint=Checkpoint("1"), messages=(old, new), quarantined=(aside,))

    counts = ingest(store, ACCOUNT, batch, BOOK, lambda: LATER)

    assert (counts.new, counts.quarantined) == (1, 0)
    (row,) = listed(store, "from:zyxwanna")
    assert (row.owed, row.message_count) == (True, 1)


def test_our_own_copy_in_sent_is_not_taken_in_again(home: Home, store: Store) -> None:
    """It is addressed to them and quotes them."""
    gone(home, store)
    copy = replace(
        answer(50, question(1)), message_id="k1@x.example", recipients=(ZYX,), in_reply_to=()
    )

    take_in = ingest(
        store, ACCOUNT, Batch(checkpoint=Checkpoint("1"), messages=(copy,)), BOOK, lambda: LATER
    )

    assert take_in.new == 0


def test_a_restore_does_not_bring_it_back(home: Home, store: Store, tmp_path: Path) -> None:
    """Backups cannot be changed; what comes out of them can."""
    saved = tmp_path / "mine.backup"
    both = question(4, recipients=(ME, ZYX), text="To both", source=b"Cc: zyxwanna@buyers.example")
    take(store, [both])
    make_backup(home.where, saved, NOON)
    gone(home, store)
    store.close()

    restore(home.where, saved, LATER)

    with closing(home.store()) as again:
        derive.refresh(again, BOOK)
        assert texts(again) == {"Is lamp number 3 still there?", "To both"}
        assert_whole(again)
        with again.read() as tx:
            assert tombstones.every(tx)
            assert held_back.every(tx) == []
    raw = home.where.store_file.read_bytes().lower()
    assert [trace for trace in TRACES if trace.lower() in raw] == []


def test_a_restore_leaves_what_came_in_after_the_forgetting(
    home: Home, store: Store, tmp_path: Path
) -> None:
    """Who was forgotten and wrote again is a buyer like any other."""
    saved = tmp_path / "mine.backup"
    gone(home, store)
    take(store, [theirs(7, text="Again"), question(8, recipients=(ME, ZYX), text="To both again")])
    make_backup(home.where, saved, NOON)
    store.close()

    restore(home.where, saved, LATER)

    with closing(home.store()) as again:
        assert {"Again", "To both again"} < texts(again)
    assert b"zyxwanna" in home.where.store_file.read_bytes()


def test_nor_on_a_new_machine_with_the_folder_of_backups(
    home: Home, store: Store, tmp_path: Path
) -> None:
    """The list lies beside the automatic backups, because they are what is left of a lost disk."""
    folder = home.where.data / "backups"
    folder.mkdir()
    saved = folder / rotation.name_of(store.uid, NOON)
    make_backup(home.where, saved, NOON)

    done = gone(home, store)

    fresh = Home(tmp_path / "fresh")
    restore(fresh.where, saved, LATER)
    with closing(fresh.store()) as again:
        assert texts(again) == {"Is lamp number 3 still there?"}
    assert done.backups_until is not None
    assert done.backups_until > LATER.date()


def test_copies_that_only_the_seller_can_delete_are_named(home: Home, store: Store) -> None:
    """We promise nothing about files we do not touch."""
    endings = ("before-restore-20261120T120000Z", "damaged-20261120T120000Z", "version-2")
    copies = tuple(home.where.data / f"inbox.db.{ending}" for ending in endings)
    for copy in copies:
        copy.touch()

    assert gone(home, store).aside == copies


def test_a_mailing_to_many_keeps_the_others(home: Home, store: Store) -> None:
    """Their address goes, the message to the others stays."""
    others = tuple(Party(f"B{n}", f"b{n}@buyers.example") for n in range(3))
    mailing = question(
        20, direction=Direction.OUT, sender=ME, recipients=(*others, ZYX), text="We are closed"
    )
    take(store, [mailing])

    gone(home, store)

    (row,) = listed(store, "closed")
    with store.read() as tx:
        (head,) = messages.of_conversation(tx, row.uid)
    assert head.message.recipients == others
    assert b"zyxwanna" not in bytes_of(home.where.data).lower()
    assert_whole(store)


def test_an_order_is_forgotten_by_its_number(home: Home, store: Store) -> None:
    """Marketplaces ask for it by order."""
    take(store, [question(30, order_ref="DE-4711", subject="other")])

    gone(home, store, "de-4711")

    assert listed(store, "order:DE-4711") == []
    assert len(listed(store)) == 2


def test_not_while_a_reply_is_on_its_way(home: Home, store: Store) -> None:
    """The engine would lose what it is sending."""
    asked = question(40, sender=ZYX)
    (found,) = take(store, [asked])
    with store.write(durable=True) as tx:
        queue(tx, found.conversation, reply_to(asked, "k9@x.example"))

    with pytest.raises(forgetting.ReplyUnderWay):
        gone(home, store)
    with store.read() as tx:
        assert len(outbox.every(tx)) == 2


def test_somebody_unknown_is_said_to_be(home: Home, store: Store) -> None:
    """A typing mistake must not look like a duty done."""
    with pytest.raises(forgetting.NothingKnown):
        gone(home, store, "nobody@buyers.example")
    with pytest.raises(forgetting.NothingKnown):
        gone(home, store, "yxwanna@buyers.example")


def test_a_longer_address_is_another_persons(home: Home, store: Store) -> None:
    """`anna@x` must not take `joanna@x` along."""
    longer = Party("Bizyxwanna", "bizyxwanna@buyers.example")
    take(store, [question(70, sender=longer, text="I know zyxwanna@buyers.example, she is nice")])

    assert gone(home, store).counts["mentions"] == 1

    assert [row.party for row in listed(store, "from:bizyxwanna")] == [longer]


def test_merged_conversations_go_whole(home: Home) -> None:
    """Their old ids and keys lead nowhere any more."""
    with closing(home.store()) as store:
        one = question(1, sender=ZYX, subject="a")
        two = question(2, sender=ZYX, subject="b")
        joined = question(3, sender=ZYX, subject="c", references=(one.message_id, two.message_id))
        take(store, [one, two])
        take(store, [joined, question(9)])

        gone(home, store)

        with store.read() as tx:
            left = {
                table: tx.sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names written here
                for table in ("redirects", "doc_messages", "bodies", "sources", "places")
            }
            keys = [key for (key,) in tx.sql.execute('SELECT "key" FROM thread_keys')]
            assert conversations.ids(tx, parse("from:zyxwanna"), NOON + HOUR) == []
        assert left == {"redirects": 0, "doc_messages": 1, "bodies": 1, "sources": 1, "places": 1}
        assert not [key for key in keys if "zyxwanna" in key]
        assert_whole(store)


def test_a_copy_to_them_of_a_mail_to_somebody_else_names_them_no_more(
    home: Home, store: Store
) -> None:
    """A mail to another stays the other's; the buyer in its Cc or Bcc is gone from it."""
    asked = question(50, sender=ANNA, subject="Shade")
    (found,) = take(store, [asked])
    uid = found.conversation
    copied = replace(reply_to(asked, "k5@x.example"), cc=(ZYX,), bcc=(ZYX,))
    with store.write(durable=True) as tx:
        drafts.put(tx, Draft(uid, "Dear Anna", "", NOON, to=f"{ANNA.address}, {ZYX.address}"))
        item = queue(tx, uid, copied)
    with pytest.raises(forgetting.ReplyUnderWay):
        gone(home, store)
    with store.write(durable=True) as tx:
        messages.set_delivery(tx, item.message, Delivery.ACCEPTED, accepted_at=NOON)
        accepted = {"state": Delivery.ACCEPTED, "accepted_at": NOON, "settled": True}
        outbox.put(tx, replace(item, **accepted))  # type: ignore[arg-type] # fields of an item
        derive.derive(tx, [uid], BOOK)

    gone(home, store)

    with store.read() as tx:
        reply, draft = outbox.get(tx, item.key).reply, drafts.get(tx, uid)
    assert (reply.recipients, reply.cc, reply.bcc) == ((ANNA,), (), ())
    assert draft is not None
    assert draft.to == ANNA.address
    assert b"zyxwanna" not in bytes_of(home.where.data).lower()
