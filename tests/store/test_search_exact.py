"""No hit is missed and none invented: the index against a reading of every message.

What is like what is written down by hand below, so that nothing here can
repeat a mistake of the fold.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.values import Message
from inbox.core.model import ConversationUid
from inbox.core.query import Query, Term, parse
from inbox.store import conversations, derive, listing, messages, search
from inbox.store.database import Store, Transaction
from tests.store.making import ACCOUNT, ANNA, BOOK, NOON, TakenBack, assert_whole, question, take

ALIKE: dict[str, tuple[str, ...]] = {
    "strasse": ("Straße", "STRASSE", "strasse", "STRAẞE"),
    "lodz": ("Łódź", "lodz", "Lodz", "ŁÓDŹ", "Lo\u0301dz\u0301"),
    "stiinta": ("știință", "ştiinţă", "stiinta", "ȘTIINȚĂ"),
    "manana": ("mañana", "MAÑANA", "manana"),
    "еще": ("ещё", "Ещё", "еще", "ЕЩЕ"),
    "мой": ("мой", "Мой", "мо\u0438\u0306"),
    "мои": ("мои", "МОИ"),
    "кот": ("кот", "Кот"),
    "kirik": ("k\u0131r\u0131k", "KIRIK", "kirik"),
    "istanbul": ("İstanbul", "istanbul", "ISTANBUL", "\u0131stanbul"),
    "oresund": ("Øresund", "oresund"),
    "aether": ("Æther", "aether", "ÆTHER"),
    "δωρα": ("δώρα", "ΔΏΡΑ", "δωρα"),
    "κοσμος": ("κόσμος", "ΚΟΣΜΟΣ"),
    "lamp": ("lamp", "Lamp", "LAMP", "\uff2c\uff41\uff4d\uff50", "la\u00admp"),
    "lampe": ("Lampe", "lampe"),
    "la": ("la", "LA"),
    "2024": ("2024",),
    "مرحبا": ("مرحبا", "مَرحَبًا"),
    "שלום": ("שלום", "שָׁלוֹם"),
    "배송": ("배송",),
    "배송이": ("배송이",),
}
"""Each word in the forms that are one word to a seller."""
CHINESE = ("请问", "什么时候发货", "发货", "时候", "退款", "货")
BEGUN = {
    "la": "la",
    "lam": "lam",
    "lamp": "lamp",
    "stra": "stra",
    "ło": "lo",
    "ist": "ist",
    "2": "2",
    "20": "20",
    "2024": "2024",
    "ещ": "ещ",
    "배": "배",
    "δω": "δω",
}
"""Beginnings of words, and what they begin."""
FORMS = {form: word for word, forms in ALIKE.items() for form in forms}


def meaning(text: str) -> list[str]:
    """Return the words of a text by the table above, a Chinese one letter by letter."""
    found: list[str] = []
    for piece in text.split():
        whole = FORMS.get(piece) or BEGUN.get(piece)
        found += [whole] if whole else list(piece)
    return found


@dataclass(frozen=True)
class Said:
    """One invented message: which conversation, what, and of which order."""

    talk: int
    text: str
    order: str


def holds(said: list[Said], term: Term) -> bool:
    """Return whether a conversation holds a term, by reading all of it."""
    if term.field == "order":
        return any(term.value in each.order for each in said)
    wanted = meaning(term.value)
    part = not term.phrase and len(term.value) >= 3
    if part and any(term.value in each.order for each in said):
        return True
    for words in [*(meaning(each.text) for each in said), *([each.order] for each in said)]:
        for start in range(len(words) - len(wanted) + 1):
            here = words[start : start + len(wanted)]
            last = here[-1].startswith(wanted[-1]) if term.prefix else here[-1] == wanted[-1]
            if last and here[:-1] == wanted[:-1]:
                return True
    return False


pieces = st.sampled_from([*FORMS, *CHINESE])
texts = st.lists(pieces, min_size=1, max_size=5).map(" ".join)
orders = st.text("0123", min_size=3, max_size=8)
sayings = st.lists(st.builds(Said, st.integers(0, 5), texts, orders), min_size=1, max_size=14)
asked = st.one_of(
    st.builds(Term, st.just(""), pieces, st.booleans()),
    st.builds(Term, st.just(""), texts, st.booleans(), phrase=st.just(True)),
    st.builds(Term, st.just("order"), st.text("0123", min_size=3, max_size=5), st.booleans()),
    st.builds(Term, st.just(""), st.text("0123", min_size=3, max_size=5), st.booleans()),
    st.builds(Term, st.just(""), st.sampled_from([*BEGUN]), st.booleans(), prefix=st.just(True)),
)


def told(number: int, said: Said) -> Message:
    """Return the message that says it; each buyer writes about one thing only."""
    return question(
        number,
        text=said.text,
        subject="",
        order_ref=said.order,
        sender=replace(ANNA, name="", address=f"b{said.talk}@x.example"),
        message_id=f"m{number}@x.example",
        in_reply_to=(f"talk{said.talk}@x.example",),
        references=(f"talk{said.talk}@x.example",),
    )


def answers(tx: Transaction, uid: ConversationUid, terms: list[Term]) -> bool:
    """Return whether a conversation answers, by reading all of it."""
    said = [
        Said(0, each.message.text, each.message.order_ref or "")
        for each in messages.of_conversation(tx, uid)
    ]
    return all(holds(said, term) is not term.negated for term in terms)


@pytest.mark.parametrize("full", [2, 32])
@settings(
    max_examples=50,
    deadline=None,  # the machine may be busy
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # every example is taken back
)
@given(spoken=sayings, terms=st.lists(asked, min_size=1, max_size=3), later=st.integers(0, 14))
def test_what_is_found_is_what_reading_everything_finds(
    store: Store,
    full: int,
    spoken: list[Said],
    terms: list[Term],
    later: int,
) -> None:
    """A buyer's words that cannot be found again are lost."""
    query = Query(tuple(terms))
    with pytest.MonkeyPatch.context() as patch, suppress(TakenBack), store.write() as tx:
        patch.setattr(search, "FULL", full)
        for at, some in ((0, spoken[:later]), (len(spoken), spoken[later:])):
            batch = [told(number, each) for number, each in enumerate(some, start=at)]
            taken = messages.ingest_messages(tx, ACCOUNT, batch, BOOK)
            derive.derive(tx, [each.conversation for each in taken], BOOK)
        expected = {uid for uid in conversations.ids(tx, Query(), NOON) if answers(tx, uid, terms)}

        found = conversations.ids(tx, query, NOON)
        newest = listing.newest_ids(tx, query, NOON, 100)
        raise TakenBack

    assert set(found) == expected
    assert newest is None or set(newest) == expected
    assert (newest is None) is all(term.negated for term in terms)


