"""Disputes and claims: new ones found by the list, living ones watched for what changes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

import msgspec

from connectors.allegro import answers, cases, wire
from connectors.allegro.answers import Issue
from connectors.allegro.api import BETA, Api, Odd
from connectors.allegro.paging import page_at, whole
from connectors.allegro.progress import Known, Progress
from connectors.contract import Rejected
from connectors.http import Missing
from connectors.listing import listed, set_aside
from connectors.values import (
    Batch,
    Checkpoint,
    ConversationChange,
    Message,
    Quarantined,
    StatedDeadline,
)
from connectors.walking import Listed, Page, Walker

NAME = "issues"
PATH = "/sale/issues"
LOOK_EVERY = 600.0
"""Seconds between two looks at issues that the first page does not show."""
_AT_ONCE = 20
"""How many of those are looked at."""
_PER_PAGE = 50
_MESSAGES = 100
_FURTHEST = 10_000
_TOO_MANY = f"More than {_FURTHEST} messages were written here; the rest is at Allegro."
_REFUSED = (
    "Allegro does not let this app see disputes and claims: give it the permission"
    " allegro:api:disputes at apps.developer.allegro.pl and log in again."
)


class Issues:
    """The list of issues, sorted by when each was opened: what changes later must be watched."""

    def __init__(
        self,
        api: Api,
        clock: Callable[[], datetime],
        every: float = LOOK_EVERY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`every`: seconds between two looks at what the first page does not show."""
        self._api = api
        self._site = api.hosts.sales
        self._clock = clock
        self._every = every
        self._monotonic = monotonic
        self._looked_at: float | None = None
        self._next: list[str] = []
        self._walker = Walker(self._page, self._found, settling=None)
        self._rows: Sequence[cases.Row] = ()
        self._top: dict[str, Issue] = {}

    def news(self, progress: Progress) -> Iterator[Batch]:
        """Yield what is new, as batches whose place is noted in `progress`.

        Where Allegro does not show issues to this app, that is told once: the
        messages stand without.
        """
        try:
            yield from self._walked(progress)
            progress.refused = False
            changed = self._batch([*self._changed(progress), *self._unseen(progress)], progress)
        except Rejected as refused:
            if not progress.refused:
                progress.refused = True
                aside = set_aside(NAME, _REFUSED, str(refused).encode())
                yield Batch(checkpoint=Checkpoint(""), quarantined=(aside,))
            return
        if changed is not None:
            yield changed

    def check(self) -> bool:
        """Return whether Allegro shows issues to this app."""
        try:
            self._listed(0)
        except Rejected:
            return False
        return True

    def messages(self, name: str) -> wire.Read:
        """Return what was said in an issue, nothing if it is gone."""
        try:
            return self._held(self.one(name))
        except Missing:
            return wire.Read()

    def one(self, name: str) -> Issue:
        """Return an issue; raises Odd, Missing, Rejected, Temporary."""
        return self._api.about_one(f"{PATH}/{quote(name, safe='')}", Issue, media=BETA)

    def _walked(self, progress: Progress) -> Iterator[Batch]:
        """Yield the issues that were opened since the last round."""
        self._top = {}
        for batch in self._walker.walk(progress.place_in(NAME)):
            rows, self._rows = self._rows, ()
            progress.lists[NAME] = str(batch.checkpoint)
            yield self._batch(rows, progress) or batch

    def _page(self, cursor: str) -> Page[cases.Row]:
        """Return a page of the list for the walk."""
        page = page_at(cursor, _PER_PAGE, self._listed)
        if not cursor:
            rows = (item.value for item in page.items)
            self._top = {row.id: row for row in rows if isinstance(row, Issue)}
        return page

    def _listed(self, offset: int) -> Sequence[Listed[cases.Row]]:
        """Return the issues from an offset."""
        query = (("limit", str(_PER_PAGE)), ("offset", str(offset)))
        answer = self._api.get(PATH, query=query, media=BETA, about_one=True)
        rows = self._api.decode(answer.body, answers.Issues).issues or []
        return listed(rows, cases.issue_of, "Allegro")

    def _found(self, rows: Sequence[cases.Row], _since: datetime | None) -> Batch:
        """Remember which issues the walk found: what of them is new, we know better than it."""
        self._rows = rows
        return Batch(checkpoint=Checkpoint(""))

    def _changed(self, progress: Progress) -> list[cases.Row]:
        """Return the issues of the first page that are not as they were."""
        known = progress.issues
        return [
            row
            for row in self._top.values()
            if row.id not in known or known[row.id].state != cases.fingerprint(row)
        ]

    def _unseen(self, progress: Progress) -> list[cases.Row]:
        """Return what changed of living issues that the first page does not show, some at a time.

        That one is listed no more is not believed: Allegro is asked for it.
        """
        now = self._monotonic()
        if self._looked_at is not None and now - self._looked_at < self._every:
            return []
        self._looked_at = now
        hidden = [
            name for name, each in progress.issues.items() if each.alive and name not in self._top
        ]
        queue = [name for name in self._next if name in hidden]
        queue += [name for name in hidden if name not in queue]
        self._next = [*queue[_AT_ONCE:], *queue[:_AT_ONCE]]
        found = [self._look(name, progress) for name in queue[:_AT_ONCE]]
        return [row for row in found if row is not None]

    def _look(self, name: str, progress: Progress) -> cases.Row | None:
        """Return an issue if it changed, or what stands there instead of one.

        One that is gone is told and stays as it was: an answer that says so
        must not end a clock.
        """
        known = progress.issues[name]
        try:
            issue = self.one(name)
        except (Rejected, Odd) as broken:
            body = broken.body if isinstance(broken, Odd) else b""
            state = hashlib.sha256(body or str(broken).encode()).hexdigest()[:16]
            if known.state == state:
                return None
            known.state = state
            return set_aside(cases.ref_of(name), str(broken), body)
        return issue if known.state != cases.fingerprint(issue) else None

    def _batch(self, rows: Sequence[cases.Row], progress: Progress) -> Batch | None:
        """Return what is new in these issues, noted in `progress`; None if there are none."""
        if not rows:
            return None
        messages: list[Message] = []
        aside: list[Quarantined] = []
        stated: list[StatedDeadline] = []
        changes: list[ConversationChange] = []
        for row in rows:
            if isinstance(row, Quarantined):
                aside.append(row)
                continue
            read = self._read(row)
            known = progress.issues.get(row.id)
            had = set(known.had) if known else set()
            new = [message for message in read.messages if _hash(message) not in had]
            messages += new
            aside += read.quarantined
            stated += cases.deadlines_of(row, self._site)
            changes.append(cases.change_of(row))
            progress.issues[row.id] = Known(
                cases.fingerprint(row),
                cases.alive(row, self._clock()),
                [*(known.had if known else ()), *map(_hash, new)],
            )
        self._forget(progress)
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(messages),
            quarantined=tuple(aside),
            deadlines=tuple(stated),
            conversations=tuple(changes),
        )

    def _forget(self, progress: Progress) -> None:
        """Forget issues that are over and left the first page."""
        progress.issues = {
            name: known
            for name, known in progress.issues.items()
            if known.alive or name in self._top
        }

    def _read(self, issue: Issue) -> wire.Read:
        """Return what an issue holds; where its messages cannot be had, what it says itself."""
        try:
            return self._held(issue)
        except Missing:
            return cases.read(issue, (), self._site)
        except (Rejected, Odd) as broken:
            body = broken.body if isinstance(broken, Odd) else b""
            aside = set_aside(cases.ref_of(issue.id), str(broken), body)
            return wire.Read(cases.read(issue, (), self._site).messages, (aside,))

    def _held(self, issue: Issue) -> wire.Read:
        """Return an issue's messages; raises Odd, Missing, Rejected, Temporary."""
        path = f"{PATH}/{quote(issue.id, safe='')}/chat"

        def ask(offset: int) -> Sequence[msgspec.Raw]:
            query = (("limit", str(_MESSAGES)), ("offset", str(offset)))
            return self._api.about_one(path, answers.Chats, query, BETA).chat or []

        rows, more = whole(_MESSAGES, _FURTHEST, ask)
        read = cases.read(issue, rows, self._site)
        if not more:
            return read
        aside = set_aside(cases.ref_of(issue.id), _TOO_MANY, b"")
        return wire.Read(read.messages, (*read.quarantined, aside))


def _hash(message: Message) -> str:
    """Return what a delivered message is remembered by."""
    name = f"{message.remote_id}\n{message.body_digest}".encode()
    return hashlib.sha256(name).hexdigest()[:12]
