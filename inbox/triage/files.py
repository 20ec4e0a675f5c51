"""Asking for files: the engine fetches them, in the background."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.store import attachments
from inbox.store.attachments import StoredFile
from inbox.triage.desk import Desk


class Files(Desk):
    """Files that came with messages."""

    def want_files(self, files: Sequence[StoredFile]) -> None:
        """Ask for files that are not here; the engine, once it runs, fetches them first."""
        with self._store.write() as tx:
            accounts = attachments.want(tx, files)
        for account in accounts:
            self._nudge(account)
