"""A home with a store in it, for the tests of keeping."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from connectors.values import Message
from inbox.core.model import Delivery, OutboxItem
from inbox.locations import Locations
from inbox.store import messages, outbox
from inbox.store.database import Store
from tests.store.making import ACCOUNT, question, queue, reply_to, take

CONFIG = f"""# the seller's own words
[accounts.shop]
uid = "{ACCOUNT}"
kind = "memory"
path = "service.json"
"""


class Home:
    """One home; every question opens the store anew, as another process would."""

    def __init__(self, folder: Path) -> None:
        self.where = Locations.under(folder)
        self.where.prepare()

    def store(self) -> Store:
        """Return the opened store."""
        return Store.open(self.where.store_file, device="bench")

    def take(self, *arrived: Message) -> None:
        """Store messages."""
        with closing(self.store()) as store:
            take(store, arrived)

    def queue(self, answered: Message, state: Delivery = Delivery.QUEUED, key: str = "k1") -> None:
        """Put a reply to a stored message into the outbox."""
        with closing(self.store()) as store:
            (found,) = take(store, [answered])
            with store.write(durable=True) as tx:
                queue(tx, found.conversation, reply_to(answered, f"{key}@lamps.example"), state)

    def outbox(self) -> list[OutboxItem]:
        """Return everything in the outbox."""
        with closing(self.store()) as store, store.read() as tx:
            return outbox.every(tx)

    def remote_ids(self) -> set[str]:
        """Return which messages are stored."""
        with closing(self.store()) as store, store.read() as tx:
            rows = tx.sql.execute("SELECT remote_id FROM doc_messages")
            return {remote_id for (remote_id,) in rows}

    def write_config(self, text: str = CONFIG) -> None:
        """Write the configuration."""
        self.where.config_file.write_text(text)
        self.where.config_file.chmod(0o600)

    def write_canned(self, name: str, text: str) -> None:
        """Write a canned response."""
        path = self.where.canned / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def asked(count: int) -> list[Message]:
    """Return so many questions of different buyers."""
    return [question(number) for number in range(count)]


def texts(store: Store) -> set[str]:
    """Return the text of every message."""
    with store.read() as tx:
        uids = [uid for (uid,) in tx.sql.execute("SELECT uid FROM doc_messages")]
        return {messages.get(tx, uid).message.text for uid in uids}
