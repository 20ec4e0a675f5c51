"""Old conversations go into a file whole, stay known, and come back as they were."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from connectors import steps
from connectors.values import ConversationChange, StatedDeadline
from inbox.core.model import Verb
from inbox.store import conversations, derive, journal, messages, stated
from inbox.store.database import Store
from inbox.store.keeping.refusals import KeepingBusy
from inbox.store.keeping.workplace import workplace
from inbox.store.stowed import bringing, filing, settling, taking
from tests.store.keeping.home import Home
from tests.store.making import (
    ACCOUNT,
    BOOK,
    HOUR,
    NOON,
    answer,
    assert_whole,
    inbox_place,
    listed,
    question,
    take,
)
from tests.store.stowed.silent import (
    BEFORE,
    LONG_AGO,
    NAMES,
    arrive,
    asked_long_ago,
    contents,
    files_of,
    fill,
    held_by,
    opened,
    stow,
    stowed_uids,
    words_of,
)


def everything_back(store: Store) -> None:
    """Bring back all that is stowed."""
    with store.write() as tx:
        wanted = [uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed")]
        derive.derive(tx, bringing.bring_back(tx, wanted), BOOK)


def test_what_is_old_goes_whole_and_comes_back_as_it_was(home: Home) -> None:
    """Tags, facts, verdicts, files, orders, sources, the outbox: nothing of it may be lost."""
    with opened(home) as store:
        old = fill(store)
        before = contents(store)

        done = stow(home, store)

        assert (done.conversations, done.messages, dict(done.stays)) == (3, 6, {})
        assert [row.subject for row in listed(store)] == ["About lamp 900"]
        assert stowed_uids(store) == set(old)
        during = contents(store)
        assert during["verdicts"] == before["verdicts"]
        assert [len(during[name]) for name in ("doc_messages", "sources", "files", "orders")] == [
            *(1, 1, 0, 0)
        ]
        assert_whole(store)

        everything_back(store)

        assert contents(store) == before
        assert stowed_uids(store) == set()
        assert_whole(store)


def test_every_table_is_thought_of(home: Home) -> None:
    """Who adds a table that names messages or conversations says here how stowing keeps it.

    Rows of a table that nobody thought of would be removed, and not come back.
    """
    in_the_file = {"doc_messages", "doc_outbox", "doc_journal", "bodies", "sources", "files"}
    made_again = {"stretches", "places", "named", "alike", "matters", "thread_keys"}
    staying = {"verdicts", "said", "conversation_refs", "told", "stowed", "stowed_keys"}
    empty_then = {"doc_drafts", "untold"}  # one with such a row is not stowed

    with opened(home) as store, store.read() as tx:
        rows = tx.sql.execute(
            "SELECT DISTINCT m.name FROM sqlite_master m, pragma_table_info(m.name) c"
            " WHERE m.type = 'table' AND c.name IN ('conversation', 'message')"
        )
        named = {name for (name,) in rows}

    assert named == in_the_file | made_again | staying | empty_then


@pytest.mark.slow
def test_the_file_is_an_export_that_says_what_it_holds(home: Home) -> None:
    """Any program can read it, and nobody else may."""
    with opened(home) as store:
        fill(store)
        (path,) = stow(home, store).files
        assert path.stat().st_mode & 0o77 == path.parent.stat().st_mode & 0o77 == 0

    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]

    assert lines[0]["type"] == "seller-inbox export"
    assert lines[0]["accounts"] == NAMES
    assert "IT HOLDS BUYERS' PERSONAL DATA" in lines[0]["notice"]
    texts = {line["text"] for line in lines if line["type"] == "message"}
    assert "Is lamp number 2 still there?" in texts


def test_what_is_waited_for_stays_and_it_is_said_why(home: Home) -> None:
    """A star, words not seen, an old question that is still owed."""
    with opened(home) as store:
        unseen = asked_long_ago(11, seen=False)
        taken = take(store, [asked_long_ago(10), unseen, asked_long_ago(12)])
        with store.write() as tx:
            journal.add(
                tx, at=LONG_AGO, verb=Verb.STAR, conversation=taken[0].conversation, group="g"
            )
            derive.derive(tx, [taken[0].conversation], BOOK)

        planned, done = taking.plan(store, BEFORE), stow(home, store)

        assert planned.stays == done.stays == {"starred": 1, "unread": 1}
        assert planned.conversations == done.conversations == 1
        assert stowed_uids(store) == {taken[2].conversation}


def test_what_went_out_does_not_come_back_by_itself(home: Home) -> None:
    """A first sync from scratch, or a mailbox that was numbered anew, brings everything again."""
    with opened(home) as store:
        fill(store)
        copy = answer(5, asked_long_ago(1), key="k1@lamps.example", remote_id="copy-in-sent")
        stow(home, store)
        first = asked_long_ago(0)
        moved = replace(first, places=(replace(first.places[0], epoch="2", id="77"),))

        again = arrive(store, moved, asked_long_ago(1), asked_long_ago(2), copy)

        assert again.new == 0
        assert [row.subject for row in listed(store)] == ["About lamp 900"]
        assert len(stowed_uids(store)) == 3
        other = replace(asked_long_ago(50), remote_id=first.remote_id, body_digest="another body")
        assert arrive(store, other).new == 1


@pytest.mark.parametrize("together", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_who_writes_again_meets_their_old_words(home: Home, together: bool) -> None:  # noqa: FBT001 - a case
    """The buyer of three years ago answers: the seller must see what was said."""
    with opened(home) as store:
        old = fill(store)
        stow(home, store)
        first = asked_long_ago(1)
        fresh = question(
            901,
            sender=first.sender,
            in_reply_to=(first.message_id,),
            references=(first.message_id,),
            text="And now it is broken.",
        )

        came = arrive(store, *([first] if together else []), fresh)

        assert came.new == 1
        assert [text for _, text in words_of(store, old[1])] == [
            "Is lamp number 1 still there?",
            "Yes.",
            "And now it is broken.",
        ]
        with store.read() as tx:
            row = conversations.get(tx, old[1])
        assert (row.owed, row.message_count) == (True, 3)
        assert stowed_uids(store) == {old[0], old[2]}
        assert_whole(store)


@pytest.mark.slow
def test_a_message_that_joins_an_old_and_a_new_conversation_makes_one(home: Home) -> None:
    """However it is threaded, one buyer's words are in one place."""
    with opened(home) as store:
        old = fill(store)
        stow(home, store)
        first, later = asked_long_ago(2), question(902, sender=asked_long_ago(2).sender)
        arrive(store, later)
        both = (first.message_id, later.message_id)

        arrive(store, question(903, sender=first.sender, references=both, in_reply_to=both[1:]))

        said = [text for _, text in words_of(store, old[2])]
        assert [text[15:18] for text in said] == ["2 s", "7 s", "902", "903"]
        assert_whole(store)


