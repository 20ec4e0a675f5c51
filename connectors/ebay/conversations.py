"""One of eBay's two lists of conversations: walked, and each conversation read in whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from connectors.contract import Rejected, Temporary
from connectors.doubt import SETTLED_AFTER
from connectors.ebay import answers, wire
from connectors.ebay.answers import Conversation
from connectors.ebay.orders import Orders, link_of
from connectors.ebay.progress import Progress
from connectors.ebay.wire import Sort
from connectors.http import Missing, Web
from connectors.orders import Order
from connectors.settling import Settling
from connectors.values import Batch, Checkpoint, Message, Quarantined
from connectors.walking import OVERLAP, Listed, Page, Walker

PER_PAGE = 50
_PATH = "/commerce/message/v1/conversation"
_MOST_PAGES = 200
"""Of one conversation, or of the news since the last round: 10,000 rows."""
_TOO_FEW = "eBay says that there are more messages in this conversation than it shows."


@dataclass(slots=True)
class _Read:
    """What a conversation held."""

    rows: list[msgspec.Raw] = field(default_factory=list)
    bad: list[Quarantined] = field(default_factory=list)


class Conversations:
    """The list of one sort."""

    def __init__(
        self,
        web: Web,
        sort: Sort,
        names: frozenset[str],
        orders: Orders,
        settled_after: float = SETTLED_AFTER,
    ) -> None:
        """`names`: what the seller is called at eBay, without case."""
        self._web = web
        self._orders = orders
        self._sort = sort
        self._names = names
        self._us = names
        settling = Settling(web.ahead, settled_after)
        self._walker = Walker(self._page, self._take, settling=settling)
        self._top: dict[str, Conversation] = {}

    def walk(self, progress: Progress) -> Iterator[Batch]:
        """Yield what is new in the list and note it in `progress`."""
        for batch in self._walker.walk(progress.place_in(self._sort)):
            progress.lists[self._sort] = str(batch.checkpoint)
            for change in batch.conversations:
                if change.conversation_ref in self._top:
                    top = self._top[change.conversation_ref]
                    progress.states[change.conversation_ref] = wire.state_of(top)
            yield batch

    def told(self, progress: Progress) -> Batch | None:
        """Return what was read or put away elsewhere, by the first page of the last walk."""
        changed = [
            (ref, row)
            for ref, row in self._top.items()
            if progress.states.get(ref) != wire.state_of(row)
        ]
        progress.forget_states(self._sort, self._top)
        if not changed:
            return None
        progress.states.update({ref: wire.state_of(row) for ref, row in changed})
        flags = [wire.flag_of(row, self._us) for _ref, row in changed]
        return Batch(
            checkpoint=Checkpoint(""),
            changes=tuple(flag for flag in flags if flag is not None),
            conversations=tuple(wire.change_of(row) for _ref, row in changed),
        )

    def count(self) -> int:
        """Return how many conversations the list holds."""
        page = self._asked(0, limit=1)
        return len(page.conversations or ()) if page.total is None else page.total

    def with_member(self, name: str) -> list[Conversation]:
        """Return the newest conversations with a member."""
        page = self._asked(0, (("other_party_username", name),))
        items = wire.listed(page.conversations or (), below=None)
        return [item.value for item in items if isinstance(item.value, Conversation)]

    def messages(self, row: Conversation, other: str) -> tuple[tuple[Message, ...], bool]:
        """Return a conversation's messages, and whether some cannot be read; none if it is gone.

        Whoever is not `other` is the seller: names that eBay replaced must
        not hide what was sent.
        """
        try:
            held = self._held(row, None)
        except Missing:
            return (), False
        us = self._us | wire.talkers(held.rows, other)
        messages, bad = wire.read(row, held.rows, us, wire.NO_LINK)
        return messages, bool(bad or held.bad)

    def _asked(
        self, offset: int, more: Sequence[tuple[str, str]] = (), limit: int = PER_PAGE
    ) -> answers.Conversations:
        """Return a page of the list."""
        query = (
            ("conversation_type", self._sort.value),
            ("limit", str(limit)),
            ("offset", str(offset)),
            *more,
        )
        return self._web.decode(self._web.get(_PATH, query=query).body, answers.Conversations)

    def _page(self, cursor: str) -> Page[wire.Row]:
        """Return a page for the walk. A cursor is an offset and the lowest instant above it."""
        place, _blank, lowest = cursor.partition(" ")
        offset = int(place or 0)
        page = self._asked(offset)
        rows = page.conversations or []
        below = datetime.fromtimestamp(float(lowest), UTC) if lowest else None
        items = wire.listed(rows, below=below)
        if rows and not items:
            raise Temporary("eBay lists conversations in a way that it does not document.")
        if not cursor:
            self._note_top(items)
            newest = self._walker.newest
            if newest is not None and self._sort is Sort.MEMBERS and not wire.in_order(rows):
                return Page(self._news(newest - OVERLAP), None)
        if not _more(page.total, page.next, offset + len(rows)):
            return Page(items, None, page.total)
        low = items[-1].changed_at.timestamp() if items else 0.0
        return Page(items, f"{offset + PER_PAGE} {low!r}", page.total)

    def _note_top(self, items: Sequence[Listed[wire.Row]]) -> None:
        """Remember how the newest conversations stand, and who in them is the seller."""
        rows = [item.value for item in items]
        self._us = self._names | wire.seller_in(rows, self._names)
        named = [(item.id, item.value) for item in items]
        self._top = {ref: row for ref, row in named if isinstance(row, Conversation)}

    def _news(self, since: datetime) -> tuple[Listed[wire.Row], ...]:
        """Return every conversation with a message since then.

        eBay does not document the order of its list. Where the newest do not
        stand first, only this shows all of them.
        """
        start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        rows: list[msgspec.Raw] = []
        for number in range(_MOST_PAGES):
            page = self._asked(number * PER_PAGE, (("start_time", start),))
            new = page.conversations or []
            more = _more(page.total, page.next, len(rows) + len(new))
            if more and _stuck(rows, new):
                break
            rows += new
            if not more:
                return wire.listed(rows, below=None)
        raise Temporary("eBay lists the same conversations again and again.")

    def _take(self, rows: Sequence[wire.Row], since: datetime | None) -> Batch:
        """Return what these conversations hold, or their messages since an instant at least."""
        messages: list[Message] = []
        bad: list[Quarantined] = []
        orders: list[Order] = []
        changes = [wire.change_of(row) for row in rows if isinstance(row, Conversation)]
        for row in rows:
            if isinstance(row, Quarantined):
                bad.append(row)
                continue
            try:
                held = self._held(row, since)
            except Missing:
                continue
            except Rejected as refused:
                bad.append(wire.set_aside(row, str(refused), b""))
                continue
            order = self._orders.about(row.reference_id, wire.buyer_of(row, self._us))
            orders += [order] if order else []
            found, broken = wire.read(row, held.rows, self._us, link_of(order))
            messages += found
            bad += [*held.bad, *broken]
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(messages),
            quarantined=tuple(bad),
            conversations=tuple(changes),
            orders=tuple(orders),
        )

    def _held(self, row: Conversation, since: datetime | None) -> _Read:
        """Return the messages of a conversation, page by page; raises Missing, Temporary."""
        held = _Read()
        path = f"{_PATH}/{quote(row.conversation_id, safe='')}"
        for number in range(_MOST_PAGES):
            query = (
                ("conversation_type", self._sort.value),
                ("limit", str(PER_PAGE)),
                ("offset", str(number * PER_PAGE)),
            )
            answer = self._web.get(path, query=query, about_one=True)
            try:
                page = self._web.decode(answer.body, answers.Messages)
            except Temporary as broken:
                if not wire.is_json(answer.body):
                    raise
                held.bad.append(wire.set_aside(row, str(broken), answer.body))
                return held
            rows = page.messages or []
            more = _more(page.total, page.next, len(held.rows) + len(rows))
            if more and _stuck(held.rows, rows):
                break
            held.rows += rows
            if not more or (since is not None and wire.all_before(rows, since)):
                return held
        held.bad.append(wire.set_aside(row, _TOO_FEW, b""))
        return held


def _more(total: int | None, following: str | None, seen: int) -> bool:
    """Return whether a list goes on after so many rows."""
    return bool(following) if total is None else seen < total


def _stuck(had: Sequence[msgspec.Raw], new: Sequence[msgspec.Raw]) -> bool:
    """Return whether a page that is not the last brings nothing new."""
    return not new or [*map(bytes, new)] == [*map(bytes, had[-len(new) :])]
