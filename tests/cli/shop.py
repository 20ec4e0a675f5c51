"""A small shop for tests: one account, a few buyers, and the command line on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from connectors.values import Direction, Message, Party, Place, RemoteId, Role
from inbox import config
from inbox.cli import cli
from inbox.cli.session import Session
from inbox.config import AccountConfig
from inbox.core.model import AccountUid, ConversationUid
from inbox.locations import Locations
from inbox.rules import load_book
from inbox.store import messages
from inbox.store.database import Store
from inbox.store.derive import derive

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACCOUNT = AccountUid("shopshopsh0p")
OURS = Party("Anna's Lamps", "anna@lamps.example")

SETTINGS: Mapping[str, str | tuple[str, ...]] = {
    "address": OURS.address,
    "name": OURS.name,
    "username": OURS.address,
    "imap_host": "127.0.0.1",
    "smtp_host": "127.0.0.1",
    "password_command": "echo invented",
    "signature": "Anna",
}


@dataclass
class Shop:
    """A home with one account called `shop`, and what can be done to it."""

    home: Path
    now: datetime = NOW
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def locations(self) -> Locations:
        """Where everything of it lies."""
        return Locations.under(self.home)

    def add_account(self, name: str = "shop", uid: str = ACCOUNT, **settings: str) -> None:
        """Write an account into the configuration."""
        config.add_account(
            self.locations.config_file,
            AccountConfig(
                uid=AccountUid(uid),
                name=name,
                kind="email",
                settings={**SETTINGS, **settings},
                owed_since=NOW - timedelta(days=14),
            ),
        )

    def settings(self, text: str) -> None:
        """Put lines into `[settings]`."""
        path = self.locations.config_file
        before = path.read_text() if path.exists() else ""
        path.write_text(f"[settings]\n{text}\n{before}")
        path.chmod(0o600)

    def deliver(self, *several: Message, account: str = ACCOUNT) -> list[ConversationUid]:
        """Store messages as a sync would; return their conversations."""
        book = load_book(config.load(self.locations.config_file))
        store = Store.open(self.locations.store_file)
        try:
            with store.write() as tx:
                found = messages.ingest_messages(tx, AccountUid(account), several, book)
                derive(tx, [one.conversation for one in found], book)
        finally:
            store.close()
        return [one.conversation for one in found]

    def run(self, *words: str, input: str | bytes | None = None) -> Result:  # noqa: A002 - as click calls it
        """Run a command without a terminal."""
        session = Session(self.locations, clock=lambda: self.now, environ=self.environ)
        return CliRunner().invoke(cli, words, obj=session, input=input, prog_name="inbox")

    def json(self, *words: str, input: str | bytes | None = None) -> Any:  # noqa: A002 - as click calls it
        """Run a command that must succeed and return the JSON it prints."""
        result = self.run(*words, "--json", input=input)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return json.loads(result.stdout)


def wrote(
    name: str,
    text: str = "Hello, where is my parcel?",
    *,
    subject: str = "My parcel",
    ago: timedelta = timedelta(hours=1),
    **more: Any,
) -> Message:
    """Return a message of the buyer of that name."""
    address = f"{name.lower()}@buyers.example"
    remote_id = f"{address} {subject} {ago}"
    values: dict[str, Any] = {
        "remote_id": RemoteId(remote_id),
        "direction": Direction.IN,
        "accepted_at": NOW - ago,
        "sender": Party(name, address),
        "recipients": (OURS,),
        "subject": subject,
        "text": text,
        "message_id": f"{abs(hash(remote_id))}@buyers.example",
        "places": (Place("INBOX", "1", remote_id, Role.INBOX),),
        "source": f"From: {address}\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode(),
        "body_digest": text,
    }
    return Message(**{**values, **more})
