"""Reply all, a new mail, a mail passed on: whom each reaches, and what it does to a clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.values import Capabilities, Party, Receipt, RemoteId
from inbox.core.model import AccountState, AccountUid, Conversation, ConversationUid, State
from inbox.core.query import parse
from inbox.core.turn import state_of
from inbox.store import accounts, conversations, doctor, drafts, outbox
from inbox.store.drafts import Draft
from inbox.sync.accepting import accept
from inbox.triage import NothingToAnswer
from inbox.view.addressing import Addressees
from inbox.view.refusals import (
    BadAddress,
    Nobody,
    NotAddressed,
    RelayAlone,
)
from tests.screens.shop import MAIL, NOON, TERMS, Shop, answered, hours, open_shop, wrote

ABLE = Capabilities(
    attachments=True, max_files=5, max_files_bytes=1000, can_start=True, addressed=True
)
ALIAS = "x1y2z3@marketplace.amazon.de"
SUPPLIER = Addressees("Bo <bo@supplier.example>")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        learn(found, ABLE)
        yield found


def learn(shop: Shop, able: Capabilities) -> None:
    """Let the store know what the account's service can do, as the engine does."""
    with shop.store.write() as tx:
        accounts.set_state(tx, AccountState(account=MAIL, state="ok"))
        accounts.set_abilities(tx, MAIL, able)


def at(shop: Shop, uid: ConversationUid) -> Conversation:
    with shop.store.read() as tx:
        return conversations.get(tx, uid)


def draft_of(shop: Shop, uid: ConversationUid) -> Draft:
    found = shop.triage.draft(uid)
    assert found is not None
    return found


def go_out(shop: Shop) -> None:
    """Let the service accept everything that is queued."""
    with shop.store.write() as tx:
        for item in outbox.unsettled(tx):
            receipt = Receipt(accepted_at=shop.hands(), remote_id=RemoteId(f"sent {item.key}"))
            accept(tx, item, receipt, now=shop.hands(), book=shop.book)


def assert_whole(shop: Shop) -> None:
    """The store refers to nothing that is not there."""
    assert doctor.examine(shop.store, shop.book) == []


def addresses(parties: tuple[Party, ...]) -> list[str]:
    return [each.address for each in parties]


TO_MANY = (
    Party("", "SHOP@example.com"),
    Party("Bo", "bo@example.net"),
    Party("", "hello@example.com"),
    Party("", "bo@example.net"),
    Party("Kate", "kate@example.org"),
    Party("Evil\r\nBcc: spy", "eve@example.net"),
    Party("", "not an address"),
    Party("", ALIAS),
)


def test_reply_all_reaches_everybody_but_us_each_once(shop: Shop) -> None:
    """A copy to oneself is noise, two copies to a colleague are careless."""
    shop.take(wrote("Kate", "All of us ask", ago=hours(1), subject="Group", recipients=TO_MANY))

    one = shop.triage.reply(shop.uid("Group"), "Only you.").reply
    item = shop.triage.reply(shop.uid("Group"), "All of you.", everyone=True)

    assert (addresses(one.recipients), one.cc) == (["kate@example.org"], ())
    assert addresses(item.reply.recipients) == [
        *("kate@example.org", "bo@example.net", "eve@example.net")
    ]
    assert (item.reply.cc, "\n" in item.reply.recipients[2].name) == ((), False)
    assert item.reply.in_reply_to
    go_out(shop)
    assert not at(shop, shop.uid("Group")).owed


@pytest.mark.parametrize(
    ("copied", "to", "cc"),
    [
        (0, ["bo@example.net", "liu@example.net"], []),
        (1, ["bo@example.net", "liu@example.net"], []),  # Bo was written to, so needs no copy
        (2, ["bo@example.net"], ["liu@example.net"]),
        (4, [], ["bo@example.net", "liu@example.net"]),
    ],
)
def test_reply_all_writes_to_those_written_to_and_copies_to_those_copied(
    shop: Shop, copied: int, to: list[str], cc: list[str]
) -> None:
    """Whoever was asked something is asked again; a bystander stays one."""
    named = ("shop@example.com", "bo@example.net", "liu@example.net", "BO@example.net")
    everybody = tuple(Party("", each) for each in named)
    asked = wrote("Kate", "Well?", ago=hours(1), subject="Group", recipients=everybody)
    shop.take(replace(asked, copied=copied))

    reply = shop.triage.reply(shop.uid("Group"), "All of you.", everyone=True).reply

    assert (addresses(reply.recipients), addresses(reply.cc)) == (["kate@example.org", *to], cc)


