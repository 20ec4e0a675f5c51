"""Asks eBay for open disputes, inquiries, returns and cancellations, and what became of each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from connectors.contract import Rejected
from connectors.ebay import cases
from connectors.ebay.cases import Case
from connectors.ebay.login import Hosts
from connectors.ebay.progress import Progress
from connectors.http import Missing, Web
from connectors.values import (
    Batch,
    Checkpoint,
    ConversationChange,
    Message,
    Place,
    Quarantined,
    Role,
    StatedDeadline,
)

_DISPUTES = "/sell/fulfillment/v1/payment_dispute"
_POST_ORDER = "/post-order/v2"
_ASIDE = " aside "
_NOTHING = msgspec.Raw(b"null")
_PER_PAGE = 200
_MOST_PAGES = 10
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Source:
    """One list of cases."""

    name: str
    """The first word of its cases' names."""
    path: str
    query: tuple[tuple[str, str], ...]
    rows: str
    """The field its rows stand in."""
    one: str
    """The path of a single one, without its id."""
    paged: bool = False
    """Whether its offset counts rows, as documented."""


DISPUTES = Source(
    "dispute",
    f"{_DISPUTES}_summary",
    (("payment_dispute_status", "OPEN"), ("payment_dispute_status", "ACTION_NEEDED")),
    "paymentDisputeSummaries",
    _DISPUTES,
    paged=True,
)
POST_ORDER = (
    Source(
        "inquiry",
        f"{_POST_ORDER}/inquiry/search",
        (("inquiry_status", "OPEN"),),
        "members",
        f"{_POST_ORDER}/inquiry",
    ),
    Source(
        "return",
        f"{_POST_ORDER}/return/search",
        (("return_state", "ALL_OPEN"),),
        "members",
        f"{_POST_ORDER}/return",
    ),
    Source(
        "cancellation",
        f"{_POST_ORDER}/cancellation/search",
        (("role", "SELLER"),),
        "cancellations",
        f"{_POST_ORDER}/cancellation",
    ),
)


def sources_of(hosts: Hosts) -> tuple[Source, ...]:
    """Return the lists that one eBay has; its sandbox has no Post-Order API."""
    return (DISPUTES,) if hosts.sandbox else (DISPUTES, *POST_ORDER)


class Requests:
    """What buyers demand, beside messages. One thread."""

    def __init__(
        self,
        webs: dict[str, Web],
        sources: tuple[Source, ...],
        every: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`webs`: by a source's name, where it is asked. `every`: seconds between two looks."""
        self._webs = webs
        self._sources = sources
        self._monotonic = monotonic
        self._every = every
        self._asked_at: float | None = None

    def refused(self) -> tuple[str, ...]:
        """Return which lists eBay does not let us see with these keys."""
        return tuple(source.name for source in self._sources if self._is_refused(source))

    def news(self, progress: Progress) -> Iterator[Batch]:
        """Yield what changed in each list and note it in `progress`, if it is time to ask."""
        now = self._monotonic()
        if self._asked_at is not None and now - self._asked_at < self._every:
            return
        for source in self._sources:
            before = dict(progress.cases)
            try:
                batch = self._changed(source, progress)
            except Rejected:  # the keys have no access to it: the messages stand without
                progress.cases = before
                continue
            if batch is not None:
                yield batch
        self._asked_at = now

    def _is_refused(self, source: Source) -> bool:
        """Return whether eBay refuses a list."""
        try:
            for _row in self._rows(source):
                break
        except Rejected:
            return True
        return False

    def _changed(self, source: Source, progress: Progress) -> Batch | None:
        """Return what changed in one list."""
        messages: list[Message] = []
        told: list[Case] = []
        bad: list[Quarantined] = []
        listed: set[str] = set()
        for raw in self._rows(source):
            try:
                case = cases.READERS[source.name](raw)
            except _BROKEN as broken:
                bad += _put_aside(source, bytes(raw), str(broken), progress)
                continue
            listed.add(case.ref)
            known = progress.cases.get(case.ref)
            if known == case.fingerprint or (case.closed and known is None):
                continue
            progress.cases[case.ref] = case.fingerprint
            messages += [cases.message_of(case, bytes(raw))] if known is None else []
            told.append(self._whole(source, case))
        ended = [case.ref for case in told if case.closed]
        ended += [ref for ref in _open(source, progress) if ref not in listed and self._over(ref)]
        for ref in ended:
            progress.cases.pop(ref, None)
        if not (told or ended or bad):
            return None
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(messages),
            deadlines=(
                *(cases.deadline_of(case) for case in told if not case.closed),
                *(StatedDeadline(conversation_ref=ref, ref=ref, due_at=None) for ref in ended),
            ),
            conversations=(
                *(cases.change_of(case) for case in told if not case.closed),
                *(ConversationChange(ref, closed=True, reply_needed=False) for ref in ended),
            ),
            quarantined=tuple(bad),
        )

    def _rows(self, source: Source) -> Iterator[msgspec.Raw]:
        """Yield the rows of a list."""
        for number in range(_MOST_PAGES if source.paged else 1):
            query = (
                *source.query,
                ("limit", str(_PER_PAGE)),
                ("offset", str(number * _PER_PAGE)),
            )
            web = self._webs[source.name]
            answer = web.get(source.path, query=query, about_one=True)
            held = web.decode(answer.body, dict[str, msgspec.Raw]).get(source.rows, _NOTHING)
            rows = [] if bytes(held) == bytes(_NOTHING) else web.decode(held, list[msgspec.Raw])
            yield from rows
            if len(rows) < _PER_PAGE:
                return

    def _over(self, ref: str) -> bool:
        """Return whether eBay says of a case itself that it is closed, or not there.

        That it is not listed any more is not believed: a clock would end by
        one wrong answer.
        """
        try:
            return cases.is_closed(self._one(ref))
        except Missing:
            return True
        except Rejected:
            return False

    def _whole(self, source: Source, case: Case) -> Case:
        """Return a case with what can be done about it, which only a dispute by itself says."""
        if source is not DISPUTES or case.due_at is None:
            return case
        try:
            return cases.dispute_of(self._one(case.ref))
        except (Rejected, *_BROKEN):
            return case

    def _one(self, ref: str) -> bytes:
        """Return eBay's answer about one case; raises Missing, Rejected."""
        name, _blank, number = ref.partition(" ")
        source = next(each for each in self._sources if each.name == name)
        path = f"{source.one}/{quote(number, safe='')}"
        return self._webs[name].get(path, about_one=True).body


def _open(source: Source, progress: Progress) -> list[str]:
    """Return the cases of a list that were open when we looked last."""
    names = [ref for ref in progress.cases if ref.startswith(f"{source.name} ")]
    return [ref for ref in names if _ASIDE not in ref]


def _put_aside(source: Source, raw: bytes, why: str, progress: Progress) -> tuple[Quarantined, ...]:
    """Return what is put aside of a list, once."""
    name = hashlib.sha256(raw).hexdigest()[:16]
    ref = f"{source.name}{_ASIDE}{name}"
    if ref in progress.cases:
        return ()
    progress.cases[ref] = ""
    said = f"eBay lists something that is not as it documents: {why}."
    return (Quarantined(Place(ref, "", name, Role.INBOX), said, raw),)
