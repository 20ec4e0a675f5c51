"""The doctor finds what is wrong, and finds nothing in a store that is right."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest

from connectors.values import Quarantined
from inbox.core.model import ConversationUid, Delivery
from inbox.core.obligations import make_book
from inbox.store import derive, doctor, index_check, messages
from inbox.store.database import Store
from tests.store.making import (
    ACCOUNT,
    BOOK,
    RULE,
    TERMS,
    answer,
    assert_whole,
    inbox_place,
    question,
    queue,
    reply_to,
    take,
)


def fill(store: Store) -> None:
    """Put a little of everything into the store."""
    taken = take(store, [question(1), question(2), answer(1, question(1))])
    with store.write() as tx:
        queue(tx, taken[1].conversation, reply_to(question(2)), Delivery.QUEUED)
        messages.quarantine(tx, ACCOUNT, Quarantined(inbox_place(9), "broken", b"x"))


DAMAGES = [
    "UPDATE doc_conversations SET owed = 1 - owed WHERE doc_id = 1",
    "UPDATE doc_messages SET remote_id = 'other' WHERE doc_id = 1",
    "UPDATE doc_conversations SET doc = replace(doc, 'About lamp', 'On lamp')",
    "DELETE FROM doc_conversations WHERE doc_id = 1",
    "DELETE FROM doc_messages WHERE doc_id = 1",
    "DELETE FROM bodies WHERE message = 1",
    "INSERT INTO bodies VALUES (99, 'x', NULL)",
    "INSERT INTO sources VALUES (99, 'x')",
    "DELETE FROM places WHERE id = '1'",
    "UPDATE places SET message = 2 WHERE id = '1'",
    "DELETE FROM quarantine_sources",
    "DELETE FROM doc_quarantine",
    "INSERT INTO redirects VALUES ('a', 'b'), ('b', 'c')",
    "INSERT INTO words (rowid, body) VALUES (99, 'lamp')",
    "INSERT INTO words (words, rowid, body) SELECT 'delete', min(row), 'lamp' FROM stretches",
    "DELETE FROM stretches WHERE row = (SELECT min(row) FROM stretches)",
    "UPDATE stretches SET messages = '7'",
    "UPDATE bodies SET text = 'other words' WHERE message = 1",
    "UPDATE bodies SET text = CAST(x'48ff49' AS TEXT) WHERE message = 1",
    "UPDATE doc_conversations SET doc = replace(doc, '\"uid\":', '\"uie\":') WHERE doc_id = 1",
    "UPDATE doc_messages SET doc = replace(doc, '\"uid\":', '\"uid\";') WHERE doc_id = 1",
    "UPDATE quarantine_sources SET source = x'00'",
    "UPDATE rule_versions SET doc = replace(doc, '{', '[')",
    "INSERT INTO orders (account, ref, buyer, asked_at, doc) VALUES ('a', 'b', '', 0, '{')",
    "UPDATE doc_quarantine SET doc = CAST(CAST(doc AS BLOB) || x'ff' AS TEXT)",
    "UPDATE doc_messages SET remote_id = CAST(x'ff' AS TEXT) WHERE doc_id = 1",
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_contradiction_is_found(store: Store, damage: str) -> None:
    """A store that is wrong in silence shows a wrong deadline one day."""
    fill(store)
    assert_whole(store)
    with store.write() as tx:
        tx.sql.execute(damage)

    found = doctor.examine(store, BOOK)

    assert found
    assert {finding.severity for finding in found} == {"error"}


def test_a_large_store_is_looked_at_in_samples(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits an hour for a doctor."""
    monkeypatch.setattr(index_check, "_WHOLE", 0)
    fill(store)
    assert_whole(store)
    with store.write() as tx:
        tx.sql.execute("UPDATE bodies SET text = 'quite other words'")

    assert doctor.examine(store, BOOK)


def test_verdicts_under_older_rules_are_only_told(store: Store) -> None:
    """A changed promise waits for the next start; it is no damage."""
    fill(store)
    other = make_book([replace(RULE, target=timedelta(hours=2))], [TERMS])

    (finding,) = doctor.examine(store, other)
    assert finding.severity == "warning"

    with store.write() as tx:
        stale = derive.stale(tx, other)
        derive.renew(tx, stale, other)
        assert derive.stale(tx, other) == []
    assert len(stale) == 2
    assert doctor.examine(store, other) == []


def test_a_verdict_can_be_made_again_to_look_at(store: Store) -> None:
    """What `explain` shows is what the list shows."""
    (taken,) = take(store, [question(1)])
    with store.read() as tx:
        nothing = ConversationUid("nothing")
        made = derive.recompute(tx, [taken.conversation, nothing], BOOK)

    assert [uid for uid, each in made.items() if each.owed] == [taken.conversation]


def test_the_mail_of_an_account_no_longer_configured_stays(store: Store) -> None:
    """Removing an account from the configuration removes no words."""
    take(store, [question(1)])

    alone = make_book([RULE], [])
    with store.write() as tx:
        derive.renew(tx, derive.stale(tx, alone), alone)

    assert_whole(store, alone)


def test_a_rotten_file_is_told_and_not_crashed_on(store: Store, tmp_path: Path) -> None:
    """The doctor is called when things look bad already."""
    take(store, [question(number) for number in range(300)])
    store.close()
    rotten = tmp_path / "rotten.db"
    copyfile(store.path, rotten)
    content = bytearray(rotten.read_bytes())
    for start in range(4096 * 150, len(content), 4096):
        content[start : start + 100] = b"\xff" * 100
    rotten.write_bytes(bytes(content))

    with closing(Store.open(rotten)) as broken:
        found = doctor.examine(broken, BOOK)

    assert [finding.severity for finding in found] == ["error"] * len(found) != []


def test_a_store_that_cannot_be_written_is_not_called_damaged(tmp_path: Path) -> None:
    """The hint would be to repair what is whole."""
    with closing(Store.open(tmp_path / "inbox.db")) as store:
        fill(store)
        with store.write() as tx:
            tx.sql.execute("PRAGMA query_only = ON")  # as on a file system that is read only

        (found,) = doctor.examine(store, BOOK)

    assert found.severity == "warning"
    assert "cannot be written now" in found.sentence