def test_a_long_conversation_is_indexed_in_stretches(store: Store) -> None:
    """Each new message of a list with ten thousand must not index all of them again."""
    long = [
        question(number, subject="Same", message_id=f"{number}@x", references=("one@x",))
        for number in range(3 * search.FULL)
    ]
    take(store, long[: search.FULL + 5])
    (taken,) = {each.conversation for each in take(store, long[search.FULL + 5 :])}

    with store.read() as tx:
        rows = sorted(len(each.messages) for each in search.stretches(tx, taken))
        words = parse(f"{search.FULL + 1} {3 * search.FULL - 1}")
        assert rows == [search.FULL] * 3
        assert conversations.ids(tx, words, NOON) == [taken]
        assert listing.newest_ids(tx, words, NOON, 5) == [taken]
        assert conversations.ids(tx, parse("1 -2"), NOON) == []
    assert_whole(store)


def test_two_conversations_that_become_one_are_found_as_one(store: Store) -> None:
    """What joined them came later; both were indexed before."""
    first, second = (
        question(
            number,
            message_id=f"{number}@x",
            text=text,
        )
        for number, text in enumerate(["green", "purple"])
    )
    take(store, [first])
    take(store, [second])
    take(store, [question(3, references=("0@x", "1@x"), text="both")])

    with store.read() as tx:
        for text in ("green purple", "green both", "purple", "green purple both"):
            assert len(conversations.ids(tx, parse(text), NOON)) == 1
            assert len(listing.newest_ids(tx, parse(text), NOON, 5) or ()) == 1
        assert conversations.ids(tx, parse("green -purple"), NOON) == []
        assert listing.newest_ids(tx, parse("green -purple"), NOON, 5) == []
    assert_whole(store)


def test_conversations_of_one_second_all_have_their_place(store: Store) -> None:
    """A shop that was imported may have a thousand messages of one instant."""
    at = NOON + timedelta(microseconds=5)
    taken = take(
        store,
        [
            question(n, accepted_at=at, sender=replace(ANNA, address=f"b{n}@x.example"))
            for n in range(150)
        ],
    )
    with store.read() as tx:
        assert len(listing.newest_ids(tx, parse("still"), NOON, 500) or ()) == 150
    assert len({each.conversation for each in taken}) == 150
    assert_whole(store)
