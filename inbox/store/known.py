"""Which stored message an arriving one is, if any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.frozen import frozen
from connectors.values import Direction, Message, RemoteId
from inbox.core.model import AccountUid, MessageUid
from inbox.store import contents
from inbox.store.database import Transaction
from inbox.store.rows import portions


@frozen(quick=True)
class Row:
    """A stored message, as far as telling it from others needs."""

    doc_id: int
    uid: MessageUid
    digest: str
    outgoing: bool = False
    """Whether it was written here."""


class Known:
    """The stored messages that a batch of one account may bring again."""

    def __init__(self, tx: Transaction, account: AccountUid, arrived: Sequence[Message]) -> None:
        self._tx = tx
        self._account = account
        self._rows: dict[RemoteId, list[Row]] = {}
        self._written_here: dict[str, Row] = {}
        self._read_ids({each.remote_id for each in arrived})
        self._read_keys(
            {name for each in arrived if each.direction is Direction.OUT for name in _names(each)}
        )

    def same(self, message: Message) -> Row | None:
        """Return the stored message that this one is."""
        if message.direction is Direction.OUT:
            for name in _names(message):
                if name in self._written_here:
                    return self._written_here[name]
        for row in self._rows.get(message.remote_id, ()):
            if self._is(row, message):
                return row
        return None

    def other(self, message: Message, row: Row) -> Row | None:
        """Return a copy of the same id and body that stands beside `row`."""
        return next(
            (
                each
                for each in self._rows.get(message.remote_id, ())
                if each.doc_id != row.doc_id
                and not each.outgoing
                and each.digest == message.body_digest
            ),
            None,
        )

    def add(self, row: Row, remote_id: RemoteId) -> None:
        """Know one more message."""
        self._rows.setdefault(remote_id, []).append(row)

    def drop(self, row: Row) -> None:
        """Know a message no more."""
        for rows in self._rows.values():
            rows[:] = [each for each in rows if each.doc_id != row.doc_id]

    def _is(self, row: Row, message: Message) -> bool:
        """Return whether a row of the same remote id is this message."""
        if not row.outgoing:
            return row.digest == message.body_digest
        if message.direction is Direction.OUT:
            # Its digest is known once a copy came in; the first to come is it.
            return row.digest in ("", message.body_digest)
        return self._says_the_same(row, message)

    def _says_the_same(self, row: Row, message: Message) -> bool:
        """Return whether what came in is our own reply, word for word.

        Nothing less will do: whoever got a reply of ours knows its
        Message-ID, and could hide other words behind it.
        """
        if not message.claims_to_be_us:
            return False
        text, _ = contents.bodies(self._tx, [row.doc_id])[row.doc_id]
        return text.split() == message.text.split()

    def _read_ids(self, wanted: Iterable[RemoteId]) -> None:
        for some in portions(sorted(wanted)):
            rows = self._tx.sql.execute(
                "SELECT remote_id, doc_id, uid, digest, outgoing FROM doc_messages"  # noqa: S608 - marks only
                f" WHERE account = ? AND remote_id IN ({','.join('?' * len(some))})",
                (self._account, *some),
            )
            for remote_id, doc_id, uid, digest, key in rows:
                row = Row(doc_id, uid, digest, outgoing=key is not None)
                self._rows.setdefault(remote_id, []).append(row)

    def _read_keys(self, wanted: Iterable[str]) -> None:
        for some in portions(sorted(wanted)):
            rows = self._tx.sql.execute(
                "SELECT outgoing, doc_id, uid, digest FROM doc_messages"  # noqa: S608 - marks only
                f" WHERE account = ? AND outgoing IN ({','.join('?' * len(some))})",
                (self._account, *some),
            )
            for key, doc_id, uid, digest in rows:
                self._written_here[key] = Row(doc_id, uid, digest, outgoing=True)


def _names(message: Message) -> list[str]:
    """Return the names under which a copy of a reply of ours may be known."""
    return [name for name in (message.key, message.message_id) if name]
