"""pymap on loopback in a thread: an IMAP server without SPECIAL-USE, CONDSTORE or ESEARCH."""

from __future__ import annotations

import asyncio
import threading
from argparse import Namespace
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.imap import IMAPService
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

from tests.fakes.ports import HOST, free_port, listening, wait_until

T = TypeVar("T")

PASSWORD = "secret"

_numbers = count(1)


def _source(message: Message) -> bytes:
    """Return the mail as it was delivered."""
    assert message._content is not None
    return bytes(message._content)


class PymapServer:
    """A pymap of our own: its mails are in memory and outlive `stop` and `start_again`."""

    host = HOST

    def __init__(self) -> None:
        self.port = free_port()
        arguments = Namespace(
            host=HOST,
            port=str(self.port),
            debug=False,
            cert=None,
            key=None,
            tls=False,
            proxy_protocol="noop",
            passlib_cfg=None,
            demo_data=False,
            demo_user="demo",
            demo_password=PASSWORD,
            inherited_sockets=None,
        )
        self._config = Config.from_args(
            arguments, hash_context=BuiltinHash(rounds=1), invalid_user_sleep=0.0
        )
        self._login = Login(self._config)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="pymap", daemon=True)
        self._thread.start()
        self._stack: AsyncExitStack | None = None

    @classmethod
    def start(cls) -> PymapServer:
        """Return a running server."""
        server = cls()
        server.start_again()
        return server

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the coroutine returns in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def start_again(self) -> None:
        """Listen (again) on the server's port."""
        self._run(self._listen())

    async def _listen(self) -> None:
        self._config.apply_context()
        self._stack = AsyncExitStack()
        backend = DictBackend(self._login, self._config)
        await IMAPService(backend, self._config).start(self._stack)

    def stop(self) -> None:
        """Hang up on everybody and stop listening; the mails stay."""
        if self._stack is not None:
            self._run(self._hang_up(self._stack))
            self._stack = None
            wait_until(lambda: not listening(self.port), "pymap to let go of its port")

    async def _hang_up(self, stack: AsyncExitStack) -> None:
        await stack.aclose()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # Let the transports' closing callbacks run.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def remove(self) -> None:
        """End the server for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def add_user(self, name: str, password: str = PASSWORD) -> str:
        """Let the name log in with the password; return the name."""
        self._run(self._add_user(name, password))
        return name

    def new_user(self, password: str = PASSWORD) -> str:
        """Return a user that nobody used before."""
        return self.add_user(f"user{next(_numbers)}", password)

    async def _add_user(self, name: str, password: str) -> None:
        self._config.apply_context()
        hashed = await Passwords(self._config).hash_password(password)
        self._login.users_dict[name] = UserMetadata(self._config, name, password=hashed)
        async with Identity(name, self._login, None, frozenset()).new_session():
            pass  # the first session makes the user's mailboxes

    def deliver(
        self,
        user: str,
        raw: bytes,
        folder: str = "INBOX",
        internaldate: datetime | None = None,
        flags: str = "",
    ) -> None:
        r"""Put a mail into the folder (made if missing); `flags` as in `\Seen \Answered`."""
        when = internaldate or datetime.now(UTC)
        marks = frozenset(Flag(flag.encode()) for flag in flags.split())
        self._run(self._append(user, folder, AppendMessage(raw, when, marks)))

    async def _append(self, user: str, folder: str, message: AppendMessage) -> None:
        mailbox = await self._mailbox(user, folder)
        await mailbox.append(message, recent=True)

    def _set(self, user: str) -> MailboxSet:
        found: MailboxSet = self._config.set_cache[user][0]
        return found

    async def _mailbox(self, user: str, folder: str) -> MailboxData:
        self._config.apply_context()
        mailboxes = self._set(user)
        try:
            return await mailboxes.get_mailbox(folder)
        except KeyError:
            await mailboxes.add_mailbox(folder)
            return await mailboxes.get_mailbox(folder)

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Return the folder's mails, oldest first."""
        return self._run(self._mails(user, folder))

    async def _mails(self, user: str, folder: str) -> list[bytes]:
        mailbox = await self._mailbox(user, folder)
        return [_source(message) async for message in mailbox.messages()]

    def flags(self, user: str, folder: str = "INBOX") -> list[set[str]]:
        """Return the flags of the folder's mails, oldest first."""
        return self._run(self._flags(user, folder))

    async def _flags(self, user: str, folder: str) -> list[set[str]]:
        mailbox = await self._mailbox(user, folder)
        return [
            {bytes(flag).decode() for flag in message.permanent_flags}
            async for message in mailbox.messages()
        ]

    def change_uidvalidity(self, user: str, folder: str = "INBOX") -> None:
        """Number the folder's mails anew, under another UIDVALIDITY."""
        self._run(self._renumber(user, folder))

    async def _renumber(self, user: str, folder: str) -> None:
        mailbox = await self._mailbox(user, folder)
        mailbox._uid_validity += 1
        kept = list(mailbox._messages.values())
        await mailbox.delete([message.uid for message in kept])
        for message in kept:
            again = AppendMessage(_source(message), message.internal_date, message.permanent_flags)
            await mailbox.append(again)

    def expunge(self, user: str, folder: str = "INBOX", *, index: int = 0) -> None:
        """Remove the folder's mail at that index (0: the oldest)."""
        self._run(self._expunge(user, folder, index))

    async def _expunge(self, user: str, folder: str, index: int) -> None:
        mailbox = await self._mailbox(user, folder)
        await mailbox.delete([sorted(mailbox._messages)[index]])