@pytest.mark.slow
def test_what_changed_after_it_was_written_stays(home: Home) -> None:
    """Somebody writes at that very moment: the new word must not vanish with the old ones."""
    with opened(home) as store:
        old = fill(store)
        first = asked_long_ago(1)

        def write_meanwhile(step: str) -> None:
            if step == "stow.named":
                arrive(store, question(904, sender=first.sender, references=(first.message_id,)))

        steps.hook = write_meanwhile
        try:
            done = stow(home, store)
        finally:
            steps.hook = lambda _step: None

        assert done.conversations == 2
        assert stowed_uids(store) == {old[0], old[2]}
        assert len(words_of(store, old[1])) == 3
        settle(home, store)
        assert held_by(files_of(store)[0]) == [old[0], old[2]]
        assert_whole(store)


def settle(home: Home, store: Store) -> None:
    """Do what each run begins with."""
    with workplace(home.where.data):
        settling.settle(store, NOON + HOUR)


def test_a_file_loses_what_came_back_and_goes_with_the_last(home: Home) -> None:
    """No second copy of a buyer's words lies about."""
    with opened(home) as store:
        old = fill(store)
        (path,) = stow(home, store).files
        with store.write() as tx:
            derive.derive(tx, bringing.bring_back(tx, [old[0]]), BOOK)

        settle(home, store)

        (fresh,) = files_of(store)
        assert fresh != path
        assert held_by(fresh) == [old[1], old[2]]
        everything_back(store)
        assert len(words_of(store, old[1])) == 2
        settle(home, store)
        assert files_of(store) == []
        assert_whole(store)


@pytest.mark.slow
def test_a_damaged_file_keeps_no_new_message_out(home: Home) -> None:
    """And once it is whole again, both are one conversation."""
    with opened(home) as store:
        old = fill(store)
        (path,) = stow(home, store).files
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2] + b"\0" * 20)
        first = asked_long_ago(1)

        came = arrive(store, question(905, sender=first.sender, references=(first.message_id,)))

        assert came.new == 1
        assert len(words_of(store, old[1])) == 1
        with store.write() as tx, pytest.raises(filing.StowDamaged, match="missing or damaged"):
            bringing.bring_back(tx, old)
        path.write_bytes(whole)
        everything_back(store)
        assert len(words_of(store, old[1])) == 3
        assert_whole(store)


