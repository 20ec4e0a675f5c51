"""What was begun can be thrown away with one key, and comes back with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.values import OutgoingFile
from inbox.core.model import ConversationUid, Verb
from inbox.core.query import parse
from inbox.store import conversations, drafts, outgoing_files
from inbox.store.keeping import forget
from inbox.triage.discarding import KEPT_FOR, NoDraft
from tests.screens.shop import NOON, Shop, hours, open_shop, wrote
from tests.triage.test_composing import ABLE, SUPPLIER, assert_whole, at, draft_of, learn

FILE = OutgoingFile("photo.jpg", "image/jpeg", b"JPEG")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    mail = wrote("Kate", "Where is my lamp?", ago=hours(2), subject="Lamp")
    with open_shop(tmp_path, [mail]) as found:
        learn(found, ABLE)
        yield found


def begun(shop: Shop, *, new: bool) -> ConversationUid:
    """Begin a new mail, or an answer, with words and a file."""
    if new:
        uid = shop.triage.begin(to=SUPPLIER, subject="Ten", text="Ten lamps")
    else:
        uid = shop.uid("Lamp")
        shop.triage.save_draft(uid, "It ships", "Re: Lamp")
    shop.triage.attach(uid, FILE)
    return uid


def everything(shop: Shop) -> list[ConversationUid]:
    with shop.store.read() as tx:
        return list(conversations.ids(tx, parse(""), NOON))


def bytes_kept(shop: Shop) -> int:
    with shop.store.read() as tx:
        return int(tx.sql.execute("SELECT count(*) FROM outgoing_files").fetchone()[0])


@pytest.mark.parametrize("new", [True, False])
def test_a_draft_thrown_away_comes_back_whole(shop: Shop, *, new: bool) -> None:
    """One wrong key must not cost an evening's words."""
    uid = begun(shop, new=new)
    before, listed = draft_of(shop, uid), everything(shop)

    shop.triage.discard([uid])
    gone = (everything(shop), bytes_kept(shop))
    undone = shop.triage.undo()

    assert gone == ([each for each in listed if not new or each != uid], 1)
    assert undone is not None
    assert undone.verb is Verb.DISCARD
    assert (draft_of(shop, uid), everything(shop)) == (before, listed)
    assert [file.name for file in shop.triage.draft_files(uid)] == ["photo.jpg"]
    assert_whole(shop)


@pytest.mark.parametrize("new", [True, False])
def test_it_can_be_thrown_away_again_and_is_then_what_it_was_last(shop: Shop, *, new: bool) -> None:
    """Redo throws away what stands there now; undo brings that back."""
    uid = begun(shop, new=new)
    shop.triage.discard([uid])
    shop.triage.undo()
    shop.triage.save_draft(uid, "Other words")

    shop.triage.redo()
    with shop.store.read() as tx:
        gone = drafts.get(tx, uid)
    shop.triage.undo()

    assert gone is None
    assert draft_of(shop, uid).text == "Other words"
    assert_whole(shop)


def test_what_was_begun_meanwhile_is_kept_too(shop: Shop) -> None:
    """Undo adds words; it never takes any."""
    uid = begun(shop, new=False)
    shop.triage.discard([uid])
    shop.triage.save_draft(uid, "A second try", "Re: Lamp")

    shop.triage.undo()

    assert draft_of(shop, uid).text == "A second try\n\nIt ships"


def test_where_nothing_was_begun_nothing_is_noted(shop: Shop) -> None:
    """The journal does not fill with deeds that did nothing."""
    with pytest.raises(NoDraft):
        shop.triage.discard([shop.uid("Lamp")])

    assert shop.triage.undo() is None
    assert at(shop, shop.uid("Lamp")).owed


def test_after_a_while_it_is_gone_for_good(shop: Shop) -> None:
    """What is thrown away does not lie in the store for ever, its files neither."""
    uid = begun(shop, new=True)
    shop.triage.discard([uid])
    shop.hands.now += KEPT_FOR
    shop.triage.save_draft(shop.uid("Lamp"), "Words")
    shop.triage.discard([shop.uid("Lamp")])
    shop.triage.undo()

    assert shop.triage.undo() is None
    assert bytes_kept(shop) == 0


@pytest.mark.parametrize("new", [True, False])
def test_forgetting_a_buyer_forgets_what_was_thrown_away(shop: Shop, *, new: bool) -> None:
    """The law asks for all of it, the second thoughts too."""
    if new:
        uid = shop.triage.begin(to=SUPPLIER, text="Kate <kate@example.org> asks")
    else:
        uid = begun(shop, new=False)
    shop.triage.discard([uid])

    with shop.store.write() as tx:
        forget.erase(tx, forget.find(tx, "kate@example.org"))

    assert shop.triage.undo() is None
    with shop.store.read() as tx:
        assert outgoing_files.files(tx, outgoing_files.of_draft(uid)) == ()
    assert bytes_kept(shop) == 0
