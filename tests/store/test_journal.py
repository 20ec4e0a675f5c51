"""The journal, and the small things that are remembered beside it."""

from __future__ import annotations

from datetime import timedelta

from connectors.values import Checkpoint
from inbox.core.model import AccountState, ConversationUid, Fact, Verb
from inbox.store import accounts, canned_use, derive, drafts, journal
from inbox.store.database import Store, Transaction
from inbox.store.drafts import Draft
from tests.store.making import (
    ACCOUNT,
    ANNA,
    BOOK,
    NOON,
    OTHER,
    assert_whole,
    listed,
    question,
    take,
)

ONE, TWO = ConversationUid("conversation"), ConversationUid("conversation2")


def note(tx: Transaction, verb: Verb, conversation: ConversationUid | None, group: str) -> Fact:
    """Write a fact without arguments."""
    return journal.add(tx, at=NOON, verb=verb, conversation=conversation, group=group)


def test_a_fact_comes_back_as_it_was_written(store: Store) -> None:
    """State is made of nothing else."""
    with store.write(durable=True) as tx:
        written = journal.add(
            tx,
            at=NOON,
            verb=Verb.TAG,
            conversation=ONE,
            arguments={"name": "wholesale"},
            group="g1",
        )
    with store.read() as tx:
        assert journal.of_conversation(tx, ONE) == [written]
        assert journal.newest(tx, 10) == [written]
    assert (written.device, written.arguments) == ("bench", {"name": "wholesale"})


def test_an_undo_belongs_to_every_conversation_of_its_group(store: Store) -> None:
    """One keypress on ten conversations is one undo."""
    with store.write() as tx:
        first = note(tx, Verb.DONE, ONE, "g1")
        second = note(tx, Verb.DONE, TWO, "g1")
        alone = note(tx, Verb.STAR, ONE, "")
        undo = journal.add(tx, at=NOON, verb=Verb.UNDO, arguments={"group": "g1"}, group="g2")
        unstar = journal.add(tx, at=NOON, verb=Verb.UNDO, arguments={"group": alone.uid})
        other = journal.add(tx, at=NOON, verb=Verb.UNDO, arguments={"group": "elsewhere"})
    with store.read() as tx:
        assert journal.of_conversation(tx, ONE) == [first, alone, undo, unstar]
        assert journal.of_conversation(tx, TWO) == [second, undo]
        assert journal.of_conversation(tx, ConversationUid("silent")) == []
        assert journal.newest(tx, 2) == [other, unstar]
        assert journal.groups(tx, 10)[-1] == (first, second)


def test_a_sender_is_no_buyer_until_that_is_taken_back(store: Store) -> None:
    """Suppliers and spammers owe nothing; a slip must be mended by one key."""
    with store.write() as tx:
        for group, pattern in (("g1", "@supplier.example"), ("g2", "anna@buyers.example")):
            journal.add(
                tx, at=NOON, verb=Verb.NOT_A_BUYER, arguments={"pattern": pattern}, group=group
            )
        assert journal.not_buyers(tx) == {"@supplier.example", "anna@buyers.example"}
        journal.add(tx, at=NOON, verb=Verb.UNDO, arguments={"group": "g1"}, group="g3")
        assert journal.not_buyers(tx) == {"anna@buyers.example"}
        journal.add(tx, at=NOON, verb=Verb.REDO, arguments={"group": "g1"}, group="g4")
        assert journal.not_buyers(tx) == {"@supplier.example", "anna@buyers.example"}


def test_new_mail_of_one_who_is_no_buyer_opens_nothing(store: Store) -> None:
    """The word holds for what comes later, too."""
    with store.write() as tx:
        journal.add(
            tx, at=NOON, verb=Verb.NOT_A_BUYER, arguments={"pattern": ANNA.address}, group="g1"
        )
    take(store, [question(1)])
    assert listed(store, "is:owed") == []
    assert_whole(store)


def test_done_is_done_until_the_buyer_writes_again(store: Store) -> None:
    """A conversation comes back by itself; nothing has to be remembered."""
    (taken,) = take(store, [question(1)])
    with store.write(durable=True) as tx:
        at = NOON + timedelta(minutes=30)
        journal.add(tx, at=at, verb=Verb.DONE, conversation=taken.conversation, group="g")
        derive.derive(tx, [taken.conversation], BOOK)
    assert len(listed(store, "is:done")) == 1
    assert listed(store, "is:owed") == []

    take(store, [question(60, in_reply_to=(question(1).message_id,))])

    assert listed(store, "is:done") == []
    assert len(listed(store, "is:owed is:open")) == 1
    assert_whole(store)


def test_a_draft_is_kept_until_it_is_sent_or_thrown_away(store: Store) -> None:
    """Words typed are not lost by a crash, an interruption or a night."""
    (taken,) = take(store, [question(1)])
    uid = taken.conversation
    with store.write(durable=True) as tx:
        drafts.put(tx, Draft(uid, "Dear", "", NOON))
        drafts.put(tx, Draft(uid, "Dear Anna", "Re: lamp", NOON))
    with store.read() as tx:
        assert drafts.get(tx, uid) == Draft(uid, "Dear Anna", "Re: lamp", NOON)
        assert drafts.get(tx, ONE) is None
    with store.write(durable=True) as tx:
        drafts.remove(tx, uid)
        drafts.remove(tx, uid)
        assert drafts.get(tx, uid) is None
    assert_whole(store)


def test_an_account_goes_on_where_it_was(store: Store) -> None:
    """The checkpoint decides what is fetched again and what never."""
    with store.write() as tx:
        assert accounts.checkpoint(tx, ACCOUNT) is None
        accounts.set_checkpoint(tx, ACCOUNT, Checkpoint("1"))
        accounts.set_checkpoint(tx, ACCOUNT, Checkpoint("2"))
        accounts.set_checkpoint(tx, OTHER, Checkpoint("9"))
    with store.write() as tx:
        assert accounts.checkpoint(tx, ACCOUNT) == Checkpoint("2")
        accounts.clear_checkpoint(tx, ACCOUNT)
        assert accounts.checkpoint(tx, ACCOUNT) is None
        assert accounts.checkpoint(tx, OTHER) == Checkpoint("9")


def test_how_an_account_is_wakes_nobody_twice(store: Store) -> None:
    """An engine says "ok" each minute; only a change is news."""
    fine = AccountState(account=ACCOUNT, state="ok", checked_at=NOON)
    with store.write() as tx:
        assert accounts.state(tx, ACCOUNT) is None
        accounts.set_state(tx, fine)
    before = store.revision()
    with store.write() as tx:
        accounts.set_state(tx, fine)
    assert store.revision() == before

    wrong = AccountState(account=ACCOUNT, state="login", error="refused", remaining=3)
    with store.write() as tx:
        accounts.set_state(tx, wrong)
    with store.read() as tx:
        assert accounts.state(tx, ACCOUNT) == wrong
        assert accounts.states(tx) == {ACCOUNT: wrong}


def test_the_usual_responses_are_known(store: Store) -> None:
    """The picker puts them first."""
    with store.write() as tx:
        for name in ("thanks", "shipping", "thanks"):
            canned_use.used(tx, name, NOON)
    with store.read() as tx:
        assert canned_use.uses(tx) == {"thanks": 2, "shipping": 1}
