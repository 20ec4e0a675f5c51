"""The order of the list: what is late first, then what is due next, then the newest."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.values import Party
from inbox.core.model import Conversation, ConversationUid
from inbox.core.ordering import sort_key
from tests.core.making import NOON, SHOP

MINUTES = st.timedeltas(timedelta(minutes=-3), timedelta(minutes=3))
CONVERSATIONS = st.builds(
    lambda uid, due, last: Conversation(
        uid=ConversationUid(uid),
        account=SHOP,
        service="email",
        party=Party("", "a@b.example"),
        subject="",
        due_at=None if due is None else NOON + due,
        last_at=NOON + last,
    ),
    st.text("abc", min_size=1, max_size=3),
    st.none() | MINUTES,
    MINUTES,
)


@given(st.lists(CONVERSATIONS, unique_by=lambda each: each.uid))
def test_a_list_is_sorted_as_it_is_promised(conversations: list[Conversation]) -> None:
    """Late oldest first, then due ascending, then no due by newest message, ties by uid."""
    late = [each for each in conversations if each.due_at and each.due_at < NOON]
    due = [each for each in conversations if each.due_at and each.due_at >= NOON]
    rest = [each for each in conversations if each.due_at is None]
    for part in (late, due):
        part.sort(key=lambda each: (each.due_at, each.uid))
    rest.sort(key=lambda each: each.uid)
    rest.sort(key=lambda each: each.last_at, reverse=True)

    assert sorted(conversations, key=lambda each: sort_key(each, NOON)) == late + due + rest
