"""A reply in another form than an answer: it leaves once, and what is no answer stops no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Account
from connectors.forms import ReplyForm
from connectors.values import Capabilities, Kind, Receipt, Reply
from inbox.core.model import Conversation, ConversationUid, Delivery, OutboxItem, State
from inbox.core.turn import state_of
from inbox.store import accounts, conversations, drafts, messages, outbox
from inbox.sync.outbox import Deliverer
from inbox.triage import Triage
from inbox.view import explain
from inbox.view.outbox import as_json, row_of
from inbox.view.reading import reading
from inbox.view.refusals import NoSuchForm, TooLong
from tests.sync.desk import EXACT, SHOP, Desk
from tests.sync.far_side import NOON, FarConnector, FarSide, Fate

NOTICE = ReplyForm(name="interim", title="Notice", help="It waits on.", answers=False)
PLEA = ReplyForm(
    name="end", title="Plea", help="It asks for an end.", about=frozenset({Kind.DISPUTE})
)
ABLE = Capabilities(forms=(NOTICE, PLEA), max_reply_chars=20, chars_of_kind=((Kind.DISPUTE, 2000),))


class FormingConnector(FarConnector):
    """A connector of a service that takes more than answers."""

    def __init__(self, far: FarSide, able: Capabilities = ABLE) -> None:
        super().__init__(Account(SHOP, "shop", {}, lambda key: key), far)
        self.able = able
        self.forms: list[str] = []

    @property
    def capabilities(self) -> Capabilities:
        """What the test says."""
        return self.able

    def send(self, reply: Reply, leaving: Callable[[], None] = lambda: None) -> Receipt:
        """Note in which form it came."""
        self.forms.append(reply.form)
        return super().send(reply, leaving)


@pytest.fixture
def connector(desk: Desk) -> FormingConnector:
    """The connector of the desk's account, whose abilities are known to the store."""
    made = FormingConnector(desk.far)
    desk.far.now = NOON + timedelta(hours=1)
    know(desk, ABLE)
    return made


def know(desk: Desk, able: Capabilities) -> None:
    """Let the store know what the service can do."""
    runner = desk.runner()
    runner.round()
    runner.close()
    with desk.store.write() as tx:
        accounts.set_abilities(tx, SHOP, able)


def deliver(desk: Desk, connector: FarConnector) -> None:
    """Let what is due leave."""
    Deliverer(
        store=desk.store,
        connector=connector,
        account=SHOP,
        book=lambda: desk.book,
        clock=desk.watch,
        backoff=EXACT,
    ).deliver()


def now(desk: Desk, uid: ConversationUid) -> Conversation:
    """Return the conversation as it stands."""
    with desk.store.read() as tx:
        return conversations.get(tx, uid)


def test_a_notice_reaches_the_buyer_and_the_answer_stays_owed_in_its_time(
    desk: Desk, connector: FormingConnector
) -> None:
    """“We are looking into it” is no answer: the seller must not lose the clock over it."""
    uid = desk.asked()
    before = now(desk, uid)
    desk.reply(
        uid, "We look.", form="interim", after={"done": "true", "tag": "told", "snooze": "3d"}
    )
    deliver(desk, connector)
    after = now(desk, uid)

    assert (connector.forms, desk.item().state) == (["interim"], Delivery.ACCEPTED)
    assert (after.owed, after.due_at, after.their_turn) == (True, before.due_at, False)
    assert state_of(after, desk.watch()) is State.OPEN
    assert (after.done_at, after.snoozed_until, after.tags) == (None, None, ("told",))


def test_the_answer_after_a_notice_is_an_answer(desk: Desk, connector: FormingConnector) -> None:
    """And it stops the clock that the notice left running."""
    uid = desk.asked()
    desk.reply(uid, "We look.", form="interim")
    deliver(desk, connector)
    desk.reply(uid, "It comes today.")
    deliver(desk, connector)

    assert connector.forms == ["interim", ""]
    assert not now(desk, uid).owed


def test_a_notice_stays_one_when_its_copy_comes_in(desk: Desk, connector: FormingConnector) -> None:
    """The service does not say of its copy that it was no answer; we know."""
    uid = desk.asked()
    desk.reply(uid, "We look.", form="interim")
    deliver(desk, connector)
    desk.ingest(desk.far.mails[-1], mark='{"mails": [0, 1]}')
    with desk.store.read() as tx:
        several = [each.message for each in messages.of_conversation(tx, uid)]
    told = [(each.text.strip(), each.interim) for each in several]

    assert told == [("When will it arrive?", False), ("We look.", True)]
    assert now(desk, uid).owed


