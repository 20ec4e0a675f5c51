"""The invented buyers: who they are, what lies in the mailbox already, and what comes next.

Everything follows from a seed and the instants passed in.
"""

from __future__ import annotations

import random
import re
import unicodedata
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from inbox.demo.mails import INBOX, SENT, Affair, Mail, from_buyer, from_notice, from_shop
from inbox.demo.stories import Names, Stories, Story

_DAY = timedelta(hours=24)
_DUE_IN = tuple(timedelta(minutes=minutes) for minutes in (4, 9, 18, 34, 57))
"""How soon the most urgent answers are due when the demo opens."""
_LATE_BY = tuple(timedelta(minutes=minutes) for minutes in (13, 160, 430, 1560))
_FRESH, _ANSWERED, _ASKED_AGAIN, _OLD = 15, 22, 6, 6
_SEEN = r"\Seen"
_ANSWERED_FLAG = r"\Answered"


class Buyers:
    """Everybody who writes to the shop."""

    def __init__(self, stories: Stories, seed: int) -> None:
        self._stories = stories
        self._chance = random.Random(seed)  # noqa: S311 - a play, not a secret
        self._told = self._endless_stories()
        self._names = {
            language: self._endless_names(names) for language, names in stories.buyers.items()
        }
        self._affairs: dict[str, Affair] = {}

    def history(self, now: datetime) -> list[Mail]:
        """Return what lies in the mailbox when the demo opens, oldest first."""
        ask = self._asked
        mails = [ask(now - _DAY + soon) for soon in _DUE_IN]
        mails += [ask(now - _DAY - late) for late in _LATE_BY]
        mails += [ask(now - self._hours(0.2, 20), seen=n % 3 == 0) for n in range(_FRESH)]
        for _ in range(_ANSWERED):
            mails += self._answered(now - self._hours(30, 300))
        for _ in range(_ASKED_AGAIN):
            mails += self._asked_again(now)
        for _ in range(_OLD):
            mails += self._answered(now - self._hours(500, 4000))
        for notice in self._stories.notices:
            at = now - self._hours(1, 40)
            raw = from_notice(notice, self._stories.shop, at, message_id=self._id("news.example"))
            mails.append(Mail(folder=INBOX, raw=raw, accepted_at=at))
        return sorted(mails, key=lambda mail: mail.accepted_at)

    def next(self, now: datetime) -> Mail:
        """Return the mail of one more buyer."""
        return self._asked(now)

    def answer(self, address: str, reply_id: str, now: datetime) -> Mail | None:
        """Return what the buyer at an address says to the seller's reply, None for nothing.

        `reply_id` is the reply's Message-ID without brackets. The first reply
        leads to the rest of the story, the second to thanks, then it is good.
        """
        affair = self._affairs.get(address.lower())
        if affair is None:
            return None
        affair.answered += 1
        affair.ids.append(reply_id)
        said = {1: affair.story.then, 2: self._chance.choice(self._thanks(affair))}
        text = said.get(affair.answered)
        return self._from_buyer(affair, text, now) if text else None

    def _asked(self, at: datetime, *, seen: bool = False) -> Mail:
        """Return the mail that begins a new affair."""
        affair = self._affair(next(self._told))
        return self._from_buyer(affair, affair.story.text, at, seen=seen)

    def _answered(self, at: datetime, within: timedelta | None = None) -> list[Mail]:
        """Return a question of that instant and its answer."""
        affair = self._affair(next(self._told))
        replied_at = at + (within or self._hours(1, 20))
        question = self._from_buyer(affair, affair.story.text, at, answered=True)
        raw = from_shop(
            affair,
            affair.filled(affair.story.answer),
            replied_at,
            self._stories,
            message_id=self._id(self._stories.shop.address.partition("@")[2]),
        )
        affair.answered = 1
        reply = Mail(folder=SENT, raw=raw, accepted_at=replied_at, flags=(_SEEN,))
        return [question, reply]

    def _asked_again(self, now: datetime) -> list[Mail]:
        """Return a question, its answer, and what the buyer said to that within the last day."""
        mails = self._answered(now - self._hours(40, 70), within=self._hours(2, 9))
        affair = next(reversed(self._affairs.values()))
        again = self._from_buyer(affair, affair.story.then, now - self._hours(1, 22))
        return [*mails, again]

    def _from_buyer(
        self, affair: Affair, text: str, at: datetime, *, seen: bool = False, answered: bool = False
    ) -> Mail:
        raw = from_buyer(
            affair,
            affair.filled(text),
            at - timedelta(seconds=self._chance.uniform(1, 20)),
            self._stories,
            message_id=self._id(affair.address.partition("@")[2]),
        )
        flags = (_SEEN, _ANSWERED_FLAG) if answered else (_SEEN,) if seen else ()
        return Mail(folder=INBOX, raw=raw, accepted_at=at, flags=flags)

    def _affair(self, story: Story) -> Affair:
        """Return a new affair of a story, with a buyer nobody heard of."""
        first, last, user = next(self._names[story.language])
        name = f"{last}{first}" if story.language == "zh" else f"{first} {last}"
        affair = Affair(
            story=story,
            name=user if story.via == "ebay" else name,
            first=first,
            address=self._address(story, name),
            order=self._order(story.via),
            item=self._chance.choice(self._stories.items[story.language]),
            item_id=self._digits(12),
        )
        self._affairs[affair.address.lower()] = affair
        return affair

    def _address(self, story: Story, name: str) -> str:
        """Return where a buyer writes from, by the rules of the marketplace."""
        site = self._stories.wording.get(story.via, {}).get(story.language, {}).get("site", "")
        letters = "".join(self._chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=14))
        if story.via == "amazon":
            case = f"+{uuid.UUID(int=self._chance.getrandbits(128), version=4)}"
            return f"{letters}{self._chance.choice(('', case))}@marketplace.amazon.{site}"
        if story.via == "ebay":
            return f"{letters}{self._digits(4)}@members.ebay.{site}"
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        local = ".".join(re.findall(r"[a-z]+", plain)) or "buyer"
        house = self._chance.choice(("post", "mail", "letters"))
        return f"{local}{self._digits(2)}@{house}.example"

    def _order(self, via: str) -> str:
        """Return an order's number as the marketplace writes it."""
        if via == "amazon":
            return f"{self._digits(3)}-{self._digits(7)}-{self._digits(7)}"
        if via == "ebay":
            return f"{self._digits(2)}-{self._digits(5)}-{self._digits(5)}"
        return f"WW-{self._digits(5)}"

    def _digits(self, count: int) -> str:
        return "".join(self._chance.choices("123456789", k=count))

    def _id(self, house: str) -> str:
        return f"{self._chance.getrandbits(80):020x}@{house}"

    def _hours(self, least: float, most: float) -> timedelta:
        return timedelta(hours=self._chance.uniform(least, most))

    def _thanks(self, affair: Affair) -> tuple[str, ...]:
        return self._stories.thanks[affair.story.language]

    def _endless_stories(self) -> Iterator[Story]:
        """Yield the stories again and again, each round in another order."""
        told = [story for story in self._stories.stories if story.via != "paypal"]
        while True:
            yield from self._chance.sample(told, len(told))

    def _endless_names(self, names: Names) -> Iterator[tuple[str, str, str]]:
        """Yield (first, last, user name): first names take turns, pairs repeat late."""
        users = names.users or ("buyer",)
        while True:
            firsts = self._chance.sample(names.first, len(names.first))
            lasts = self._chance.sample(names.last, len(names.last))
            for turn in range(len(lasts)):
                for place, first in enumerate(firsts):
                    user = self._chance.choice(users) + self._digits(2)
                    yield first, lasts[(place + turn) % len(lasts)], user
