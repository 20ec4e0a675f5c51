"""What can be done only at the service: the last word of each kind, with its own page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.values import StatedDeadline
from inbox.core.stated import Said, Subject
from inbox.view.tasks import Task, latest, task_words, tasks_json

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = "https://shop.example/claims/7"


def word(ref: str, said: str, due: datetime | None, page: str = PAGE) -> Said:
    """Return one word of a service on an instant."""
    stated = StatedDeadline(conversation_ref="7", ref=ref, due_at=due, said=said, page=page)
    return Said(subject=Subject.DEADLINE, value=due is not None, at=NOON, deadline=stated)


def test_the_last_word_of_each_kind_counts_and_what_is_due_first_stands_first() -> None:
    """A claim that was decided must not be asked for any more; an appeal has no day, and stands."""
    day = timedelta(days=1)
    said = [
        word("decision", "Decide.", NOON + day),
        word("status", "Act.", NOON + 2 * day),
        word("status", "Act soon.", NOON + day / 2),
        word("decision", "", None),
        word("outcome", "You can: appeal.", None, ""),
        Said(subject=Subject.CLOSED, value=False, at=NOON),
    ]

    tasks = latest(said)

    assert tasks == (
        Task("Act soon.", PAGE, NOON + day / 2),
        Task("You can: appeal.", "", None),
    )
    assert list(task_words(tasks, lambda at: f"{at:%d %H:%M}")) == [
        "At the service",
        "  Act soon.",
        "    Until 21 00:00",
        f"    {PAGE}",
        "  You can: appeal.",
    ]
    assert tasks_json(tasks) == [
        {"said": "Act soon.", "page": PAGE, "due_at": NOON + day / 2},
        {"said": "You can: appeal.", "page": None, "due_at": None},
    ]


def test_the_same_thing_under_two_names_stands_once_with_the_earlier_instant() -> None:
    """Allegro states two instants for one decision."""
    said = [word("decision", "Decide.", NOON + timedelta(days=1)), word("status", "Decide.", NOON)]

    assert latest(said) == (Task("Decide.", PAGE, NOON),)
    assert list(task_words((), str)) == []
