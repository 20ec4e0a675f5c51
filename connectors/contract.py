"""What a connector promises, and the errors it speaks in.

Errors are named by what to do next::

    ConnectorError
    ├── Temporary       try again, after `retry_after` seconds if the service said so
    ├── LoginRefused    only the seller can mend it
    ├── Rejected        drop this one request, the account is fine
    ├── Unsure          it may have happened: look before trying again
    └── CheckpointLost  start over with `pull(None)`

Anything else that a connector raises is a bug: it is logged with its
traceback and the account shows "broken".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from connectors.clues import Source
from connectors.orders import Order
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Mark,
    Party,
    Place,
    Receipt,
    Reply,
    Setting,
    SettingValues,
)


class ConnectorError(Exception):
    """The base of what a connector may raise. Its text goes to the seller: plain, no secrets."""


class Temporary(ConnectorError):
    """It did not work now and may later."""

    def __init__(self, said: str, retry_after: float | None = None) -> None:
        super().__init__(said)
        self.retry_after = retry_after
        """Seconds the service asked us to wait; None: our own backoff."""


class LoginRefused(ConnectorError):
    """The service does not let us in: password, permission, or a connection that is not safe."""


class Rejected(ConnectorError):
    """The service (or we, knowing its limits) will never take this request as it is."""


class Unsure(ConnectorError):
    """The request left and no answer came: it may have been carried out."""


class CheckpointLost(ConnectorError):
    """Our place in the stream means nothing to the service any more."""


def _not_kept(_key: str, _value: str) -> None:
    """Keep nothing: where secrets come from a command of the seller's, we cannot change them."""


class Talk(Protocol):
    """How a login speaks with the seller, who sits at a terminal."""

    def say(self, sentence: str) -> None:
        """Show a sentence."""

    def open(self, address: str) -> None:
        """Show an address and open it in the seller's browser, where there is one."""

    def ask(self, question: str) -> str:
        """Return what the seller types or pastes; raises LoginRefused where nobody sits."""

    def stopped(self, seconds: float) -> bool:
        """Wait so long, and return whether the seller gave up."""


