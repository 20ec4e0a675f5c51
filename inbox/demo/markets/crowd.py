"""The invented buyers of one market: what they bought, what they ask, and what they say next.

Everything follows from a seed and the instants passed in.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.demo.markets.market import Market, Sale
from inbox.demo.stories import Stories, Story

_PRICES = (1490, 2490, 3490, 4990, 6990, 8990)
_COMES_BACK = 0.2
"""How often a buyer who was here before writes about another order."""
_DAY = timedelta(hours=24)
_SHIPPED = 0.6
"""How often the parcel has left before the buyer writes."""
_POSTCODE = re.compile(r"((?:\S*\d\S*\s)+)(.+)")


@dataclass(slots=True)
class _Buyer:
    """Somebody who may buy again."""

    language: str
    name: str
    user: str
    number: int
    place: str


@dataclass(slots=True)
class Talk:
    """A conversation and how far its story is told."""

    story: Story
    sale: Sale
    replies: int = 0


class Crowd:
    """Everybody who writes to the shop at one market."""

    def __init__(self, market: Market, stories: Stories, seed: int) -> None:
        self.market = market
        self._stories = stories
        self._chance = random.Random(f"{seed} {market.kind}")  # noqa: S311 - a play, not a secret
        self._told = self._endless_stories()
        self._buyers: list[_Buyer] = []
        self.talks: dict[str, Talk] = {}
        """Every conversation by its name."""

    def begin(self, now: datetime) -> None:
        """Write what lies at the market when the demo opens."""
        market = self.market
        for minutes in market.due_in:
            due = now + timedelta(minutes=minutes)
            if market.due_after <= _DAY:
                self._ask(due - market.due_after, due)
            else:  # what the marketplace states is long; the buyer has asked again since
                name = self._answered(due - market.due_after, due)
                self.go_on(name, now - self._hours(2, 20))
        for _ in range(market.fresh):
            self._ask(now - self._hours(0.2, 20))
        for _ in range(market.answered):
            self._answered(now - self._hours(30, 300))

    def next(self, now: datetime) -> None:
        """Let one more buyer write."""
        self._ask(now)

    def answered(self) -> list[str]:
        """Return the conversations into which the shop wrote since this was asked last."""
        found = []
        for name, talk in self.talks.items():
            replies = self.market.replies(name)
            if replies > talk.replies:
                talk.replies = replies
                found.append(name)
        return found

    def go_on(self, name: str, now: datetime) -> bool:
        """Let the buyer say something to the shop's answer; return whether there was more to say.

        To the first the rest of the story, to the second thanks, then nothing.
        """
        talk = self.talks[name]
        thanks = self._chance.choice(self._stories.thanks[talk.story.language])
        said = {1: talk.story.then, 2: thanks}.get(talk.replies)
        if said:
            self.market.say(name, _filled(talk, said), now, ours=False)
        return bool(said)

    def _answered(self, at: datetime, due: datetime | None = None) -> str:
        """Let a buyer write at an instant and the shop answer; return the conversation."""
        name = self._ask(at, due)
        talk = self.talks[name]
        answer = _filled(talk, talk.story.answer)
        self.market.say(name, answer, at + self._hours(1, 20), ours=True)
        talk.replies = 1
        return name

    def _ask(self, at: datetime, due: datetime | None = None) -> str:
        """Let a buyer write at an instant; return what the conversation is called."""
        story = next(self._told)
        talk = Talk(story, self._sale(self._buyer(story.language), at))
        topic = story.topic if self.market.topics else _filled(talk, story.subject)
        name = self.market.ask(talk.sale, topic, _filled(talk, story.text), at, due)
        self.talks[name] = talk
        return name

    def _buyer(self, language: str) -> _Buyer:
        """Return who writes: mostly somebody new."""
        known = [buyer for buyer in self._buyers if buyer.language == language]
        if known and self._chance.random() < _COMES_BACK:
            return self._chance.choice(known)
        names = self._stories.buyers[language]
        first, last = self._chance.choice(names.first), self._chance.choice(names.last)
        plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode()
        user = re.sub(r"[^a-z.]", "", plain.lower()) + self._digits(3)
        place = self._chance.choice(self._stories.places[language])
        buyer = _Buyer(language, f"{first} {last}", user, int(self._digits(7)), place)
        self._buyers.append(buyer)
        return buyer

    def _sale(self, buyer: _Buyer, at: datetime) -> Sale:
        """Return what a buyer bought some days before they write."""
        item, _comma, variant = self._chance.choice(self._stories.items[buyer.language]).partition(
            ", "
        )
        street, _comma, town = buyer.place.rpartition(", ")
        postcode, city = _town(town)
        country = self._stories.countries[buyer.language]
        shipped = self._chance.random() < _SHIPPED
        placed_at = at - (self._hours(40, 150) if shipped else self._hours(1, 20))
        return Sale(
            name=buyer.name,
            user=buyer.user,
            number=buyer.number,
            order=f"{self._digits(2)}-{self._digits(5)}-{self._digits(5)}",
            item_id=self._digits(12),
            item=item,
            variant=variant,
            quantity=self._chance.choice((1, 1, 1, 2)),
            cents=self._chance.choice(_PRICES),
            street=street,
            postcode=postcode,
            city=city,
            country=country,
            carrier=self._stories.carriers[country],
            tracking=f"{country}{self._digits(12)}",
            placed_at=placed_at,
            shipped_at=placed_at + timedelta(hours=20) if shipped else None,
        )

    def _endless_stories(self) -> Iterator[Story]:
        """Yield the stories that are told at this market, each round in another order."""
        market = self.market
        told = [
            story
            for story in self._stories.stories
            if story.via == market.via
            and story.language in market.languages
            and (story.topic or not market.topics)
        ]
        while True:
            yield from self._chance.sample(told, len(told))

    def _digits(self, count: int) -> str:
        return "".join(self._chance.choices("123456789", k=count))

    def _hours(self, least: float, most: float) -> timedelta:
        return timedelta(hours=self._chance.uniform(least, most))


def _town(text: str) -> tuple[str, str]:
    """Return postcode and city."""
    found = _POSTCODE.fullmatch(text)
    return (found[1].strip(), found[2]) if found else ("", text)


def _filled(talk: Talk, text: str) -> str:
    """Return a text of the story with the names and numbers of this sale in it."""
    sale = talk.sale
    item = f"{sale.item}, {sale.variant}" if sale.variant else sale.item
    first = sale.name.partition(" ")[0]
    values = {"{name}": sale.name, "{first}": first, "{order}": sale.order}
    values |= {"{item}": item, "{item_id}": sale.item_id}
    for hole, value in values.items():
        text = text.replace(hole, value)
    return text