def test_reply_all_goes_where_a_lists_mail_wants_it(shop: Shop) -> None:
    """Who reads the list wants no second copy; an answer to one goes to one."""
    sellers = Party("", "sellers@lists.example")
    asked = wrote("Kate", "Boxes?", ago=hours(1), subject="Boxes", recipients=(sellers,))
    shop.take(replace(asked, followup_to=(sellers, Party("", "shop@example.com"))))
    one = shop.triage.reply(shop.uid("Boxes"), "Only you.").reply
    every = shop.triage.reply(shop.uid("Boxes"), "All of you.", everyone=True).reply

    assert addresses(one.recipients) == ["kate@example.org"]
    assert (addresses(every.recipients), every.cc) == (["sellers@lists.example"], ())


def test_reply_all_goes_where_the_writer_wants_answers(shop: Shop) -> None:
    """Reply-To is the writer's word; the sender's own address is not asked for besides."""
    shop.take(
        wrote(
            "Kate",
            "Write to the office",
            ago=hours(1),
            subject="Office",
            reply_to=(Party("Office", "office@example.org"),),
            recipients=(Party("", "shop@example.com"), Party("", "office@example.org")),
        )
    )

    reply = shop.triage.reply(shop.uid("Office"), "Yes.", everyone=True).reply

    assert (addresses(reply.recipients), reply.cc) == (["office@example.org"], ())


def test_a_relayed_mail_is_answered_to_the_buyer_alone(shop: Shop) -> None:
    """A stranger in Cc would learn the alias, and the buyer the stranger."""
    mail = wrote(
        "Kate", "Where is it?", ago=hours(1), subject="Order", address=ALIAS, recipients=TO_MANY
    )
    shop.take(replace(mail, service="amazon"))

    reply = shop.triage.reply(shop.uid("Order"), "On its way.", everyone=True).reply

    assert (addresses(reply.recipients), reply.cc) == ([ALIAS], ())
    assert (reply.flowed, reply.html) == (False, False)
    with pytest.raises(RelayAlone):
        shop.triage.reply(shop.uid("Order"), "x", to=Addressees(cc="bo@example.net"))


def test_a_service_without_addresses_takes_none(shop: Shop) -> None:
    """The screen never offers what a service cannot do, and the verbs refuse it."""
    learn(shop, replace(ABLE, addressed=False))
    shop.take(wrote("Kate", "All ask", ago=hours(1), subject="Group", recipients=TO_MANY))

    assert shop.triage.reply(shop.uid("Group"), "Yes.", everyone=True).reply.cc == ()
    with pytest.raises(NotAddressed):
        shop.triage.reply(shop.uid("Group"), "x", to=Addressees(cc="bo@example.net"))
    with pytest.raises(NotAddressed):
        shop.triage.begin(to=SUPPLIER)
    with pytest.raises(NotAddressed):
        shop.triage.forward(shop.uid("Group"))


def test_a_new_mail_becomes_a_conversation_that_waits_for_them(shop: Shop) -> None:
    """From the first word it has a place of its own, and nobody's clock knows of it."""
    uid = shop.triage.begin(to=SUPPLIER, subject="Lamp")
    shop.triage.save_draft(uid, "Do you have ten?", "Lamp", SUPPLIER)
    written = at(shop, uid)
    assert_whole(shop)
    item = shop.triage.reply(uid, "Do you have ten?", subject="Lamp")
    queued = at(shop, uid)
    go_out(shop)
    sent = at(shop, uid)

    assert (written.party, written.subject, written.message_count) == (
        Party("Bo", "bo@supplier.example"),
        "Lamp",
        0,
    )
    assert (written.owed, queued.owed, sent.owed) == (False, False, False)
    assert (item.reply.in_reply_to, item.reply.references) == ("", ())
    assert (item.reply.subject, addresses(item.reply.recipients)) == (
        "Lamp",
        ["bo@supplier.example"],
    )
    assert item.reply.flowed
    assert state_of(sent, shop.hands()) is State.WAITING
    assert shop.triage.draft(uid) is None
    assert len(listed(shop, "Lamp")) == 2, "it joined the buyer's conversation of that subject"
    assert_whole(shop)


def listed(shop: Shop, subject: str) -> list[ConversationUid]:
    with shop.store.read() as tx:
        ids = conversations.ids(tx, parse(""), shop.hands())
        return [each.uid for each in conversations.page(tx, ids) if each.subject == subject]


