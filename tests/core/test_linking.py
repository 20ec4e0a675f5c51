"""Which messages become one conversation: never two strangers, whatever order they come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.values import Direction, Message, Party
from inbox.core.conversations import keys_of, normal_subject
from tests.core.making import OWN, ours, theirs

ALIAS = "a1b2c3d4e5f6g7@marketplace.amazon.de"
CASED = "A1b2c3d4e5f6g7+9f1e-case@marketplace.amazon.de"


def linked(messages: Sequence[Message]) -> frozenset[frozenset[int]]:
    """Return the conversations as sets of positions: connected components over shared keys."""
    parent = list(range(len(messages)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, message in enumerate(messages):
        for key in keys_of(message, OWN):
            parent[root(index)] = root(first.setdefault(key, index))
    groups = defaultdict[int, set[int]](set)
    for index in range(len(messages)):
        groups[root(index)].add(index)
    return frozenset(frozenset(group) for group in groups.values())


def together(*messages: Message) -> bool:
    return len(linked(messages)) == 1


def test_an_answer_by_reference_joins_its_question() -> None:
    """The strong link, whatever became of the subject."""
    question = theirs(message_id="q1", subject="Lamp")
    reply = ours(message_id="r1", answers=["q1"], references=["q1"], subject="Your order")
    back = theirs(message_id="q2", references=["q1", "r1"], subject="Something else")

    assert together(question, reply, back)


def test_messages_meet_over_a_reference_to_one_that_never_came() -> None:
    """Synced from the newest on, the middle of a conversation may be missing."""
    assert together(
        theirs(message_id="q2", references=["lost"], subject="a"),
        theirs(message_id="q3", references=["lost", "other"], subject="b"),
    )


def test_two_strangers_under_one_subject_and_one_reference_stay_apart() -> None:
    """A reference can be copied, a shop's subject is everybody's: the party decides."""
    anna = theirs(who="anna@home.example", subject="Question", references=["newsletter"])
    ben = theirs(who="ben@home.example", subject="Question", references=["newsletter"])

    assert not together(anna, ben)


def test_a_forged_reference_joins_no_strangers_conversation() -> None:
    """Who knows a Message-ID must not get his words into another's conversation."""
    question = theirs(message_id="q1", subject="Lamp")
    forged = theirs(who="mallory@evil.example", references=["q1"], subject="Re: Lamp")
    as_us = replace(forged, sender=Party("Shop", "shop@shop.example"), claims_to_be_us=True)

    assert not together(question, forged)
    assert not together(question, as_us)


def test_one_buyer_under_one_subject_is_one_conversation() -> None:
    """Web forms and old phones send no references."""
    assert together(
        theirs(subject="Blue lamp"),
        ours(subject="RE: Blue  lamp", to=["Anna@Home.example"]),
        theirs(subject="AW: Re: blue lamp"),
    )


def test_two_orders_of_one_buyer_under_one_subject_stay_apart_also_when_answered() -> None:
    """An answer about one order must not stop the other's clock."""
    first = theirs(subject="Question", order="1001", message_id="q1")
    second = theirs(subject="Question", order="1002", message_id="q2")
    replies = [
        ours(subject="Re: Question", answers=["q1"], message_id="r1"),
        ours(subject="Re: Question", answers=["q2"], message_id="r2"),
    ]

    assert linked([first, second, *replies]) == {frozenset({0, 2}), frozenset({1, 3})}


def test_one_order_named_twice_is_one_conversation() -> None:
    """The order is the matter, the subject only its heading."""
    assert together(
        theirs(subject="Where is it?", order="A-1001"), theirs(subject="Hello", order="a-1001")
    )


def test_a_relay_alias_is_one_buyer_whatever_its_case() -> None:
    """Amazon adds a ticket to the address; the buyer stays the same, and so must the clock."""
    asked = theirs(who=CASED, buyer_ref=ALIAS, service="amazon", subject="Lamp", message_id="q1")
    again = theirs(who=ALIAS, buyer_ref=ALIAS, service="amazon", subject="Lamp", message_id="q2")
    reply = ours(to=[CASED], subject="Re: Lamp")

    assert together(asked, again, reply)


def test_a_plus_tag_outside_of_amazon_is_part_of_the_address() -> None:
    """`shop+anna@` and `shop+ben@` may be two people behind one service."""
    assert not together(
        theirs(who="relay+anna@mail.example", subject="Hi"),
        theirs(who="relay+ben@mail.example", subject="Hi"),
    )
    assert not together(
        theirs(who="x+1@marketplace.amazon.de.evil.example", subject="Hi"),
        theirs(who="x+2@marketplace.amazon.de.evil.example", subject="Hi"),
    )


def test_relayed_mail_is_linked_by_subject_though_it_carries_references() -> None:
    """Relays rewrite Message-IDs, so that their references lead nowhere."""
    assert together(
        theirs(buyer_ref=ALIAS, subject="Size?", message_id="x1", references=["gone1"]),
        theirs(buyer_ref=ALIAS, subject="Re: Size?", message_id="x2", references=["gone2"]),
    )


