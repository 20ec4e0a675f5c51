"""Asking for files, which the engine fetches; putting away what could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.store import attachments, held_back
from inbox.store.attachments import StoredFile
from inbox.triage.desk import Desk


class Files(Desk):
    """Files that came with messages, and messages that came as files only."""

    def want_files(self, files: Sequence[StoredFile]) -> None:
        """Ask for files that are not here; the engine, once it runs, fetches them first."""
        with self._store.write() as tx:
            accounts = attachments.want(tx, files)
        for account in accounts:
            self._nudge(account)

    def put_away(self, uids: Sequence[str], *, seen: bool) -> None:
        """Note that the seller has looked at messages that could not be read, or has not."""
        with self._store.write() as tx:
            held_back.set_seen(tx, uids, seen=seen)