def test_their_answer_to_a_new_mail_joins_it_and_starts_a_clock(shop: Shop) -> None:
    """What the seller began goes on in one place."""
    uid = shop.triage.begin(to=Addressees("kate@example.org"), subject="Your lamp")
    item = shop.triage.reply(uid, "Is it well?", subject="Your lamp")
    go_out(shop)
    shop.hands.on(hours=1)
    shop.take(
        wrote(
            "Kate O'Neil",
            "It is broken!",
            ago=-hours(1),
            subject="Re: Your lamp",
            in_reply_to=(item.key,),
            references=(item.key,),
        )
    )

    found = at(shop, uid)
    assert (found.message_count, found.owed) == (2, True)


def test_a_mail_that_nobody_answered_can_be_followed_by_another(shop: Shop) -> None:
    """Reminding a supplier goes to the supplier, below the first mail."""
    uid = shop.triage.begin(to=SUPPLIER, subject="Ten lamps")
    first = shop.triage.reply(uid, "Do you have ten?", subject="Ten lamps")
    with pytest.raises(NothingToAnswer):
        shop.triage.reply_parts(uid)
    go_out(shop)

    second = shop.triage.reply(uid, "Did you see this?")

    assert addresses(second.reply.recipients) == ["bo@supplier.example"]
    assert (second.reply.in_reply_to, second.reply.subject) == (first.key, "Re: Ten lamps")


def test_a_new_mail_taken_back_is_a_draft_with_its_addresses(shop: Shop) -> None:
    """Ten seconds of doubt must not cost the addresses either."""
    to = Addressees("Bo <bo@supplier.example>", "cc@example.net", "blind@example.net")
    uid = shop.triage.begin(to=to, subject="Lamp")
    shop.triage.reply(uid, "Ten please.", subject="Lamp")

    shop.triage.undo()

    assert draft_of(shop, uid) == Draft(
        uid,
        "Ten please.",
        "Lamp",
        NOON,
        to="Bo <bo@supplier.example>",
        cc="cc@example.net",
        bcc="blind@example.net",
        account=MAIL,
    )
    assert_whole(shop)
    again = shop.triage.reply(uid, "Ten please.", subject="Lamp").reply
    assert addresses((*again.recipients, *again.cc, *again.bcc)) == [
        "bo@supplier.example",
        "cc@example.net",
        "blind@example.net",
    ]


def test_a_reply_to_all_taken_back_is_one_again(shop: Shop) -> None:
    """Opened again with `r` it must not silently go to one."""
    shop.take(wrote("Kate", "All ask", ago=hours(1), subject="Group", recipients=TO_MANY))
    uid = shop.uid("Group")
    shop.triage.reply(uid, "All of you.", everyone=True)

    shop.triage.undo()

    found = draft_of(shop, uid)
    to = "Kate <kate@example.org>, Bo <bo@example.net>, Evil Bcc: spy <eve@example.net>"
    assert (found.to, found.cc, found.account) == (to, "", None)


def test_a_draft_without_words_and_addresses_leaves_nothing_behind(shop: Shop) -> None:
    """Looking at an empty page is no mail."""
    uid = shop.triage.begin()
    with shop.store.read() as tx:
        before = conversations.ids(tx, parse(""), NOON)

    shop.triage.forget_draft(uid)

    with shop.store.read() as tx:
        assert conversations.ids(tx, parse(""), NOON) == [each for each in before if each != uid]
        assert drafts.get(tx, uid) is None
    assert_whole(shop)


def test_a_begun_mail_that_was_emptied_takes_words_again(shop: Shop) -> None:
    """Whoever takes a first try out again goes on writing, on the same page."""
    uid = shop.triage.begin(to=SUPPLIER, text="Hm")
    shop.triage.save_draft(uid, " ", "", Addressees(""))

    shop.triage.save_draft(uid, "Ten lamps, please.", "Ten", SUPPLIER)

    assert shop.triage.reply(uid, "Ten lamps, please.").reply.text == "Ten lamps, please.\n"


def test_a_begun_mail_can_be_set_aside_and_gone_on_with(shop: Shop) -> None:
    """A mail one decides not to send must not stand among the open ones for ever."""
    uid = shop.triage.begin(to=SUPPLIER, subject="Lamp", text="Do you")

    shop.triage.done([uid])
    aside = state_of(at(shop, uid), shop.hands())
    shop.hands.on(minutes=1)
    shop.triage.save_draft(uid, "Do you have ten?", "Lamp", SUPPLIER)

    assert aside is State.DONE
    assert state_of(at(shop, uid), shop.hands()) is State.OPEN
    assert_whole(shop)