@dataclass(frozen=True, slots=True)
class Account:
    """All a connector is told: its own account's settings and a way to ask for its secrets."""

    uid: str
    name: str
    settings: SettingValues
    secret: Callable[[str], str]
    """Return the secret of that key; raises LoginRefused with a sentence when there is none."""
    keep: Callable[[str, str], None] = _not_kept
    """Keep a secret that the service gave us (a renewed token) under its key."""

    def __repr__(self) -> str:
        """Name the account and nothing that it holds."""
        return f"Account({self.name!r})"

    def text(self, key: str) -> str:
        """Return a setting that is one text ("" when it is not set)."""
        value = self.settings.get(key, "")
        return value if isinstance(value, str) else ", ".join(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a setting that is a list of texts."""
        value = self.settings.get(key, ())
        return tuple(part for part in (value,) if part) if isinstance(value, str) else value


def _nothing() -> None:
    """Do nothing: the default of `Connector.send`'s `leaving`."""


def _whatever(_share: float) -> None:
    """Take no notice: the default of `Connector.came`."""


@dataclass(frozen=True, slots=True)
class KnownDraft:
    """A draft of ours that stands at the service, as far as we know it."""

    answers: str = ""
    """The Message-ID it answers, "" without one."""
    copy: str = ""
    """What `keep_draft` said the service calls it, "" where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDraft:
    """A draft of ours as another program wrote it anew at the service."""

    name: str
    copy: str
    """What the service calls the new one; the old one is no more."""
    text: str
    subject: str
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    files: tuple[tuple[str, int | None], ...] = ()
    """Name and size of each file that is with it."""


class Connector(ABC):
    """One account at one service. Blocking; used by one thread, but for `nudge` and `close`."""

    kind: ClassVar[str]
    title: ClassVar[str] = ""
    """What the seller calls the service; "": the kind."""
    about: ClassVar[str] = ""
    """One sentence for the seller: what is needed to connect, and where it is found."""
    consents: ClassVar[bool] = False
    """Whether the seller logs in by `login`, in a browser, instead of giving a password."""
    SETTINGS: ClassVar[tuple[Setting, ...]]
    came: Callable[[float], None] = staticmethod(_whatever)
    """Told what share (0 to 1) of the file that `attachment` fetches came so far."""
    poll_every: float = 60.0
    """Seconds between rounds where the service cannot push."""
    lacks: str = ""
    """What the last pull could not read though the seller wants it read, a sentence; "": nothing.

    For what is nobody's failure and mends itself by nobody, as a folder that is gone.
    """

    def __init__(self, account: Account) -> None:
        self.account = account

    def __repr__(self) -> str:
        """Name the account and nothing that it holds."""
        return f"{type(self).__name__}({self.account.name!r})"

    @classmethod
    def suggested(cls, given: SettingValues) -> SettingValues:  # noqa: ARG003 - for subclasses
        """Return what can be known of settings from those given so far; offered, never set."""
        return {}

    @classmethod
    def sources(cls, given: SettingValues) -> Sequence[Source]:  # noqa: ARG003 - for subclasses
        """Return who out there may know settings, in the order to ask; nobody is asked by this."""
        return ()

    @classmethod
    def wrong(cls, key: str, value: str) -> str:  # noqa: ARG003 - for subclasses
        """Return why a setting cannot have this value, as far as that is seen at once; else ""."""
        return ""

    @classmethod
    def consents_with(cls, given: SettingValues) -> bool:  # noqa: ARG003 - for subclasses
        """Return whether an account with these settings is logged in to by `login`."""
        return cls.consents

    @classmethod
    def wanted(cls, given: SettingValues) -> tuple[str, ...]:  # noqa: ARG003 - for subclasses
        """Return the keys of what an account with these settings cannot do without."""
        declared = {one.key for one in cls.SETTINGS}
        return tuple(
            one.key
            for one in cls.SETTINGS
            if one.default is None or (one.secret and f"{one.key}_command" in declared)
        )

    @classmethod
    def advice(cls, given: SettingValues) -> tuple[str, ...]:  # noqa: ARG003 - for subclasses
        """Return sentences that help with what is still to be asked: pages, what to turn on."""
        return ()

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What this account can do, as far as is known now."""

    @abstractmethod
    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield what is new since the checkpoint, newest first; each batch stands alone.

        A second pull from the last checkpoint yields no message again, and
        at least one batch is yielded only if something changed.
        """

    @abstractmethod
    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Hand the reply to the service and return its word.

        `leaving` is called once, just before the request that cannot be taken
        back: an interruption before it has certainly sent nothing.
        """

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt of an earlier `send` of this key, None if it surely did not happen.

        Raises Unsure where the service cannot tell.
        """
        raise Unsure(f"{self.account.name} cannot tell whether a reply arrived.")

    def settle(self, reply: Reply) -> None:  # noqa: B027 - most services leave us nothing to do
        """Do what the service leaves to us after it accepted (Sent copy, answered flag).

        Looks before it writes, so that it may be repeated; never sends.
        """

    def keep_draft(
        self, name: str, version: str, draft: Reply, instead: str = "", before: str = ""
    ) -> str:
        """Let a draft of that name stand at the service in this version, and in no other of ours.

        Returns what the service calls this copy, "" where it cannot tell.
        `before` is what it called the last one, `instead` the `copy` of a
        changed draft that is in this one. May be repeated. Never touches
        what another program wrote, but for `instead`.
        """
        raise Rejected(f"{self.account.name} keeps no drafts.")

    def changed_drafts(self, known: Mapping[str, KnownDraft]) -> Sequence[ChangedDraft]:
        """Return those of our drafts, by their names, that another program wrote anew there."""
        return ()

    def drop_draft(self, name: str) -> None:  # noqa: B027 - most services keep none
        """Let the draft of that name stand at the service no more; may be repeated."""

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Tell the service about a mark it offers in `capabilities.marks`."""
        raise Rejected(f"{self.account.name} does not keep the mark {mark}.")

    def find(self, message_ids: Sequence[str]) -> Sequence[Place]:
        """Return where mails of these Message-IDs lie that `pull` does not tell of."""
        return ()

    def order(self, ref: str) -> Order | None:
        """Return an order as the service has it now, None if it knows none of that name."""
        raise Rejected(f"{self.account.name} does not hand out orders.")

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return an attachment's bytes."""
        raise Rejected(f"{self.account.name} does not hand out attachments.")

    def source(self, place: Place) -> bytes:
        """Return a message's whole source."""
        raise Rejected(f"{self.account.name} does not hand out sources.")

    def login(self, talk: Talk) -> None:
        """Let the seller log in at the service and keep what proves it; raises ConnectorError."""
        raise Rejected(f"{self.account.name} logs in with what its settings say.")

    @abstractmethod
    def check(self) -> Findings:
        """Log in, look around, change nothing, and say what was found."""

    @abstractmethod
    def wait(self, timeout: float) -> bool:
        """Return True as soon as there may be news, False after `timeout` seconds.

        Returns at once after `nudge` or `close`. Raises Temporary when the
        line is dead.
        """

    @abstractmethod
    def nudge(self) -> None:
        """End a `wait` now (a nudge before the wait counts). Callable from any thread."""

    @abstractmethod
    def close(self) -> None:
        """End a `wait` or a blocked call and let go of the service. Callable from any thread."""