def test_a_buyer_known_by_a_name_is_one_only_within_the_service() -> None:
    """The `anna` of one marketplace is not the `anna` of another."""
    ebay = theirs(buyer_ref="anna", service="ebay", subject="Hi", who="relay@mail.example")
    etsy = theirs(buyer_ref="anna", service="etsy", subject="Hi", who="relay@mail.example")

    assert not together(ebay, etsy)
    assert together(ebay, replace(ebay, sender=Party("", "other@mail.example")))


def test_a_reply_from_the_phone_joins_a_buyer_known_by_a_name() -> None:
    """It goes to the relay address, which is not how the service names the buyer."""
    asked = theirs(buyer_ref="anna", service="ebay", who="x7@relay.example", message_id="q1")
    reply = ours(to=["X7@relay.example"], answers=["q1"])

    assert together(asked, reply)


def test_buyers_of_one_contact_form_stay_apart_and_their_own_mail_joins() -> None:
    """The form writes for all of them; Reply-To says for whom."""
    form = {"who": "wordpress@shop.example", "subject": "New message"}
    anna = theirs(**form, reply_to=["anna@home.example"], message_id="f1")  # type: ignore[arg-type] # texts all
    ben = theirs(**form, reply_to=["ben@home.example"], message_id="f2")  # type: ignore[arg-type] # texts all
    reply = ours(to=["anna@home.example"], answers=["f1"], message_id="r1")
    direct = theirs(subject="Re: New message", answers=["r1"])

    assert linked([anna, ben, reply, direct]) == {frozenset({0, 2, 3}), frozenset({1})}


@pytest.mark.parametrize(
    "who", ["noreply@forms.example", "Do-Not-Reply@x.example", "wordpress@x.example", ""]
)
def test_senders_that_write_for_many_are_not_linked_by_subject(who: str) -> None:
    """Two buyers behind one machine would share a conversation, and read each other's words."""
    assert not together(
        theirs(who=who, subject="New message"), theirs(who=who, subject="New message")
    )


def test_our_own_address_as_sender_links_nothing_by_subject() -> None:
    """Many shops' forms write in the shop's name without saying for whom."""
    assert not together(
        theirs(who="Shop@shop.example", subject="Form"),
        theirs(who="shop@shop.example", subject="Form"),
    )


def test_members_of_a_list_stay_apart() -> None:
    """A list answers for all; its Reply-To is nobody."""
    sent = {"reply_to": ["list@club.example"], "subject": "Hi", "automatic": True}

    assert not together(
        theirs(who="anna@home.example", references=["x"], **sent),  # type: ignore[arg-type] # see sent
        theirs(who="ben@home.example", references=["x"], **sent),  # type: ignore[arg-type] # see sent
    )


def test_mails_of_ours_that_name_nobody_stay_apart() -> None:
    """A copy whose recipients were lost could be to anybody."""
    assert not together(
        ours(to=[], references=["lost"], message_id="r1"),
        ours(to=[], references=["lost"], message_id="r2"),
    )


def test_a_person_is_who_wants_the_answer_whatever_they_write_from() -> None:
    """From the office, answers please to the home address; then again from home."""
    office = theirs(who="kate@office.example", reply_to=["anna@home.example"], subject="Lamp")

    assert together(office, theirs(who="anna@home.example", subject="Re: Lamp"))


def test_a_reply_to_several_joins_only_what_it_answers() -> None:
    """A copy to the supplier must not make one conversation of buyer and supplier."""
    buyer = theirs(message_id="q1", subject="Lamp")
    reply = ours(to=["supplier@s.example", "anna@home.example"], answers=["q1"], message_id="r1")
    supplier = theirs(who="supplier@s.example", references=["q1", "r1"], subject="Re: Lamp")

    assert linked([buyer, reply, supplier]) == {frozenset({0, 1}), frozenset({2})}


def test_readers_of_a_mailing_are_never_one_conversation() -> None:
    """What thirty buyers answer is thirty conversations."""
    readers = [f"reader{number}@home.example" for number in range(30)]
    for answered in ([], ["q1"]):
        mailing = ours(to=readers, subject="News", message_id="n1", answers=answered)
        answers = [theirs(who=who, references=["q1", "n1"], subject="Re: News") for who in readers]

        assert len(linked([mailing, *answers])) >= len(readers)


def test_a_service_that_knows_its_conversations_is_believed() -> None:
    """An API's own id is better than anything we could guess."""
    one = replace(theirs(subject="Hi"), conversation_ref="77", service="ebay")
    other = replace(ours(subject="Other"), conversation_ref="77", service="ebay")

    assert keys_of(one, OWN) == keys_of(other, OWN)
    assert not together(one, replace(one, conversation_ref="78"))


