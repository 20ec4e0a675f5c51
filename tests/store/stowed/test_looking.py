"""A query finds in the files what it found in the store; only what may answer is put into one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.values import Attachment, Message, Party
from inbox.core.query import Query, parse
from inbox.store import conversations
from inbox.store.database import Store
from inbox.store.stowed import finding
from inbox.store.stowed.likely import Likely
from tests.store.keeping.home import Home
from tests.store.making import ACCOUNT, NOON, answer, take
from tests.store.stowed.silent import asked_long_ago, fill, opened, stow, stowed_uids

QUERIES = (
    "lamp", "LAMP", "lam*", "-lamp", "nosuchword", '"blue lamp"', '"lamp blue"', "blue purple",
    "zarowka", "żarówka", "灯的", "的灯", "strasse", "co-op", "coop", "order:4711", "order:pl4711",
    "order:PL-47", "pl4711", "4711", "47", "from:zoe", "from:zoe@x.example", "to:shop", "to:zoe",
    "subject:farbe", "subject:lamp -blue", "has:attachment", "garantie.pdf", "warranty*", "tag:b2b",
    "is:done", "is:spam", "is:owed", "lang:de", f"account:{ACCOUNT}", "account:other",
    "before:2024", "after:2024", "before:2022-11-23 lamp", "after:2022-11-24 -lamp", "due:<2h",
    "farbe ?!", "is:waiting purple", "lamp is:done",
)  # fmt: skip
"""Of every kind there is, with what finds something and what does not."""


def letters() -> list[Message]:
    """Return old letters in several scripts, with order numbers, files and answers."""
    zoe = Party("Zoe Łęcka", "zoe@x.example")
    first = asked_long_ago(10, text="Is the blue lamp from the co-op here?", order_ref="PL-4711")
    return [
        first,
        replace(answer(10, first), text="Only in purple."),
        asked_long_ago(20, text="Jaka żarówka pasuje?", sender=zoe),
        asked_long_ago(30, text="你好 灯的尺寸", subject="灯"),
        asked_long_ago(40, text="In welcher Straße?", subject="Farbe der Lampe, Frage zur Farbe"),
        asked_long_ago(
            50, text="Warranty?", attachments=(Attachment("1", "garantie.pdf", "a/pdf", 9),)
        ),
        asked_long_ago(60, text="lampblue", order_ref="A 47"),
    ]


def asked(store: Store, query: str) -> set[str]:
    """Return what of all in the store answers."""
    with store.read() as tx:
        return set(conversations.ids(tx, parse(query), NOON))


@pytest.mark.slow
def test_the_files_answer_as_the_store_did(home: Home, tmp_path: Path) -> None:
    """What is found quickly must not be less than what is there."""
    with opened(home) as store:
        fill(store)
        take(store, letters())
        before = {query: asked(store, query) for query in QUERIES}
        stow(home, store)
        gone = stowed_uids(store)

        found = {
            query: {one.uid for one in finding.matching(store, parse(query), NOON, tmp_path)}
            for query in QUERIES
        }

    assert len(gone) >= 9
    assert found == {query: uids & gone for query, uids in before.items()}
    assert sum(map(bool, found.values())) > len(QUERIES) // 2


def test_what_cannot_answer_is_not_put_into_a_store(home: Home) -> None:
    """A word that three of ten thousand have is found in seconds."""
    with opened(home) as store:
        take(store, letters())
        stow(home, store)

        assert looked_into(store, parse("zarowka")) == 1
        assert looked_into(store, parse("after:2024")) == 0
        assert looked_into(store, parse("account:other lamp")) == 0
        assert looked_into(store, parse("")) == 6


def looked_into(store: Store, query: Query) -> int:
    """Return how many conversations are asked whether they answer."""
    likely = Likely(query, NOON)
    return sum(len(finding._able(home, spots, likely)) for home, spots in finding._files(store))
