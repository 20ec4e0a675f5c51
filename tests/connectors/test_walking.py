"""Whatever buyers do while a list is walked, and wherever it stops, all is delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import CheckpointLost, Temporary
from connectors.settling import Settling
from connectors.values import Batch, Checkpoint, Direction, Message, Party, RemoteId
from connectors.walking import Listed, Page, Walker

START = datetime(2026, 11, 1, tzinfo=UTC)
PER_PAGE = 3


@dataclass
class Shop:
    """A far side that sorts its conversations by their last change."""

    now: datetime = START
    talks: dict[str, list[tuple[str, datetime]]] = field(default_factory=dict)
    count: int = 0
    pages: int = 0
    takes: int = 0
    settling: Settling | None = None
    """Given: its list shows whole seconds and nothing else."""
    coming: list[tuple[int, str]] = field(default_factory=list)
    """Who writes just before which of the next requests is answered."""

    def write(self, talk: str, minutes: float = 1) -> None:
        """Let a buyer write."""
        self.now += timedelta(minutes=minutes)
        self.count += 1
        self.talks.setdefault(talk, []).append((f"m{self.count}", self.now))

    def page(self, cursor: str) -> Page[str]:
        """Return a page by its offset, as most services count."""
        self.pages += 1
        self._go_on()
        offset = int(cursor or 0)
        order = sorted(self.talks, key=lambda talk: self.talks[talk][-1][1], reverse=True)
        items = tuple(
            Listed(talk, self._shown(self.talks[talk][-1][1]), talk, state=self._state(talk))
            for talk in order[offset : offset + PER_PAGE]
        )
        more = offset + PER_PAGE < len(order)
        return Page(items, str(offset + PER_PAGE) if more else None, len(order))

    def take(self, talks: Sequence[str], since: datetime | None) -> Batch:
        """Return the messages of conversations, the older ones left out where that is allowed."""
        self.takes += 1
        self._go_on()
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(
                Message(
                    remote_id=RemoteId(name),
                    direction=Direction.IN,
                    accepted_at=self._shown(at),
                    sender=Party(talk, talk),
                )
                for talk in talks
                for name, at in reversed(self.talks[talk])
                if since is None or at > since
            ),
        )

    def walker(self) -> Walker[str]:
        """Return what walks the list."""
        return Walker(self.page, self.take, settling=self.settling)

    def _go_on(self) -> None:
        """Let a request take its time, and buyers write meanwhile."""
        due = [talk for number, talk in self.coming if number == self.pages + self.takes]
        for talk in due:
            self.write(talk, 0.1 / 60)

    def _shown(self, at: datetime) -> datetime:
        """Return an instant as the list shows it."""
        return at if self.settling is None else at.replace(microsecond=0)

    def _state(self, talk: str) -> str:
        """Return what the list tells of a conversation beside its instant."""
        return self.talks[talk][-1][0] if self.settling is None else ""

    @property
    def everything(self) -> set[str]:
        """Return every message there is."""
        return {name for messages in self.talks.values() for name, _ in messages}


@dataclass
class Store:
    """What was delivered, and the place that came with it."""

    place: Checkpoint | None = None
    delivered: list[str] = field(default_factory=list)

    def pull(self, shop: Shop, batches: int = 10**6) -> int:
        """Take at most so many batches; return how many came."""
        return self.take(islice(shop.walker().walk(self.place), batches))

    def take(self, batches: Iterable[Batch]) -> int:
        """Take batches; return how many came."""
        came = 0
        for batch in batches:
            came += 1
            self.place = batch.checkpoint
            self.delivered += [str(message.remote_id) for message in batch.messages]
        return came


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 11), st.sampled_from([0.0, 0.5, 4.0, 30.0])),
        st.tuples(st.just("pull"), st.integers(1, 3), st.just(0.0)),
    ),
    max_size=60,
)


@given(EVENTS)
@settings(max_examples=200)
def test_no_message_is_ever_missed(events: list[tuple[str, int, float]]) -> None:
    """A hole in the first sync is a buyer who is never answered."""
    shop, store = Shop(), Store()
    for what, number, minutes in events:
        if what == "write":
            shop.write(f"talk {number}", minutes)
        else:
            store.pull(shop, number)
    store.pull(shop)

    assert set(store.delivered) == shop.everything
    assert store.pull(shop) == 0


@given(st.lists(st.tuples(st.integers(0, 11), st.sampled_from([0.0, 4.0, 30.0])), max_size=40))
def test_a_message_comes_once_where_pulls_are_not_interrupted(
    writes: list[tuple[int, float]],
) -> None:
    """Work done twice is a round that takes twice as long."""
    shop, store = Shop(), Store()
    for number, minutes in writes:
        shop.write(f"talk {number}", minutes)
        store.pull(shop)

    assert sorted(store.delivered) == sorted(shop.everything)


def test_a_round_without_news_asks_for_one_page() -> None:
    """Services count requests."""
    shop, store = Shop(), Store()
    for number in range(20):
        shop.write(f"talk {number}", 60)
    store.pull(shop)
    shop.pages = 0

    assert store.pull(shop) == 0
    assert shop.pages == 1


PULLS = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.2, 0.4, 60.0, 110.0, 700.0]),
        st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["a", "b"])), max_size=2),
        st.sampled_from([10**6, 1, 2]),
    ),
    min_size=1,
    max_size=12,
)


@given(PULLS, st.sampled_from([0.0, -4000.0, 4000.0]), st.sampled_from([None, 0.0]))
@settings(max_examples=60)
def test_words_of_the_very_second_that_was_just_read_are_seen_at_the_next_look(
    pulls: list[tuple[float, list[tuple[int, str]], int]], skew: float, off: float | None
) -> None:
    """A list that shows seconds looks the same before and after them: a buyer unseen for days."""
    shop, store = Shop(), Store()
    shop.settling = Settling(
        ahead=lambda: None if off is None else off - skew,
        clock=lambda: shop.now.timestamp() + skew,
    )
    for seconds, coming, batches in pulls:
        shop.now += timedelta(seconds=seconds)
        there = shop.everything
        shop.pages = shop.takes = 0
        shop.coming = coming
        store.pull(shop, batches)
        if batches > len(pulls):
            assert there <= set(store.delivered)
    shop.coming = []
    store.pull(shop)

    assert set(store.delivered) == shop.everything

    for _ in range(2):
        shop.now += timedelta(seconds=130)
        store.pull(shop)
    shop.pages = shop.takes = 0
    assert store.pull(shop) == 0
    assert shop.takes == 0


def test_what_settled_before_it_was_read_is_read_once() -> None:
    """Most messages are minutes old when we look: no request is spent on a doubt there is none."""
    shop, store = Shop(), Store()
    shop.settling = Settling(ahead=lambda: -4000.0, clock=lambda: shop.now.timestamp() + 4000)
    shop.write("a")
    shop.now += timedelta(minutes=3)
    store.pull(shop)

    assert store.pull(shop) == 0
    assert shop.takes == 1


def test_a_walk_goes_on_where_it_stopped() -> None:
    """A first sync of years survives a closed laptop."""
    shop, store = Shop(), Store()
    for number in range(20):
        shop.write(f"talk {number}", 60)
    store.pull(shop, 3)
    shop.pages = 0
    store.pull(shop)

    assert sorted(store.delivered) == sorted(shop.everything)
    assert shop.pages <= 6


def test_what_is_left_is_counted_over_interruptions() -> None:
    """The progress bar does not jump back."""
    shop, store = Shop(), Store()
    for number in range(9):
        shop.write(f"talk {number}", 60)
    left = []
    for _ in range(4):
        batch = next(iter(shop.walker().walk(store.place)), None)
        if batch is not None:
            left.append(batch.remaining)
            store.place = batch.checkpoint

    assert left == [6, 3, 0]


@pytest.mark.parametrize("kind", ["repeated", "empty", "stuck"])
def test_a_list_that_goes_round_in_a_circle_is_left_and_gone_on_with_later(kind: str) -> None:
    """Asking for ever is how an account is shut out; giving up would lose what lies behind."""
    shop, store = Shop(), Store()
    for number in range(9):
        shop.write(f"talk {number}", 60)

    def broken(cursor: str) -> Page[str]:
        page = shop.page(cursor)
        if int(cursor or 0) < 6:
            return page
        if kind == "stuck":  # it counts on and says the same
            return Page(shop.page("3").items, str(int(cursor) + 3), 10**9)
        return Page((), "9", 9) if kind == "empty" else Page(page.items, "6", 9)

    walker = Walker(broken, shop.take)
    with pytest.raises(Temporary):
        store.take(walker.walk(None))
    store.pull(shop)

    assert set(store.delivered) == shop.everything


@pytest.mark.parametrize("place", ["", "{}", "[]", "null", '{"v": 99}', '{"v": 1, "walks": 3}'])
def test_a_place_that_cannot_be_read_is_lost(place: str) -> None:
    """Then everything is delivered again."""
    with pytest.raises(CheckpointLost):
        list(Shop().walker().walk(Checkpoint(place)))
