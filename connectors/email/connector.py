"""E-mail as a connector: wires the parts, decides when to connect, and is woken from outside.

Imports what is heavy only when it is used: the screen's process reads SETTINGS.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from connectors.contract import Account, ChangedDraft, KnownDraft, Temporary
from connectors.email.proving import ProvenMailbox
from connectors.email.settings import ANSWER_SECONDS, EmailSettings, read_settings
from connectors.steps import reached
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Mark,
    Place,
    Receipt,
    Reply,
    ReplyKey,
)

if TYPE_CHECKING:
    from connectors.email.checkpoint import Folders
    from connectors.email.comparing import Marks
    from connectors.email.folders import Choice, Listed
    from connectors.email.imap import Mailbox
    from connectors.email.marking import Moved
    from connectors.email.standing import Status

_MARKS = frozenset(Mark) - {Mark.CLOSED, Mark.NO_REPLY_NEEDED}

_MOST_FILES = 50
_MOST_FILE_BYTES = 18_000_000
"""What all files of a mail may weigh: in base64 about 25 MB, what most servers take."""

log = logging.getLogger(__name__)


def _now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


def _nothing() -> None:
    """Do nothing."""


class EmailConnector(ProvenMailbox):
    """A mailbox by IMAP and the way out by SMTP."""

    kind: ClassVar[str] = "email"

    def __init__(
        self,
        account: Account,
        clock: Callable[[], datetime] = _now,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        super().__init__(account)
        self._answer_seconds = answer_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._mailbox: Mailbox | None = None
        self._lent = 0
        self._inbox: Status | None = None
        """How INBOX stood when the last whole pull looked."""
        self._left: tuple[Checkpoint, Folders] | None = None
        """The last checkpoint and what it says: reading that of a large mailbox takes its time."""
        self._accepted: dict[ReplyKey, datetime] = {}
        """When replies of this process were accepted, until they are settled."""
        self._nudged = False
        self._closed = False
        self._wake: int | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What the account can do; `push` once the server said so."""
        mailbox = self._mailbox
        return Capabilities(
            marks=_MARKS,
            attachments=True,
            max_files=_MOST_FILES,
            max_files_bytes=_MOST_FILE_BYTES,
            push=mailbox is not None and "IDLE" in mailbox.capabilities,
            drafts=self.account.text("server_drafts") == "yes",
            can_start=True,
            moves=True,
            addressed=True,
        )

    @cached_property
    def _settings(self) -> EmailSettings:
        """Return the settings, read once; raises LoginRefused naming a wrong one."""
        return read_settings(self.account, self._answer_seconds)

    @cached_property
    def _marks(self) -> Marks:
        """Return when marks were compared last."""
        from connectors.email.comparing import Marks

        return Marks()

    @cached_property
    def _moved(self) -> Moved:
        """Return where mails lie that we moved."""
        from connectors.email.marking import Moved

        return Moved()

    @contextmanager
    def _using(self) -> Iterator[Mailbox]:
        """Lend a live connection; a dead one is let go of after."""
        mailbox = self._live()
        try:
            yield mailbox
        finally:
            with self._lock:
                self._lent -= 1
                over = mailbox.dead or (self._closed and not self._lent)
                if over and self._mailbox is mailbox:
                    self._mailbox = None
            if over:
                mailbox.close()

    def _live(self) -> Mailbox:
        """Return a connection that answers, a new one if need be; counted as lent."""
        with self._lock:
            self._refuse_closed()
            mailbox = self._mailbox
            self._lent += 1
        try:
            if mailbox is not None and self._answers(mailbox):
                return mailbox
            return self._connect()
        except BaseException:
            with self._lock:
                self._lent -= 1
            raise

    def _answers(self, mailbox: Mailbox) -> bool:
        """Return whether a connection is alive; a laptop that slept does not know by itself."""
        try:
            if not mailbox.dead:
                mailbox.noop()
        except Temporary:
            mailbox.dead = True
        return not mailbox.dead

    def _connect(self) -> Mailbox:
        """Return a new connection in place of the old one."""
        from connectors.email.imap import Mailbox

        self._refuse_closed()
        settings = self._settings
        mailbox = self.proven(partial(Mailbox, settings.imap, settings.username))
        with self._lock:
            old, self._mailbox = self._mailbox, mailbox
            closed = self._closed
        if old is not None:
            old.close()
        if closed:
            mailbox.close()
            self._refuse_closed()
        return mailbox

    def _refuse_closed(self) -> None:
        """Raise Temporary if `close` was called."""
        if self._closed:
            raise Temporary(f"{self.account.name} is being closed.")

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield what changed since the checkpoint, the newest mails of all folders first."""
        from connectors.email import checkpoint, rounds
        from connectors.email.comparing import Looker
        from connectors.email.folders import lacking

        left = self._left
        known = left[1] if left is not None and left[0] == since else checkpoint.read(since)
        settings = self._settings
        self._inbox = None
        with self._using() as mailbox:
            choice = self._choice(mailbox.folders())
            looker = Looker(mailbox, self._marks, self._moved.landed)
            watched = (*choice.watched, *choice.aside)
            this = rounds.Round(
                mailbox, watched, known, settings.own, looker, authserv_id=settings.authserv_id
            )
            for batch in this.batches():
                self._left = batch.checkpoint, this.states
                yield batch
            self._inbox = this.inbox
            self.lacks = lacking(choice.missing, this.shut)

    def wait(self, timeout: float) -> bool:
        """Return True on news of INBOX, also if it changed since the last pull; False after it."""
        with self._waking() as wake:
            if wake is None:
                return True
            try:
                return self._wait(wake, timeout) or self._nudged
            except Temporary:
                if self._nudged or self._closed:
                    return True  # the next pull will find out what is wrong with the line
                raise

    def _wait(self, wake: int, timeout: float) -> bool:
        """Return whether there are news of INBOX before the timeout or the waking."""
        with self._using() as mailbox:
            if "IDLE" in mailbox.capabilities:
                status = mailbox.examine("INBOX")
                if self._inbox is not None and status != self._inbox:
                    return True
                return mailbox.idle(wake, timeout, self._wall)
        from connectors.email.idling import doze

        return doze(wake, timeout, self._wall)

    def _wall(self) -> float:
        """Return the seconds that the clock on the wall shows."""
        return self._clock().timestamp()

    @contextmanager
    def _waking(self) -> Iterator[int | None]:
        """Lend a file descriptor that can be read once we are nudged; None if we are already."""
        with self._lock:
            if self._nudged:
                self._nudged = self._closed
                yielded: int | None = None
                ends: tuple[int, ...] = ()
            else:
                ends = os.pipe()
                yielded, self._wake = ends
        try:
            yield yielded
        finally:
            with self._lock:
                if ends:
                    self._wake = None
                    self._nudged = self._closed
                for end in ends:
                    os.close(end)

    def nudge(self) -> None:
        """End a wait now, or the next one."""
        with self._lock:
            self._nudged = True
            if self._wake is not None:
                os.write(self._wake, b"!")

    def close(self) -> None:
        """End whatever waits, for good."""
        with self._lock:
            self._closed = True
            mailbox, lent = self._mailbox, self._lent
            if not lent:
                self._mailbox = None
        self.nudge()
        self.stop_proving()
        if mailbox is not None:
            # Who uses the line just now finds it ended, and closes it.
            mailbox.hang_up()
            if not lent:
                mailbox.close()

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Hand the reply to the SMTP server and return its word, with our time of hearing it."""
        from connectors.email.compose import compose, envelope_of
        from connectors.email.identity import remote_id_of
        from connectors.email.smtp import Smtp

        settings, raw = self._settings, compose(reply)
        with self.proven(partial(Smtp, settings.smtp, settings.username)) as smtp:
            detail = smtp.send(envelope_of(reply), raw, leaving)
        # SMTP tells no time, and its Sent copy is made by us.
        accepted_at = self._accepted[reply.key] = self._clock()
        return Receipt(accepted_at=accepted_at, remote_id=remote_id_of(raw), detail=detail)

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt of a reply that stands in Sent; raises Unsure if it does not."""
        from connectors.email import sent

        with self._using() as mailbox:
            return sent.look(mailbox, self._settings, reply)

    def settle(self, reply: Reply) -> None:
        """Save the reply in Sent and mark the mail it answers, each if it is not done yet."""
        from connectors.email import sent
        from connectors.email.compose import compose

        with self._using() as mailbox:
            when = self._accepted.get(reply.key, reply.created_at)
            raw = compose(reply, keep_bcc=True)
            sent.save(mailbox, self._settings, reply.key, raw, when)
        reached("settle.before_answered")
        self.mark(reply.answers, Mark.ANSWERED)
        self._accepted.pop(reply.key, None)

    def keep_draft(
        self, name: str, version: str, draft: Reply, instead: str = "", before: str = ""
    ) -> str:
        """Put the draft into the Drafts folder instead of its earlier versions."""
        from connectors.email import drafts

        with self._using() as mailbox:
            return drafts.keep(
                mailbox, self._settings, (name, version), draft, instead=instead, before=before
            )

    def changed_drafts(self, known: Mapping[str, KnownDraft]) -> Sequence[ChangedDraft]:
        """Return our drafts that another program wrote anew in the Drafts folder."""
        from connectors.email import drafts

        with self._using() as mailbox:
            return drafts.changed(mailbox, self._settings, known)

    def drop_draft(self, name: str) -> None:
        """Take the draft out of the Drafts folder."""
        from connectors.email import drafts

        with self._using() as mailbox:
            drafts.drop(mailbox, self._settings, name)

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Set or take the flag, or move the mails, where they still are and may be changed.

        May be repeated. A mail that we moved since its place was written down is found.
        """
        from connectors.email.marking import MOVES, flag, put_aside
        from connectors.email.trouble import SaidNo

        if mark not in self.capabilities.marks:
            super().mark(places, mark)
        by_folder: dict[tuple[str, str], list[Place]] = {}
        for place in dict.fromkeys(map(self._moved.now, places)):
            if mark not in MOVES or place.role in MOVES[mark][0]:
                by_folder.setdefault((place.folder, place.epoch), []).append(place)
        for (folder, _), lying in by_folder.items():
            with self._using() as mailbox:
                try:
                    if mark in MOVES:
                        put_aside(mailbox, lying, MOVES[mark][1], self._moved, self._choice)
                    else:
                        flag(mailbox, lying, mark)
                except SaidNo as no:
                    log.warning("%s: %s cannot be marked: %s", self.account.name, folder, no.words)

    def find(self, message_ids: Sequence[str]) -> Sequence[Place]:
        """Return where these mails lie aside, though no pull told of it.

        That is so in a folder that holds a copy of every mail (Gmail's), and
        in one that was made by a move just before we were killed.
        """
        from connectors.email import fetching

        with self._using() as mailbox:
            return fetching.found(mailbox, self._choice(mailbox.folders()).aside, message_ids)

    def _choice(self, listed: Sequence[Listed]) -> Choice:
        """Return what to pull of the mailbox."""
        from connectors.email import folders

        settings = self._settings
        return folders.choose(listed, settings.folders, settings.sent_folder, settings.history)

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return an attachment's bytes, its transfer encoding undone."""
        from connectors.email import fetching

        with self._using() as mailbox:
            return fetching.attachment(mailbox, place, ref, self.came)

    def source(self, place: Place) -> bytes:
        """Return a mail's whole source."""
        from connectors.email import fetching

        with self._using() as mailbox:
            return fetching.source(mailbox, place)

    def check(self) -> Findings:
        """Log in at both servers, look around, change nothing, and say what was found."""
        from connectors.email import checking
        from connectors.email.smtp import Smtp

        settings = self._settings
        with self._using() as mailbox:
            found = checking.looked(mailbox, settings, self.poll_every)
        with checking.of_sending(), self.proven(partial(Smtp, settings.smtp, settings.username)):
            last = f"{settings.smtp.host} accepted the login; replies can be sent."
        return Findings((*found.lines, last), found.proposals)