def test_a_mail_that_cannot_go_is_not_queued(shop: Shop) -> None:
    """Said before it is queued, with what is wrong; the draft stays."""
    uid = shop.triage.begin(subject="Lamp")
    for to, wrong in (
        (Addressees(), Nobody),
        (Addressees("bo"), BadAddress),
        (Addressees("bo@supplier.example", "x@y"), BadAddress),
        (Addressees(f"{ALIAS}, bo@supplier.example"), RelayAlone),
        (Addressees(ALIAS, bcc="bo@supplier.example"), RelayAlone),
    ):
        shop.triage.save_draft(uid, "Words", "Lamp", to)

        with pytest.raises(wrong) as refused:
            shop.triage.reply(uid, "Words", subject="Lamp")
        assert str(refused.value)

    assert draft_of(shop, uid).text == "Words"
    with shop.store.read() as tx:
        assert outbox.every(tx) == []


def test_passing_a_question_on_answers_nobody(shop: Shop) -> None:
    """The supplier knows; the buyer still waits, and the clock still runs."""
    lamp = shop.uid("Lamp")
    before = at(shop, lamp)

    uid = shop.triage.forward(lamp, to=SUPPLIER, text="What do I tell her?")
    item = shop.triage.reply(uid, draft_of(shop, uid).text, subject=draft_of(shop, uid).subject)
    go_out(shop)

    assert at(shop, lamp) == before
    assert before.owed
    assert state_of(at(shop, uid), NOON) is State.WAITING
    assert item.reply.subject == "Fwd: Lamp"
    assert (item.reply.in_reply_to, item.reply.answers) == ("", ())
    assert item.reply.text == (
        "What do I tell her?\n"
        "\n"
        "---------- Forwarded message ----------\n"
        "From: Kate O'Neil <kate@example.org>\n"
        f"Date: {(NOON - hours(26)).astimezone():%Y-%m-%d %H:%M %z}\n"
        "Subject: Lamp\n"
        "To: shop@example.com\n"
        "\n"
        "Where is my lamp?\n"
        "It should be here.\n"
    )


def test_passing_on_to_the_buyer_themself_stops_no_clock(shop: Shop) -> None:
    """Under the same subject and to the same address it is still no answer."""
    lamp = shop.uid("Lamp")

    uid = shop.triage.forward(lamp, to=Addressees("kate@example.org"))
    shop.triage.reply(uid, draft_of(shop, uid).text, subject="Lamp")
    go_out(shop)

    assert at(shop, lamp).owed
    assert at(shop, lamp).message_count == 1


def test_a_page_goes_along_where_the_account_says_so(tmp_path: Path) -> None:
    """A setting of the account, kept with the reply: every attempt is the same mail."""
    with open_shop(tmp_path, terms=replace(TERMS, html_part=True)) as shop:
        item = shop.triage.reply(shop.uid("Lamp"), "Yes.")
        with shop.store.read() as tx:
            kept = outbox.get(tx, item.key).reply

    assert (kept.flowed, kept.html) == (True, True)


def test_our_own_mails_are_not_answered_to_ourselves(shop: Shop) -> None:
    """A conversation of ours with a buyer is still answered to the buyer."""
    mail = wrote("Kate", "Hm?", ago=hours(3), subject="Hm")
    shop.take(mail, answered(mail, "Yes", ago=hours(2)))

    assert addresses(shop.triage.reply_parts(shop.uid("Hm")).recipients) == ["kate@example.org"]


def test_accounts_that_can_write_are_told_by_name(shop: Shop) -> None:
    """For the choice of From."""
    assert shop.triage.writers() == ((MAIL, "mail"),)
    with pytest.raises(NotAddressed):
        shop.triage.begin(AccountUid("nobody000000"))


def test_what_a_response_asked_for_survives_being_taken_back_and_put_away(shop: Shop) -> None:
    """The tag belongs to the answer, not to the evening on which it was begun."""
    lamp = shop.uid("Lamp")
    shop.triage.reply(lamp, "It ships.", after={"tag": "shipping"})
    shop.triage.undo()
    shop.triage.save_draft(lamp, "It ships today.")

    item = shop.triage.reply(lamp, "It ships today.")

    assert dict(item.after) == {"tag": "shipping"}
