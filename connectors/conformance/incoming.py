"""What comes in: each message once, whole, with its time, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.conformance.service import Service, offered
from connectors.contract import CheckpointLost, Rejected
from connectors.values import Checkpoint, Direction, Mark, Message

TEXTS = {
    "emoji": "Thanks 👩‍👩‍👧 🏳️‍🌈 👍🏽!",
    "right to left": "שלום, איפה ההזמנה שלי?\nمرحبا، أين طلبي؟",  # noqa: RUF001 - meant
    "Chinese, Japanese, Korean": "你好，我的包裹在哪里？\nこんにちは。\n안녕하세요.",  # noqa: RUF001 - meant
    "paragraphs": "One.\n\nTwo, after an empty line.\n\n\n  Three, indented.\n.\n..two dots",
    "20 kB": "\n".join(f"Line {number}: " + "ä€x" * 20 for number in range(250)),
    "one long line": "long " * 1000 + "end",
}


def without_edges(text: str) -> str:
    """Return a text as far as a service must keep it: blanks at its ends do not count."""
    return text.replace("\r\n", "\n").strip()


class IncomingConformance:
    """The promises of `pull`, and of what is fetched by itself."""

    @pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
    def zone(self, request: pytest.FixtureRequest) -> Iterator[str]:
        """Set the machine's time zone for a test."""
        before = os.environ.get("TZ")
        os.environ["TZ"] = request.param
        time.tzset()
        yield request.param
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()

    def test_each_message_comes_once_across_restarts(self, service: Service) -> None:
        """A message shown twice is answered twice; one that never comes is never answered."""
        for number in range(3):
            service.deliver(f"Question {number}", "Hello?")
        first = service.connect()
        before = service.pulled(first)
        first.close()
        service.deliver("Question 3", "Hello?")
        second = service.connect()
        after = service.pulled(second, before.checkpoint)
        again = service.pulled(second, after.checkpoint)
        second.close()

        assert sorted(before.subjects) == ["Question 0", "Question 1", "Question 2"]
        assert after.subjects == ["Question 3"]
        assert again.batches == []

    def test_words_of_the_second_that_was_just_read_come_too(self, service: Service) -> None:
        """A list that shows seconds looks as before: a buyer unseen until the next message."""
        service.settled_after = 120.0
        now = datetime.now(UTC).replace(microsecond=0)
        service.deliver("Question", "Where is it?", now)
        connector = service.connect()
        before = service.pulled(connector)
        service.deliver_more("It was a present!", now)
        after = service.pulled(connector, before.checkpoint)
        again = service.pulled(connector, after.checkpoint)
        connector.close()

        assert [service.text_of(each) for each in after.messages] == ["It was a present!"]
        assert again.messages == []

    def test_an_empty_account_is_no_error(self, service: Service) -> None:
        """A seller begins with nothing."""
        connector = service.connect()
        pulled = service.pulled(connector)
        connector.close()

        assert pulled.messages == []

    def test_stopping_after_any_batch_loses_nothing(self, service: Service) -> None:
        """A kill in the middle of the first sync must not leave a hole."""
        expected = {f"Question {number}" for number in range(service.many)}
        start = service.long_ago
        for number in range(service.many):
            service.deliver(f"Question {number}", "Hello?", start + timedelta(minutes=number))
        pulled = service.nothing_yet()
        runs = 0
        while True:
            connector = service.connect()
            batch = next(iter(connector.pull(pulled.checkpoint)), None)
            connector.close()
            if batch is None:
                break
            pulled.add(batch)
            runs += 1

        assert runs > 2
        assert len(pulled.subjects) == len(expected)
        assert set(pulled.subjects) == expected

    def test_what_remains_is_counted_down_to_nothing(self, service: Service) -> None:
        """The seller sees how far the first sync is."""
        for number in range(service.many):
            service.deliver(f"Question {number}", "Hello?")
        connector = service.connect()
        pulled = service.pulled(connector)
        connector.close()

        remaining = [batch.remaining for batch in pulled.batches]
        assert remaining == sorted(remaining, reverse=True)
        assert remaining[0] == service.many - len(pulled.batches[0].messages)
        assert remaining[-1] == 0

    def test_the_newest_come_first(self, service: Service) -> None:
        """The question of an hour ago matters before the history of last year."""
        start = service.long_ago
        for number in range(service.many):
            service.deliver(f"Question {number}", "Hello?", start + timedelta(minutes=number))
        connector = service.connect()
        pulled = service.pulled(connector)
        connector.close()

        assert pulled.subjects == [f"Question {n}" for n in reversed(range(service.many))]

    def test_a_message_has_the_same_id_every_time(self, service: Service) -> None:
        """What is stored is found again after a whole new sync."""
        for number in range(3):
            service.deliver(f"Question {number}", "Hello?")
        runs: list[list[tuple[str, str]]] = []
        for _ in range(2):
            connector = service.connect()
            pulled = service.pulled(connector)
            connector.close()
            runs.append([(found.remote_id, found.body_digest) for found in pulled.messages])

        assert runs[0] == runs[1]
        assert len({remote_id for remote_id, _ in runs[0]}) == 3

    def test_times_are_utc_whatever_the_machines_zone(self, service: Service, zone: str) -> None:
        """A due instant that depends on the laptop's zone is wrong twice a year and abroad."""
        accepted_at = datetime(2026, 7, 1, 22, 30, 15, tzinfo=UTC)
        service.deliver("Question", "Hello?", accepted_at)
        connector = service.connect()
        message = service.pulled(connector).only
        connector.close()

        assert message.accepted_at == accepted_at
        assert message.accepted_at.utcoffset() == timedelta(0)

    @pytest.mark.parametrize("which", TEXTS)
    def test_a_text_comes_whole(self, service: Service, which: str) -> None:
        """A buyer's words are not changed, and none is missing."""
        service.deliver("Grüße 👋 你好", TEXTS[which])
        connector = service.connect()
        message = service.pulled(connector).only
        connector.close()

        assert service.subject_of(message) == "Grüße 👋 你好"
        assert without_edges(service.text_of(message)) == without_edges(TEXTS[which])

    def test_a_buyers_message_says_who_wrote_it(self, service: Service) -> None:
        """The list shows a name, and the answer goes to an address."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        message = service.pulled(connector).only
        connector.close()

        assert (message.direction, message.sender) == (Direction.IN, service.buyer)
        assert message.places
        assert not message.seen

    def test_an_answer_given_elsewhere_comes_as_ours(self, service: Service) -> None:
        """It stops the clock: else the seller answers a second time."""
        service.deliver("Question", "Hello?")
        service.answer_elsewhere("Re: Question", "Answered on the phone.")
        connector = service.connect()
        pulled = service.pulled(connector)
        connector.close()

        directions = {service.subject_of(found): found.direction for found in pulled.messages}
        assert directions == {"Question": Direction.IN, "Re: Question": Direction.OUT}

    def test_looking_marks_nothing(self, service: Service) -> None:
        """A message that only our program saw is still unread on the phone."""
        service.deliver("Question", "Hello?")
        seen: list[bool] = []
        for _ in range(2):
            connector = service.connect()
            connector.check()
            message = service.pulled(connector).only
            with contextlib.suppress(Rejected):  # most services have no source to hand out
                connector.source(message.places[0])
            connector.close()
            seen.append(message.seen)

        assert seen == [False, False]

    def test_a_message_read_elsewhere_still_comes(self, service: Service) -> None:
        """Read on the phone is not answered."""
        service.deliver("Question", "Hello?")
        service.read_elsewhere("Question")
        connector = service.connect()
        message = service.pulled(connector).only
        connector.close()

        assert message.seen

    def test_marks_made_elsewhere_come_as_changes(self, service: Service) -> None:
        """What was read on the phone is not shown as new here, and does not come twice."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        service.read_elsewhere("Question")
        after = service.pulled(connector, before.checkpoint)
        again = service.pulled(connector, after.checkpoint)
        connector.close()

        assert after.messages == []
        assert [(change.place, change.seen) for change in after.changes] == [
            (before.only.places[0], True)
        ]
        assert again.batches == []

    def test_what_is_deleted_elsewhere_is_said_to_be_gone(self, service: Service) -> None:
        """Gone is told, so that it can be shown as gone: it is never silently missing."""
        service.deliver("Question", "Hello?")
        service.deliver("Other", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        service.remove("Question")
        after = service.pulled(connector, before.checkpoint)
        connector.close()

        places = {service.subject_of(found): found.places for found in before.messages}
        assert tuple(after.gone) == places["Question"]
        assert after.messages == []

    @pytest.mark.parametrize("mark", Mark)
    def test_a_mark_that_is_offered_is_taken(self, service: Service, mark: Mark) -> None:
        """The phone shows what was read or answered here."""
        service.deliver("Question", "Hello?")
        if mark is Mark.UNSEEN:
            service.read_elsewhere("Question")
        connector = service.connect()
        before = service.pulled(connector)
        connector.mark(before.only.places, offered(connector, mark))
        connector.close()
        if mark not in _SHOWN:
            assert service.stands("Question", mark)
            return
        other = service.connect()
        message = service.pulled(other).only
        other.close()

        assert _marked(message, mark)

    def test_an_attachment_comes_as_it_was_sent(self, service: Service) -> None:
        """The photo of the broken lamp is the whole dispute."""
        data = bytes(range(256)) * 800
        service.deliver_attachment("Broken lamp", "lamp ü.jpg", data)
        connector = service.connect()
        message = service.pulled(connector).only
        (attachment,) = message.attachments
        fetched = connector.attachment(message.places[0], attachment.ref)
        connector.close()

        assert attachment.name == "lamp ü.jpg"
        assert fetched == data

    def test_what_cannot_be_read_is_kept_and_told(self, service: Service) -> None:
        """One bad message must not stand in the way of those behind it, nor get lost."""
        service.deliver("Before", "Hello?")
        service.deliver_unreadable()
        service.deliver("After", "Hello?")
        connector = service.connect()
        pulled = service.pulled(connector)
        again = service.pulled(connector, pulled.checkpoint)
        connector.close()

        assert sorted(pulled.subjects) == ["After", "Before"]
        (kept,) = pulled.quarantined
        assert kept.source
        assert kept.reason
        assert again.batches == []

    @pytest.mark.parametrize("nonsense", ["", "{}", "[]", "not JSON", '{"v": 99, "folders": {}}'])
    def test_a_place_we_cannot_read_is_said_to_be_lost(
        self, service: Service, nonsense: str
    ) -> None:
        """Then everything is pulled again; guessing would leave holes."""
        connector = service.connect()
        with pytest.raises(CheckpointLost):
            service.pulled(connector, Checkpoint(nonsense))
        connector.close()

    def test_a_place_the_service_forgot_is_said_to_be_lost(self, service: Service) -> None:
        """The service began its stream anew: so do we."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        service.lose_checkpoints()
        with pytest.raises(CheckpointLost):
            service.pulled(connector, before.checkpoint)
        after = service.pulled(connector)
        connector.close()

        assert [m.remote_id for m in after.messages] == [m.remote_id for m in before.messages]


_SHOWN = frozenset({Mark.SEEN, Mark.UNSEEN, Mark.ANSWERED})
"""Marks that a message itself carries."""


def _marked(message: Message, mark: Mark) -> bool:
    """Return whether a message has the mark."""
    if mark is Mark.ANSWERED:
        return message.answered
    return message.seen is (mark is Mark.SEEN)