def test_a_conversations_id_read_in_a_mail_counts_only_for_one_buyer() -> None:
    """Who pastes the link of another's conversation must not get into it."""
    anna = replace(theirs(message_id="a"), conversation_ref="77", service="etsy")
    ben = replace(anna, message_id="b", sender=Party("Ben", anna.sender.address))

    assert together(anna, replace(anna, message_id="c", subject="Other"))
    assert not together(anna, ben)


def test_a_note_is_linked_by_nothing() -> None:
    """It is put where it belongs by hand."""
    assert keys_of(replace(theirs(message_id="x"), direction=Direction.NOTE), OWN) == ()


@pytest.mark.parametrize(
    ("subject", "normal"),
    [
        ("Re: Lamp", "lamp"),
        ("RE[2]: Fwd: Lamp", "lamp"),
        ("AW: WG: Lampe für Anna", "lampe für anna"),
        ("Odp: SV: Ответ: Lamp", "lamp"),
        ("回复：灯", "灯"),  # noqa: RUF001 - as Chinese programs write it
        ("re :  Blue\u00a0 \tlamp ", "blue lamp"),
        ("[Case 7] Re: Lamp", "[case 7] re: lamp"),
        ("Ref 1001: lamp", "ref 1001: lamp"),
        ("Recall: lamp", "recall: lamp"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_a_subject_is_the_same_with_and_without_what_programs_put_before_it(
    subject: str, normal: str
) -> None:
    """Mail programs of every country mark an answer in their own way."""
    assert normal_subject(subject) == normal


PEOPLE = ["anna@home.example", "BEN@home.example", "a|mid:x@home.example", "noreply@x.example"]
IDS = ["m1", "m2", "m3", "x|mid:m1"]
REFERENCES = st.lists(st.sampled_from(IDS), max_size=2)
INCOMING = st.builds(
    theirs,
    who=st.sampled_from(PEOPLE),
    subject=st.sampled_from(["", "Lamp", "Re: lamp", "Vase|order:1"]),
    message_id=st.sampled_from(["", *IDS]),
    answers=REFERENCES,
    references=REFERENCES,
    reply_to=st.sampled_from([[], [], ["anna@home.example"], ["shop@shop.example"]]),
    order=st.sampled_from([None, None, "1", "2"]),
    buyer_ref=st.sampled_from([None, None, "b1", ALIAS]),
    automatic=st.booleans(),
)
OUTGOING = st.builds(
    ours,
    to=st.lists(st.sampled_from([*PEOPLE, "shop@shop.example"]), max_size=3),
    subject=st.sampled_from(["", "Re: Lamp"]),
    message_id=st.sampled_from(["", *IDS]),
    answers=REFERENCES,
    references=REFERENCES,
    order=st.sampled_from([None, "1"]),
)


@given(
    st.lists(INCOMING | OUTGOING, max_size=8).flatmap(
        lambda messages: st.tuples(st.just(messages), st.permutations(range(len(messages))))
    )
)
def test_the_order_of_arrival_changes_nothing(drawn: tuple[list[Message], list[int]]) -> None:
    """Newest first on one machine and oldest first on another must show the same list."""
    messages, order = drawn

    shuffled = linked([messages[index] for index in order])

    assert {frozenset(order[i] for i in group) for group in shuffled} == linked(messages)


def addresses(message: Message) -> set[str]:
    """Return every address a message says it comes from, our own aside."""
    return {party.address.lower() for party in (message.sender, *message.reply_to)} - OWN


@given(INCOMING, INCOMING)
def test_two_strangers_never_share_a_key(one: Message, other: Message) -> None:
    """Whatever ids, orders and subjects they claim: no common address, no common conversation."""
    assume(not addresses(one) & addresses(other))
    assume(one.buyer_ref is None or one.buyer_ref != other.buyer_ref)

    assert not set(keys_of(one, OWN)) & set(keys_of(other, OWN))


def test_keys_of_a_message_cannot_be_made_to_look_like_anothers() -> None:
    """A sender may put our key signs into his own address."""
    victim = theirs(who="anna@home.example", message_id="x|mid:m1", subject="")
    crafted = theirs(who="anna@home.example|mid:x", message_id="m1", subject="")

    assert not together(victim, crafted)


def test_addresses_that_only_full_case_folding_equates_are_two_people() -> None:
    """The Kelvin sign folds to `k`, and `ß` to `ss`: two mailboxes each."""
    for one, other in (
        ("\u212aim@home.example", "kim@home.example"),
        ("ß@x.example", "ss@x.example"),
    ):
        assert not together(theirs(who=one, subject="Hi"), theirs(who=other, subject="Hi"))


def test_two_cases_under_the_same_words_stay_two() -> None:
    """A service writes "a case was opened" about everybody's: one answered must hide no other."""
    one, other = (
        replace(
            theirs(subject="A case was opened", message_id=name, who="service@paypal.com"),
            service="paypal",
            answerable=False,
        )
        for name in ("a", "b")
    )

    assert not together(one, other)
