"""What can be asked of the list, and what is said where a question is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.values import Party
from inbox.core.answering import matches
from inbox.core.model import AccountUid, Conversation, ConversationUid, Delivery
from inbox.core.query import STATES, WORDED, Query, QueryError, Term, parse, typed, unparse
from tests.core.making import HOUR, NOON, SHOP, at

LAMP = Conversation(
    uid=ConversationUid("talk"),
    account=SHOP,
    service="email",
    party=Party("Anna Müller", "anna@home.example"),
    subject="Blue lamp",
    order_ref="A-1001",
    last_at=NOON,
    tags=("VIP",),
)
_LAMP = (Term("", "lamp"),)
OWED = replace(LAMP, owed=True, due_at=at(1), target=24 * HOUR)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  lamp \t blue ", (Term("", "lamp"), Term("", "blue"))),
        ('"blue lamp"', (Term("", "blue lamp", phrase=True),)),
        ("-broken", (Term("", "broken", negated=True),)),
        ('-"blue lamp"', (Term("", "blue lamp", negated=True, phrase=True),)),
        ("lam*", (Term("", "lam", prefix=True),)),
        (
            "from:kat* -to:shop subject:a*b",
            (
                Term("from", "kat", prefix=True),
                Term("to", "shop", negated=True),
                Term("subject", "a*b"),
            ),
        ),
        ('or "OR" -OR', (Term("", "or"), Term("", "OR", phrase=True), Term("", "OR", True))),
        ("due:<2h lang:de", (Term("due", "<2h"), Term("lang", "de"))),
        ("is:owed -is:starred", (Term("is", "owed"), Term("is", "starred", negated=True))),
        (
            'from:"Anna M" account:shop',
            (Term("from", "Anna M", phrase=True), Term("account", "shop")),
        ),
        (r'"a \"b\" \\"', (Term("", 'a "b" \\', phrase=True),)),
        ('5"disk', (Term("", '5"disk'),)),
        ("lamp - * --", (*_LAMP, Term("", "-"), Term("", "*"), Term("", "-", negated=True))),
        ("12:30 http://x.example Re: c:\\x 7:a", None),
        ("from:a:b", (Term("from", "a:b"),)),
        ("Is:Owed -LANG:DE", (Term("is", "owed"), Term("lang", "de", negated=True))),
        ("From:Kate Due:<2H", (Term("from", "Kate"), Term("due", "<2h"))),
    ],
)
def test_a_question_is_read_so(text: str, terms: tuple[Term, ...] | None) -> None:
    """Words stay words: a time or a link in them is no field."""
    plain = tuple(Term("", word) for word in text.split())

    assert parse(text) == Query(plain if terms is None else terms)


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("lamp form:anna", 5, 'There is no field "form". Known are: is, from, to, subject, order'),
        ("-isnt:owed", 1, 'There is no field "isnt"'),
        ("is:owd", 3, '"is:owd" means nothing. Known are: owed, late, soon'),
        ('is:"all done"', 3, '"is:all done" means nothing'),
        ("lamp from:", 10, '"from:" needs a value'),
        ('a "blue lamp', 2, "The quotes are not closed"),
        ('a "blue \\"', 2, "The quotes are not closed"),
        ("has:teeth", 4, '"has:teeth" means nothing. Known are: attachment.'),
        ("lang:german", 5, '"lang:german" means nothing. Known are: de, en'),
        ("lamp due:2h", 9, '"due:2h" means nothing. Known are: <2h, >2d, today'),
        ("after:<2h", 6, '"after:<2h" means nothing. Known are: 2026-11-01'),
        ("Before:1000y", 7, '"before:1000y" means nothing'),
        ("before:2026-02-30", 7, '"before:2026-02-30" means nothing'),
        ('due:"2 h"', 4, '"due:2 h" means nothing'),
        ("lamp OR vase", 5, 'There is no "OR": all terms must hold'),
        ('"blue"lamp', 6, "A blank must follow the quotes"),
        ('from:" "', 5, "There is nothing between the quotes"),
        ("-", 0, "There is no letter or digit here to look for"),
        ("  -- () ", 2, "There is no letter or digit here to look for"),
        ('"()"', 0, "There is no letter or digit here to look for"),
        ("\N{WRAPPED PRESENT}", 0, "There is no letter or digit here to look for"),
        ("is:owed from:-", 8, "There is no letter or digit here to look for"),
        ("order:# lamp", 0, "There is no letter or digit here to look for"),
    ],
)
def test_what_is_no_question_is_told_with_its_place(text: str, position: int, said: str) -> None:
    """A typing error must not look like an empty inbox."""
    with pytest.raises(QueryError) as refused:
        parse(text)

    assert refused.value.position == position
    assert refused.value.said.startswith(said)


WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='"*:-'), min_size=1, max_size=6
).map("{}a".format)
PHRASES = st.text(st.sampled_from('ab"\\ *:-\u00a0'), max_size=8).map("{}a".format)
DATES = st.dates().map(str) | st.sampled_from(["today", "yesterday", "2026", "2026-11", "30d"])
ANYTHING = ("from", "to", "subject", "order", "account", "service", "tag")
"""The fields that take every value."""
TERMS = st.one_of(
    st.builds(Term, st.just(""), WORDS, st.booleans(), prefix=st.booleans()),
    st.builds(Term, st.sampled_from(["", *ANYTHING]), PHRASES, st.booleans(), phrase=st.just(True)),
    st.builds(Term, st.sampled_from(ANYTHING), WORDS, st.booleans()),
    st.builds(Term, st.sampled_from(WORDED), WORDS, st.booleans(), prefix=st.just(True)),
    st.builds(Term, st.sampled_from(["before", "after"]), DATES, st.booleans()),
    st.builds(Term, st.just("due"), st.from_regex("[<>][0-9]{1,3}[mhdw]", fullmatch=True)),
    st.builds(Term, st.just("lang"), st.from_regex("[a-z]{2,3}", fullmatch=True)),
    st.builds(Term, st.just("has"), st.just("attachment"), st.booleans()),
    st.builds(Term, st.just("is"), st.sampled_from(STATES), st.booleans()),
)


@given(st.lists(TERMS, max_size=5))
def test_a_written_question_is_read_as_it_was_meant(terms: list[Term]) -> None:
    """A saved view must ask tomorrow what it asks today."""
    query = Query(tuple(terms))

    assert parse(unparse(query)) == query


@given(st.text(st.sampled_from('ab "\\*:-is:owed From:\n<due:2h'), max_size=30))
@example('-- -* a** "a"')
def test_whatever_is_typed_is_a_question_or_told(text: str) -> None:
    """The search line is read at every key."""
    place, query = 0, None
    try:
        query = parse(text)
    except QueryError as refused:
        place = refused.position

    assert 0 <= place <= len(text)
    assert query is None or parse(unparse(query)) == query


@pytest.mark.parametrize(
    ("text", "conversation", "found"),
    [
        ("", LAMP, True),
        ("", replace(LAMP, done_at=NOON), True),
        ("", replace(LAMP, spam=True), False),
        ("is:spam", replace(LAMP, spam=True), True),
        ("-is:spam", LAMP, True),
        ("is:owed", OWED, True),
        ("is:owed", replace(OWED, spam=True), False),
        ("is:owed", LAMP, False),
        ("-is:owed", OWED, False),
        ("is:soon", OWED, True),
        ("is:late", OWED, False),
        ("is:late", replace(OWED, due_at=NOON), False),
        ("is:late", replace(OWED, due_at=NOON - timedelta(microseconds=1)), True),
        ("is:late is:soon", replace(OWED, due_at=at(-1)), False),
        ("is:open", LAMP, True),
        ("is:waiting", replace(LAMP, their_turn=True), True),
        ("is:snoozed", replace(LAMP, snoozed_until=at(1)), True),
        ("is:snoozed", replace(LAMP, snoozed_until=NOON), False),
        ("is:done", replace(LAMP, done_at=NOON), True),
        ("is:unread", replace(LAMP, unread=True), True),
        ("is:starred", replace(LAMP, starred=True), True),
        ("is:gone", replace(LAMP, gone=True), True),
        ("is:unsent", replace(LAMP, unsent=Delivery.UNSURE), True),
        ("is:unsent", LAMP, False),
        ("account:shop-uid", LAMP, True),
        ("account:shop-uid", replace(LAMP, account=AccountUid("other")), False),
        ("has:attachment", LAMP, False),
        ("has:attachment", replace(LAMP, attached=True), True),
        ("lang:DE", replace(LAMP, language="de"), True),
        ("lang:de", LAMP, False),
        ("due:<2h", OWED, True),
        ("due:<2h", replace(OWED, due_at=at(-30)), True),
        ("due:<2h", replace(OWED, due_at=at(2)), False),
        ("due:<2h", LAMP, False),
        ("-due:<2h", LAMP, True),
        ("due:>2h", replace(OWED, due_at=at(2)), True),
        ("due:>90m", OWED, False),
        ("due:<1w", OWED, True),
        ("before:1h", LAMP, False),
        ("before:1h", replace(LAMP, last_at=at(-2)), True),
        ("after:1h", LAMP, True),
        ("before:2y", replace(LAMP, last_at=NOON - timedelta(days=731)), True),
        ("after:999y", LAMP, True),
        ("service:email tag:vip", LAMP, True),
        ("tag:v", LAMP, False),
        ("word", LAMP, True),
        ("-word", LAMP, False),
        ("other", LAMP, False),
    ],
)
def test_a_conversation_is_an_answer_or_not(
    text: str,
    conversation: Conversation,
    found: bool,  # noqa: FBT001 - parametrised
) -> None:
    """The store's SQL is tested against this."""
    has_word = Term("", "word").__eq__

    assert matches(parse(text), conversation, NOON, has_word) is found


def test_the_words_of_a_question_are_what_the_index_is_asked() -> None:
    """Fields are answered by columns, words by the full text."""
    words = (Term("", "lamp"), Term("from", "kim"), Term("order", "7"), Term("", "vase", True))

    assert parse("is:owed lamp from:kim order:7 tag:a -vase").words == words


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", ()),
        ("blue lam", (Term("", "blue"), Term("", "lam", prefix=True))),
        ("from:kat", (Term("from", "kat", prefix=True),)),
        ('"blue lam"', (Term("", "blue lam", phrase=True),)),
        ("lam is:owed", (Term("", "lam"), Term("is", "owed"))),
        ("order:12", (Term("order", "12"),)),
    ],
)
def test_the_last_word_is_only_begun_while_it_is_typed(text: str, meant: tuple[Term, ...]) -> None:
    """The list follows letter by letter."""
    assert typed(parse(text)).terms == meant
