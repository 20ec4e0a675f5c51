"""When a queued reply is to leave: how it is kept, and kept right by what happens meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inbox.core.model import Conversation, Held, OutboxItem, Schedule
from inbox.core.scheduling import planned
from inbox.store.instants import instant, maybe_instant, maybe_micros, micros

if TYPE_CHECKING:
    from inbox.core.heads import Head

_MICROSECOND = timedelta(microseconds=1)


def document_of(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule as part of its item's document."""
    return {
        "at": micros(schedule.at),
        "lead": None if schedule.lead is None else schedule.lead // _MICROSECOND,
        "said": schedule.said,
        "knew": maybe_micros(schedule.knew),
        "earliest": micros(schedule.earliest),
        "held": None if schedule.held is None else schedule.held.value,
        "held_at": maybe_micros(schedule.held_at),
        "waits": schedule.waits,
    }


def maybe_schedule(document: Mapping[str, Any] | None) -> Schedule | None:
    """Return the schedule a document stands for, None for none."""
    if document is None:
        return None
    lead, held = document["lead"], document["held"]
    return Schedule(
        at=instant(document["at"]),
        lead=None if lead is None else timedelta(microseconds=lead),
        said=document["said"],
        knew=maybe_instant(document["knew"]),
        earliest=instant(document["earliest"]),
        held=None if held is None else Held(held),
        held_at=maybe_instant(document["held_at"]),
        waits=document["waits"],
    )


def replanned(
    items: Sequence[OutboxItem], conversation: Conversation, heads: Sequence[Head]
) -> tuple[Conversation, list[OutboxItem]]:
    """Return the conversation with what it shows of its scheduled replies, and the changed ones."""
    due_at = conversation.due_at if conversation.owed else None
    now_planned = [planned(item, due_at, heads) for item in items]
    changed = [new for new, old in zip(now_planned, items, strict=True) if new != old]
    waiting = [item for item in now_planned if item.schedule is not None]
    leaving = [item.send_after for item in waiting if item.schedule and not item.schedule.waits]
    held = [item.schedule.held for item in waiting if item.schedule and item.schedule.held]
    shown = replace(
        conversation,
        leaves_at=min(leaving, default=None),
        held=held[0] if held else None,
    )
    return shown, changed
