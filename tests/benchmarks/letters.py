"""Letters for benchmarks: as many as wanted, of real sizes, the same in every run."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.values import Direction, Message, Party, Place, RemoteId, Role

FIRST = datetime(2016, 1, 1, tzinfo=UTC)
SELLER = Party("Lamp Shop", "shop@lamps.example")
WORDS = 40_000
SYLLABLES = [left + right for left in "bdfgklmnprstvwz" for right in "aeio"]
SYLLABLES += ["schu", "ker", "zen", "ing", "ung", "tion"]
CYRILLIC = str.maketrans("abdefgiklmnoprstuvz", "абдефгиклмнопрстувз")
HAN = "请问什么时候发货退款订单已经收到谢谢您好我想知道这个产品尺寸颜色还有没有可以便宜一点"


def vocabulary() -> list[str]:
    """Return words, the short ones first: those are the common ones, as in every language."""
    chosen = random.Random(1)
    found: set[str] = set()
    while len(found) < WORDS:
        found.add("".join(chosen.choices(SYLLABLES, k=chosen.choice((1, 2, 2, 3, 3, 4)))))
    return sorted(found, key=lambda word: (len(word) + chosen.random() * 4, word))


class Letters:
    """Makes letters; common words are as common as in a language (Zipf's law)."""

    def __init__(self, seed: int = 7) -> None:
        self._chosen = random.Random(seed)
        self._words = vocabulary()
        self._weights = list(itertools.accumulate(1 / (at + 8) for at in range(WORDS)))

    def words(self, count: int) -> list[str]:
        """Return words as often as they are used."""
        return self._chosen.choices(self._words, cum_weights=self._weights, k=count)

    def text(self) -> str:
        """Return a text of a few hundred to a few thousand characters, every tenth no Latin."""
        words = self.words(self._chosen.choice((20, 60, 80, 120, 200)))
        kind = self._chosen.random()
        if kind < 0.05:
            return " ".join(words).translate(CYRILLIC)
        if kind < 0.1:
            return "".join(self._chosen.choices(HAN, k=len(words)))
        return "\n".join(" ".join(words[start : start + 12]) for start in range(0, len(words), 12))

    def order(self) -> str:
        """Return an order number."""
        digits = "".join(self._chosen.choices("0123456789", k=17))
        return f"{digits[:3]}-{digits[3:10]}-{digits[10:]}"

    def conversations(self, count: int) -> Iterator[list[Message]]:
        """Yield conversations of a question, an answer and a thank-you, spread over ten years."""
        step = timedelta(days=3650) / count
        for number in range(count):
            at = FIRST + step * number
            name = f"{self.words(1)[0].title()} {self.words(1)[0].title()}"
            buyer = Party(name, f"buyer{number}@mail.example")
            asked = Message(
                remote_id=RemoteId(f"q{number}"),
                direction=Direction.IN,
                accepted_at=at,
                sender=buyer,
                recipients=(SELLER,),
                subject=" ".join(self.words(5)),
                text=self.text(),
                message_id=f"q{number}@mail.example",
                order_ref=self.order() if number % 2 else None,
                places=(Place("INBOX", "1", str(number), Role.INBOX),),
                body_digest=f"q{number}",
                seen=True,
            )
            yield [asked, *_followed(asked, number, self.text(), self.text())]


def _followed(asked: Message, number: int, answer: str, thanks: str) -> Iterator[Message]:
    reply = replace(
        asked,
        remote_id=RemoteId(f"a{number}"),
        direction=Direction.OUT,
        accepted_at=asked.accepted_at + timedelta(hours=3),
        sender=SELLER,
        recipients=(asked.sender,),
        subject=f"Re: {asked.subject}",
        text=answer,
        message_id=f"a{number}@lamps.example",
        in_reply_to=(asked.message_id,),
        references=(asked.message_id,),
        places=(Place("Sent", "1", str(number), Role.SENT),),
        body_digest=f"a{number}",
    )
    yield reply
    yield replace(
        asked,
        remote_id=RemoteId(f"t{number}"),
        accepted_at=asked.accepted_at + timedelta(hours=5),
        subject=f"Re: {asked.subject}",
        text=thanks,
        message_id=f"t{number}@mail.example",
        in_reply_to=(reply.message_id,),
        references=(asked.message_id, reply.message_id),
        places=(Place("INBOX", "1", f"t{number}", Role.INBOX),),
        body_digest=f"t{number}",
    )