def test_a_notice_whose_answer_was_lost_is_looked_for_and_sent_once(
    desk: Desk, connector: FormingConnector
) -> None:
    """Two notices annoy a buyer as two answers do."""
    uid = desk.asked()
    desk.far.fates.append(Fate.CUT_TAKEN)
    item = desk.reply(uid, "We look.", form="interim")
    deliver(desk, connector)
    desk.power_back()
    deliver(desk, FormingConnector(desk.far))

    assert (desk.item().state, desk.far.arrived[item.key]) == (Delivery.ACCEPTED, 1)
    assert now(desk, uid).owed


def test_a_form_that_the_service_lost_leaves_nothing(
    desk: Desk, connector: FormingConnector
) -> None:
    """Sent as an answer it would stop a clock that the seller wanted to keep."""
    uid = desk.asked()
    desk.reply(uid, "We look.", form="interim")
    connector.able = replace(ABLE, forms=())
    deliver(desk, connector)

    assert (desk.item().state, connector.forms) == (Delivery.REFUSED, [])
    assert "interim" in desk.item().error


@pytest.mark.usefixtures("connector")
def test_what_is_taken_back_remembers_its_form(desk: Desk) -> None:
    """Else the notice of a minute ago would go out as the answer."""
    uid = desk.asked()
    triage = Triage(desk.store, desk.book, desk.watch)
    item = triage.reply(uid, "We look.", form="interim")
    triage.cancel(item.key)
    triage.save_draft(uid, "We look soon.")
    draft = triage.draft(uid)

    assert draft is not None
    assert (draft.text, draft.form) == ("We look soon.", "interim")


@pytest.mark.parametrize(
    ("kind", "form", "known"), [(Kind.MESSAGE, "end", "interim"), (Kind.DISPUTE, "no", "end")]
)
@pytest.mark.usefixtures("connector")
def test_a_form_is_taken_only_where_the_service_has_it(
    desk: Desk, kind: Kind, form: str, known: str
) -> None:
    """Told before it is queued, with what can be had instead."""
    desk.ingest(desk.far.write("Lamp", kind=kind), mark="{}")
    (uid,) = desk.conversations()
    with pytest.raises(NoSuchForm) as refused:
        desk.reply(uid, form=form)

    assert known in refused.value.hint
    with desk.store.read() as tx:
        assert (outbox.every(tx), drafts.every(tx)) == ([], [])


@pytest.mark.usefixtures("connector")
def test_a_kind_of_conversation_has_its_own_length(desk: Desk) -> None:
    """A dispute takes ten times what a message takes: nobody must be told to shorten it."""
    desk.ingest(desk.far.write("Lamp"), desk.far.write("Row", kind=Kind.DISPUTE), mark="{}")
    plain, dispute = (
        next(uid for uid in desk.conversations() if now(desk, uid).subject == subject)
        for subject in ("Lamp", "Row")
    )
    desk.reply(dispute, "x" * 2000)
    with pytest.raises(TooLong) as refused:
        desk.reply(plain, "x" * 21)

    assert refused.value.limit == 20


def test_abilities_are_remembered_whole(desk: Desk) -> None:
    """The screen's process asks the store, never the connector."""
    know(desk, ABLE)
    with desk.store.read() as tx:
        assert accounts.abilities(tx, SHOP) == replace(ABLE, attachments=False)


def test_a_notice_is_shown_as_what_it_is(desk: Desk, connector: FormingConnector) -> None:
    """Whoever opens it later must not take it for the answer."""
    uid = desk.asked()
    item: OutboxItem = desk.reply(uid, "We look.", form="interim")
    deliver(desk, connector)
    with desk.store.read() as tx:
        row = as_json(row_of(tx, item.key, desk.book))
        shown = [each.interim for each in reading(tx, uid, desk.book).messages]
        told = explain.explain(tx, uid, desk.book)
    words = "\n".join(explain.words(told, lambda at: f"{at:%d %H:%M}", desk.watch()))

    assert (row["form"], row["interim"], shown) == ("interim", True, [False, True])
    assert "What you sent 02 13:00 only says that an answer will follow" in words
    assert "Not counted: you, 02 13:00: it only says that an answer will follow." in words
    assert told.conversation.due_at == NOON + timedelta(days=1)