@pytest.mark.slow
def test_a_service_that_asks_again_brings_it_back(home: Home) -> None:
    """A dispute is opened about a sale of two years ago: its day must be on the list."""
    with opened(home) as store:
        asked = asked_long_ago(20, message_id="", conversation_ref="case-1", service="memory")
        (taken,) = take(store, [asked])
        with store.write() as tx:
            stated.note_refs(tx, ACCOUNT, [(asked, taken.conversation)])
            stated.take(tx, ACCOUNT, [ConversationChange("case-1", closed=True)], [], LONG_AGO)
        stow(home, store)
        read = ConversationChange("case-1", seen=True, closed=True)

        with store.write() as tx:
            assert stated.take(tx, ACCOUNT, [read], [], NOON) == set()
        assert stowed_uids(store) == {taken.conversation}
        due = StatedDeadline(
            conversation_ref="case-1", ref="d1", kind="appeal", due_at=NOON + 48 * HOUR
        )
        with store.write() as tx:
            derive.derive(tx, stated.take(tx, ACCOUNT, [], [due], NOON), BOOK)

        assert stowed_uids(store) == set()
        assert [row.subject for row in listed(store)] == ["About lamp 20"]
        assert_whole(store)


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False])
def test_what_the_store_has_lost_is_taken_up_again(home: Home, known: bool) -> None:  # noqa: FBT001 - a case
    """A repaired store may not know all that it knew: the only copy is never removed."""
    with opened(home) as store:
        old = fill(store)
        before = contents(store)
        stow(home, store)
        with store.write() as tx:
            tx.sql.execute("DELETE FROM stowed WHERE conversation = ?1 OR ?2", (old[0], not known))
            for table in ("stowed_names", "stowed_keys", *([] if known else ["stowed_files"])):
                tx.sql.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours

        settle(home, store)

        assert stowed_uids(store) == set(old)
        assert arrive(store, asked_long_ago(0)).new == 0
        everything_back(store)
        assert contents(store) == before | {"doc_checkpoints": contents(store)["doc_checkpoints"]}
        settle(home, store)
        assert files_of(store) == []
        assert_whole(store)


@pytest.mark.slow
def test_a_conversation_that_is_half_in_a_lost_file_is_not_stowed_again(home: Home) -> None:
    """Its place in the file would be forgotten, and the file may come back."""
    with opened(home) as store:
        old = fill(store)
        (path,) = stow(home, store).files
        kept = path.rename(path.with_suffix(".away"))
        first = asked_long_ago(1)
        later = asked_long_ago(60, sender=first.sender, references=(first.message_id,))
        assert arrive(store, later).new == 1

        assert stow(home, store).stays == {"apart": 1}

        kept.rename(path)
        everything_back(store)
        assert len(words_of(store, old[1])) == 3


@pytest.mark.slow
def test_nothing_old_makes_no_file(home: Home) -> None:
    """The common case."""
    with opened(home) as store:
        take(store, [question(1)])

        assert stow(home, store) == taking.Stowed()
        assert files_of(store) == []


@pytest.mark.slow
def test_two_runs_at_once_are_one(home: Home) -> None:
    """The engine and the seller think of it at the same time."""
    with opened(home) as store:
        fill(store)
        with workplace(home.where.data), pytest.raises(KeepingBusy):
            stow(home, store)
        assert files_of(store) == []


@pytest.mark.slow
def test_places_that_are_void_by_now_do_not_come_back(home: Home) -> None:
    """The mailbox was numbered anew meanwhile: a mark must not hit another mail."""
    with opened(home) as store:
        old = fill(store)
        stow(home, store)
        elsewhere = replace(inbox_place(1), epoch="2")
        store_young = question(900)
        arrive(store, replace(store_young, places=(elsewhere,)))
        with store.write() as tx:
            messages.ingest_lapsed(tx, ACCOUNT, [(elsewhere.folder, "1")], NOON)

        everything_back(store)

        with store.read() as tx:
            heads = messages.heads(tx, old[1])
        assert heads[0].message.places == ()
        assert_whole(store)


@pytest.mark.slow
def test_a_stopped_run_leaves_all_where_it_is(home: Home, tmp_path: Path) -> None:
    """The engine ends in the middle of it."""
    from inbox.store.keeping.refusals import Stopped

    with opened(home) as store:
        fill(store)
        before = contents(store)
        with pytest.raises(Stopped):
            taking.stow(home.where, store, NAMES, BEFORE, NOON, go_on=lambda: False)

        assert contents(store) == before
        assert list(tmp_path.rglob("stowed-*")) == []


@pytest.mark.slow
def test_many_make_several_files(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, few are in memory at once."""
    monkeypatch.setattr(taking, "MOST", 3)
    with opened(home) as store:
        take(store, [asked_long_ago(number) for number in range(7)])

        done = stow(home, store)

        assert (done.conversations, len(done.files)) == (7, 3)
        assert [len(held_by(path)) for path in done.files] == [3, 3, 1]
        everything_back(store)
        assert_whole(store)
