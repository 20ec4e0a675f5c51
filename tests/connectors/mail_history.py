"""A mailbox with a history: a phone, buyers, a bad line and a server in a bad mood, by dice."""

from __future__ import annotations

import contextlib
import random
import re
import time
from functools import partial

from connectors.contract import ConnectorError
from connectors.email import EmailConnector
from connectors.values import Mark
from inbox.store import messages
from inbox.sync.pulling import Pulled, pull
from tests.connectors.mail_service import MailService
from tests.fakes.mails import mail
from tests.fakes.pymap_server import PymapServer
from tests.sync.desk import SHOP, Desk

FOLDERS = ("INBOX", "Sent", "Archive", "Trash")
PATIENCE = 0.5


def pulled(desk: Desk, connector: EmailConnector) -> Pulled:
    """Pull into the store what there is."""
    found = Pulled()
    pull(
        *(desk.store, connector, SHOP, found),
        book=desk.book,
        clock=desk.watch,
        accept_gone=True,
        between=lambda: True,
        beginning=lambda: None,
    )
    return found


class History:
    """A phone, buyers, a bad line and a server in a bad mood, all by the same dice."""

    def __init__(self, shop: MailService, desk: Desk, seed: int) -> None:
        self.shop, self.desk = shop, desk
        self.dice = random.Random(seed)
        self.written = 0
        self.connector = shop.connect(patience=PATIENCE)

    def step(self) -> None:
        """Let something happen, then let a round come to what end it may."""
        for _ in range(self.dice.randint(1, 4)):
            self.dice.choice(
                [self.write, self.write, self.answer, self.read, self.delete, self.move]
            )()
        if self.dice.random() < 0.15:
            self.renumber()
        self.dice.choice(
            [
                *(self.whole, self.cut, self.garble, self.hush, self.lie, self.vanish, self.late),
                *([self.midway] if isinstance(self.shop.server, PymapServer) else []),
            ]
        )()
        self.round()
        self.shop.mend()
        if self.dice.random() < 0.3:
            self.mark()
        if self.dice.random() < 0.2:
            self.connector.close()
            self.connector = self.shop.connect(patience=PATIENCE)

    def round(self) -> None:
        """Pull; the line may break."""
        with contextlib.suppress(ConnectorError):
            pulled(self.desk, self.connector)

    def write(self) -> None:
        """Let a buyer write, much or little."""
        self.written += 1
        text = "Hello, where is it?\n" * self.dice.choice([1, 50, 6000])
        self.shop.put(mail(f"Mail {self.written:03}", text))

    def answer(self) -> None:
        """Let the seller's other program save an answer."""
        self.written += 1
        sender = "The Shop <shop@example.com>"
        self.shop.put(mail(f"Mail {self.written:03}", sender=sender), "Sent")

    def _one(self) -> str:
        """Return a mail's subject."""
        return f"Mail {self.dice.randint(1, max(1, self.written)):03}"

    def read(self) -> None:
        """Let a phone mark a mail."""
        with self.shop.phone() as phone:
            phone.flag(self._one(), self.dice.choice(["\\Seen", "\\Answered"]))

    def delete(self) -> None:
        """Let a phone delete a mail for good."""
        with self.shop.phone() as phone:
            phone.delete(self._one(), self.dice.choice(FOLDERS[:1] + FOLDERS[2:]))

    def move(self) -> None:
        """Let a phone move a mail from one folder to another."""
        source, target = self.dice.sample([FOLDERS[0], *FOLDERS[2:]], 2)
        with self.shop.phone() as phone:
            phone.move(self._one(), target, source)

    def mark(self) -> None:
        """Put a mail aside here, or take it back."""
        with self.desk.store.read() as tx:
            every = [
                place
                for uid in self.desk.conversations()
                for head in messages.heads(tx, uid)
                for place in head.message.places
                if place.folder != "Sent"
            ]
        if every:
            wanted = [Mark.ARCHIVED, Mark.UNARCHIVED, Mark.TRASHED, Mark.NOT_TRASHED, Mark.SEEN]
            with contextlib.suppress(ConnectorError):
                self.connector.mark([self.dice.choice(every)], self.dice.choice(wanted))

    def renumber(self) -> None:
        """Let the hoster number INBOX anew."""
        self.connector.close()
        self.shop.hang_up()
        self.shop.server.change_uidvalidity(self.shop.user)
        self.connector = self.shop.connect(patience=PATIENCE)

    def midway(self) -> None:
        """Number INBOX anew just when its mails are asked for; Dovecot lets nobody do that."""
        anew = partial(self.shop.server.change_uidvalidity, self.shop.user)
        self.shop.imap_line.fault.when = (b"BODY.PEEK[]", anew)

    def whole(self) -> None:
        """Let the line be good."""

    def cut(self) -> None:
        """Hang up somewhere: in a listing, in a literal."""
        self.shop.cut_after(self.dice.choice([700, 1500, 3000, 20_000, 100_000]))

    def garble(self) -> None:
        """Spoil what is said from somewhere on."""
        self.shop.garble_after(self.dice.choice([900, 2500, 20_000]))

    def hush(self) -> None:
        """Say nothing more from somewhere on."""
        self.shop.fall_silent_after(self.dice.choice([900, 2500, 20_000]))

    def late(self) -> None:
        """Answer one command later than anybody waits."""

        def slowly(said: bytes) -> bytes:
            if b"FETCH" in said:
                self.shop.imap_line.fault.rewrite = None
                time.sleep(1.2 * PATIENCE)
            return said

        self.shop.imap_line.fault.rewrite = slowly

    def lie(self) -> None:
        """Say wrong lengths, or goodbye in the middle."""
        pattern, words = self.dice.choice(
            [
                (rb"BODY\[\] \{(\d)", rb"BODY[] {9\1"),
                (rb"BODY\[\] \{\d", b"BODY[] {"),
                (rb"\* (\d+) FETCH", rb"* BYE out of memory\r\n* \1 FETCH"),
            ]
        )
        self.shop.imap_line.fault.rewrite = lambda said: re.sub(pattern, words, said)

    def vanish(self) -> None:
        """Let a phone delete a mail just when it is asked for."""
        self.shop.imap_line.fault.when = (b"BODY.PEEK[]", self.delete)

    def stored(self) -> dict[tuple[str, str], tuple[str, bool, bool]]:
        """Return what the store says lies where, and how it is marked."""
        with self.desk.store.read() as tx:
            return {
                (place.folder, place.id): (
                    head.message.subject,
                    head.message.seen,
                    head.message.answered,
                )
                for uid in self.desk.conversations()
                for head in messages.heads(tx, uid)
                if head.gone_at is None
                for place in head.message.places
            }

    def there(self) -> dict[tuple[str, str], tuple[str, bool, bool]]:
        """Return what the server itself says lies where."""
        with self.shop.phone() as phone:
            return {
                (folder, uid): told
                for folder in FOLDERS
                for uid, told in phone.mails(folder).items()
            }
