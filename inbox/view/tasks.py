"""What the seller can do in a conversation only at its service, in the service's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from inbox.core.model import ConversationUid
from inbox.core.stated import Said
from inbox.i18n import gettext as _
from inbox.store import stated
from inbox.store.database import Transaction

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that can be done there."""

    said: str
    """What, in sentences."""
    page: str
    """The https address where; "" where the service gives none."""
    due_at: datetime | None
    """Until when; None: no instant is stated, or what was asked for is done."""


def tasks_of(tx: Transaction, uid: ConversationUid) -> tuple[Task, ...]:
    """Return what the services say can be done there now, what is due first in front."""
    return latest(stated.of_conversation(tx, uid))


def latest(said: Iterable[Said]) -> tuple[Task, ...]:
    """Return what the last word of each kind says can be done; of the same thing once."""
    last = {word.deadline.ref: word.deadline for word in said if word.deadline is not None}
    found: dict[tuple[str, str], Task] = {}
    for one in sorted(last.values(), key=lambda one: one.due_at or _NEVER):
        if one.said:
            task = Task(one.said, one.page, one.due_at)
            found.setdefault((one.said, one.page), task)
    return tuple(found.values())


def task_words(tasks: Iterable[Task], instant: Callable[[datetime], str]) -> Iterator[str]:
    """Yield the tasks in lines; what belongs to the line above begins with two spaces."""
    for number, task in enumerate(tasks):
        if not number:
            yield _("At the service")
        yield f"  {task.said}"
        if task.due_at is not None:
            yield "    " + _("Until {at}").format(at=instant(task.due_at))
        if task.page:
            yield f"    {task.page}"


def tasks_json(tasks: Iterable[Task]) -> list[dict[str, object]]:
    """Return the tasks as `inbox show --json` prints them."""
    return [{"said": task.said, "page": task.page or None, "due_at": task.due_at} for task in tasks]
