"""Putting off until later, and bringing back. No service's clock stops for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from inbox.core.events import known
from inbox.core.model import ConversationUid, Verb
from inbox.triage.desk import Desk, each, new_group


class Snoozing(Desk):
    """Snooze and wake."""

    def snooze(self, wakes: Mapping[ConversationUid, datetime]) -> str:
        """Put each of these off until its instant and return the group of the facts.

        A new question of the buyer brings it back sooner.
        """
        group = new_group()
        with self._store.write(durable=True) as tx:
            for uid, until in wakes.items():
                for conversation in each(tx, [uid]):
                    arguments = {**known(conversation), "until": until.astimezone(UTC).isoformat()}
                    self._write(tx, Verb.SNOOZE, [conversation], arguments, group)
        return group

    def wake(self, uids: Sequence[ConversationUid]) -> str:
        """Bring snoozed conversations back now and return the group of the facts."""
        group = new_group()
        with self._store.write(durable=True) as tx:
            self._write(tx, Verb.WAKE, each(tx, uids), {}, group)
        return group
