"""The badge and `D`: every clock of a conversation, whose it is, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.values import Direction, Message, StatedDeadline
from inbox.core.calendar import Calendar, Hours
from inbox.core.model import ConversationUid, Delivery
from inbox.core.obligations import Anchor, Book, Clock, Duty, Owner, Rule, make_book
from inbox.store import conversations, stated
from inbox.store.database import Store
from inbox.triage import Triage
from inbox.view import explain
from inbox.view.explain import Explanation
from inbox.view.reading import Reading, reading
from inbox.widgets.badge import badge, badge_texts
from tests.screens.shop import NOON, RULE, TERMS, answered, fill, hours, wrote

AMAZON = Rule(
    id="amazon.reply",
    owner=Owner.SERVICE,
    service="amazon",
    clock=Clock.ELAPSED,
    target=timedelta(hours=24),
    anchor=Anchor.FIRST_UNANSWERED,
    source="https://sellercentral.example/help",
    checked="2026-11-21",
    confidence="medium",
    note="Weekends count.",
)
OFFICE = Calendar(
    name="office",
    zone=UTC,
    zone_name="UTC",
    week=((Hours(540, 1020),),) * 5 + ((), ()),
    vacations=((date(2026, 11, 23), date(2026, 11, 23)),),
)
PROMISE = replace(RULE, clock=Clock.BUSINESS, target=timedelta(hours=8), calendar="office")
WINDOW = replace(
    AMAZON,
    id="amazon.window",
    kind=Duty.WINDOW,
    target=timedelta(days=30),
    confidence="high",
    note="",
    anchor=Anchor.EVERY_MESSAGE,
)
FIRST = "after the first message that has no answer"
BOOK = make_book([AMAZON, WINDOW, PROMISE], [TERMS], {"office": OFFICE})


@contextmanager
def told(folder: Path, mails: Sequence[Message], book: Book = BOOK) -> Iterator[Shelf]:
    """Yield what can be said of the one conversation of these mails."""
    store = Store.open(folder / "inbox.db")
    try:
        fill(store, book, mails)
        yield Shelf(store, book)
    finally:
        store.close()


class Shelf:
    """One conversation in a store."""

    def __init__(self, store: Store, book: Book) -> None:
        self.store = store
        self.book = book
        with store.read() as tx:
            (uid,) = tx.sql.execute("SELECT uid FROM doc_conversations").fetchone()
        self.uid = ConversationUid(uid)
        self.triage = Triage(store, book, lambda: NOON)

    def reading(self) -> Reading:
        with self.store.read() as tx:
            return reading(tx, self.uid, self.book)

    def explanation(self) -> Explanation:
        with self.store.read() as tx:
            return explain.explain(tx, self.uid, self.book)

    def badge(self, now: datetime = NOON, width: int = 80) -> list[str]:
        lines = badge(self.reading(), width, now, UTC)
        return ["".join(text for text, _role in line).rstrip() for line in lines]

    def words(self, now: datetime = NOON) -> str:
        return "\n".join(explain.words(self.explanation(), lambda at: f"{at:%a %d %H:%M}", now))


def asked(ago: float = 2, number: str = "first") -> Message:
    return wrote(
        "Kate", "Where is it?", ago=hours(ago), subject="Lamp", number=number, service="amazon"
    )


def test_the_badge_names_every_clock_the_most_urgent_first(tmp_path: Path) -> None:
    """Asked on Friday at 10: Amazon counts the weekend; the promise is 8 office hours, of which
    Friday has 7 and Tuesday, after a day off, the eighth.
    """
    with told(tmp_path, [asked()]) as shelf:
        assert shelf.badge() == [
            "● 22h 0m left, due Sat 21 Nov 10:00 · amazon's rule · not sure of this rule",
            "● 3d 22h left, due Tue 24 Nov 10:00 · your promise",
            "● 29d 22h left, the window closes Sun 20 Dec 10:00 · amazon's rule",
        ]


def test_of_two_clocks_that_end_at_once_the_services_stands_first(tmp_path: Path) -> None:
    """The list names it too; a word of ours does not stop it."""
    book = make_book([replace(AMAZON, id="zon.reply"), RULE], [TERMS])
    with told(tmp_path, [asked()], book) as shelf:
        explanation = shelf.explanation()

        assert [each.rule.id for each in explanation.owed] == ["zon.reply", RULE.id]
        assert explain.as_json(explanation, NOON)["rule"] == explanation.conversation.rule


def test_what_is_late_shows_its_age_and_stays(tmp_path: Path) -> None:
    """And the clock that still runs stands below it."""
    with told(tmp_path, [asked()]) as shelf:
        late = shelf.badge(NOON + timedelta(hours=24))

        assert late[0].startswith("! 2h 0m late, was due 10:00 · amazon's rule")
        assert late[1].startswith("● 2d 22h left, due Tue 24 Nov")
        assert badge_texts(shelf.reading(), NOON)[0] == "22h 0m"


def test_a_queued_answer_is_shown_as_not_counted_yet(tmp_path: Path) -> None:
    """Offline, a reply in the outbox stops no clock."""
    with told(tmp_path, [asked()]) as shelf:
        shelf.triage.reply(shelf.uid, "On its way.")

        assert shelf.badge()[-1] == "↑ an answer is on its way: not counted yet"
        assert "An answer of yours has not left yet: it is not counted yet." in shelf.words()
        assert explain.as_json(shelf.explanation(), NOON)["unsent"] == "queued"


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        (Delivery.REFUSED, "An answer of yours was refused or came back: it does not count."),
        (Delivery.UNSURE, "An answer of yours may not have arrived: it is not counted"),
    ],
)
def test_an_answer_that_went_wrong_is_not_said_to_be_waiting(
    tmp_path: Path, delivery: Delivery, said: str
) -> None:
    """Who believes that it leaves by itself does not send it again."""
    with told(tmp_path, [asked()]) as shelf:
        found = shelf.explanation()
    found = replace(found, conversation=replace(found.conversation, unsent=delivery))

    assert said in "\n".join(explain.words(found, str, NOON))


def test_done_ends_the_promise_and_the_services_clock_says_that_it_does_not(tmp_path: Path) -> None:
    """The list may be tidy; Amazon still counts."""
    with told(tmp_path, [asked()]) as shelf:
        shelf.triage.done([shelf.uid])

        assert "amazon's rule" in shelf.badge()[0]
        assert "your promise" not in "".join(shelf.badge())
        assert "Done does not stop this clock: it counts on." in shelf.words()


def test_more_clocks_than_room_are_counted(tmp_path: Path) -> None:
    """At 24 lines the messages need the room."""
    more = [replace(AMAZON, id=f"amazon.{n}", target=timedelta(hours=30 + n)) for n in range(3)]
    book = make_book([AMAZON, WINDOW, PROMISE, *more], [TERMS], {"office": OFFICE})
    with told(tmp_path, [asked()], book) as shelf:
        lines = shelf.badge()

        assert len(lines) == 3
        assert lines[-1].endswith("and 3 more: D")


def test_d_says_what_each_clock_rests_on(tmp_path: Path) -> None:
    """Rule, from which message, what counted, what was left out, where it was read and when."""
    mails = [asked(), asked(1, "second")]
    mails[1] = replace(mails[1], in_reply_to=(mails[0].message_id,))
    mails.append(replace(asked(0.5, "robot"), automatic=True, in_reply_to=(mails[0].message_id,)))
    with told(tmp_path, mails) as shelf:
        said = shelf.words()

    assert said.splitlines()[:9] == [
        "An answer is due Sat 21 10:00 (22h 0m left).",
        "  Whose clock: amazon's rule.",
        f"  Rule amazon.reply: 24 h {FIRST}, nights, weekends and holidays included.",
        "  Source: https://sellercentral.example/help (read on 2026-11-21)",
        "  How sure we are of this rule: medium.",
        "  Weekends count.",
        "  The clock started Fri 20 10:00, with the message from Kate.",
        "  Asked again Fri 20 11:00: that changes nothing.",
        "An answer is due Tue 24 10:00 (3d 22h left).",
    ]
    assert f"8 h of open hours (office) {FIRST}." in said
    assert "Counted: 2026-11-20 10:00-17:00, 2026-11-24 09:00-10:00 (UTC)." in said
    assert "Closed days in between: 2026-11-21, 2026-11-22, 2026-11-23 (vacation)." in said
    assert "The window for a free reply closes Sun 20 11:00" in said
    assert "Asked again Fri 20 11:00: that starts the clock anew." in said
    assert "  Not counted: Kate, Fri 20 11:30: it was sent automatically." in said


def test_an_instant_of_the_services_own_says_when_its_clock_began(tmp_path: Path) -> None:
    """No message started it, and when we heard of it is not when it began."""
    question = replace(asked(), conversation_ref="claim 1")
    due = StatedDeadline(
        conversation_ref="claim 1",
        ref="decision",
        due_at=NOON + timedelta(days=3),
        opened_at=NOON - timedelta(days=11),
        said="Accept or reject the claim.",
    )
    with told(tmp_path, [question]) as shelf:
        with shelf.store.write() as tx:
            account = conversations.get(tx, shelf.uid).account
            stated.note_refs(tx, account, [(question, shelf.uid)])
            stated.take(tx, account, [], [due], NOON)
        said = shelf.words()

    assert "  The service says: Accept or reject the claim." in said
    assert "  The service's clock began Mon 09 12:00." in said
    assert said.count("The clock started") == 2  # of the promise and of the window, not of this


def test_what_was_met_is_told_with_when(tmp_path: Path) -> None:
    """A seller who asks why nothing is owed gets an answer too."""
    question = asked(30)
    with told(tmp_path, [question, answered(question, "Here.", ago=hours(1))]) as shelf:
        said = shelf.words()
        states = [
            (each["rule"], each["state"])
            for each in explain.as_json(shelf.explanation(), NOON)["obligations"]  # type: ignore[attr-defined] # JSON is loosely typed
        ]

    assert said.splitlines()[:4] == [
        "Nothing is owed here.",
        "  email.reply was due Thu 19 17:00 and met Fri 20 11:00, late.",
        "  amazon.reply was due Fri 20 06:00 and met Fri 20 11:00, late.",
        "  amazon.window was due Sat 19 06:00 and met Fri 20 11:00, in time.",
    ]
    assert dict(states)["amazon.reply"] == "missed"
    assert dict(states)["amazon.window"] == "met"


def test_a_question_that_starts_no_clock_says_so(tmp_path: Path) -> None:
    """Etsy counts the first message of a conversation; a second would look forgotten."""
    star = replace(AMAZON, anchor=Anchor.FIRST_OF_CONVERSATION)
    question, again = asked(30), asked(1, "again")
    again = replace(again, in_reply_to=(question.message_id,))
    mails = [question, answered(question, "Here.", ago=hours(20)), again]
    with told(tmp_path, mails, make_book([star], [TERMS])) as shelf:
        assert "No rule here starts a clock for what Kate asked Fri 20 11:00." in shelf.words()
    del mails[1]
    with told(tmp_path / "unanswered", mails, make_book([star], [TERMS])) as shelf:
        assert "Asked again Fri 20 11:00: that changes nothing." in shelf.words()


def test_a_word_that_a_service_does_not_hear_is_told(tmp_path: Path) -> None:
    """Who said that no reply is needed sees why it is still owed."""
    with told(tmp_path, [asked()]) as shelf:
        shelf.triage.no_reply_needed([shelf.uid])

        assert "That no reply is needed does not stop this clock: it counts on." in shelf.words()


def test_a_calendar_that_does_not_open_long_enough_is_not_called_closed(tmp_path: Path) -> None:
    """It opens for three hours, and four are needed."""
    christmas = {date(2026, 12, 24): (Hours(540, 720),)}
    once = replace(OFFICE, week=((),) * 7, exceptions=christmas, days={})
    rule = replace(PROMISE, target=timedelta(hours=4))
    with told(tmp_path, [asked()], make_book([rule], [TERMS], {"office": once})) as shelf:
        said = "An answer is owed, but without a time: office does not open long enough"
        assert said in shelf.words()
        assert "owed, but office does not open long enough · your promise" in shelf.badge()[0]


def test_a_vacation_is_told_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    """A list of fifty dates is read by nobody."""
    away = replace(OFFICE, vacations=((date(2026, 11, 23), date(2026, 12, 23)),), days={})
    with told(tmp_path, [asked()], make_book([PROMISE], [TERMS], {"office": away})) as shelf:
        assert (
            "Closed days in between:"
            " 2026-11-21, 2026-11-22, 2026-11-23 to 2026-12-23 (vacation)." in shelf.words()
        )


def test_hours_that_count_are_in_the_json(tmp_path: Path) -> None:
    """What counted can be checked by a script, too."""
    with told(tmp_path, [asked()]) as shelf:
        found = explain.as_json(shelf.explanation(), NOON)["obligations"]

    assert [each["hours"] for each in found if each["calendar"] == "office"] == [  # type: ignore[attr-defined] # JSON is loosely typed
        [
            {"from": NOON - hours(2), "to": NOON + hours(5)},
            {"from": NOON + hours(93), "to": NOON + hours(94)},
        ]
    ]


def copy_for(name: str) -> Message:
    """Return the proven copy, an hour old, of what was answered to a buyer at the service."""
    made = wrote("Amazon.com", "Sent.", ago=hours(1), subject=f"Your e-mail to {name}")
    return replace(made, direction=Direction.OUT, service="amazon", copy_for=name)


def test_a_copy_of_an_answer_says_how_it_came_here(tmp_path: Path) -> None:
    """Whoever sees a clock stopped by a name alone wants to know it."""
    question = replace(asked(), buyer_ref="kate@example.org")
    with told(tmp_path, [question, copy_for("Kate")]) as shelf:
        assert shelf.explanation().counted[1].copy_for == "Kate"
        assert "names Kate: nobody else is so called." in shelf.words()


def test_a_copy_that_fits_nobody_says_that_it_stops_nothing(tmp_path: Path) -> None:
    """The seller has to look, and is told why."""
    with told(tmp_path, [copy_for("Anna")]) as shelf:
        assert "Anna: no message of such a buyer is known" in shelf.words()
        assert "It stops no clock." in shelf.words()


@pytest.mark.parametrize("width", [40, 60, 80, 110])
def test_no_line_of_the_badge_is_wider_than_the_page(tmp_path: Path, width: int) -> None:
    """80 columns are a promise; what does not fit ends with a mark."""
    with told(tmp_path, [asked()]) as shelf:
        assert all(len(line) <= width for line in shelf.badge(width=width))
