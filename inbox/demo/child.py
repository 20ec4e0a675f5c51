"""The demo's child process: serves mailbox and markets, lets buyers write, cleans up at the end.

`python -m inbox.demo.child SPEED SEED` prints one line of JSON once it serves:
{home, user, imap_port, smtp_port, password_file, markets: [{kind, settings}]}. It
ends when its input ends (the parent is gone), on SIGHUP or SIGTERM, and takes
the home with it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import secrets
import shlex
import signal
import sys
import tempfile
from collections.abc import Coroutine
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from inbox.demo import stories
from inbox.demo.buyers import Buyers
from inbox.demo.ending import remove
from inbox.demo.markets import MARKETS, Crowd, Market
from inbox.demo.servers import Sent, Servers

FIRST_AFTER = 6.0
"""Seconds until the first new buyer writes."""
BETWEEN = (20.0, 40.0)
"""Seconds between new buyers."""
ANSWERS_AFTER = (15.0, 45.0)
"""Seconds a buyer takes to answer."""
LOOK_EVERY = 1.0
"""Seconds between two looks at what the shop wrote at the markets."""


class Play:
    """The buyers writing to the servers."""

    def __init__(self, speed: float, seed: int, password: str) -> None:
        self._told = stories.read()
        self._buyers = Buyers(self._told, seed)
        self._chance = random.Random(seed)  # noqa: S311 - a play, not a secret
        self._speed = speed
        self._tasks: set[asyncio.Task[None]] = set()
        self.user = self._told.shop.address
        self.servers = Servers(self.user, password, self._sent)
        self.crowds = [Crowd(market(self._told.shop.title), self._told, seed) for market in MARKETS]

    async def begin(self) -> tuple[int, int]:
        """Fill mailbox and markets, let buyers come; return the IMAP and the SMTP port."""
        ports = await self.servers.start()
        now = datetime.now(UTC)
        for mail in self._buyers.history(now):
            await self.servers.deliver(mail)
        for crowd in self.crowds:
            crowd.begin(now)
        self._do(self._keep_writing())
        self._do(self._keep_asking())
        self._do(self._keep_answering())
        return ports

    async def end(self) -> None:
        """Let nobody write any more and stop serving."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.servers.stop()
        for crowd in self.crowds:
            await asyncio.to_thread(crowd.market.close)

    async def _keep_writing(self) -> None:
        """Let one new buyer after another write, for ever."""
        await asyncio.sleep(FIRST_AFTER / self._speed)
        while True:
            await self.servers.deliver(self._buyers.next(datetime.now(UTC)))
            await asyncio.sleep(self._chance.uniform(*BETWEEN) / self._speed)

    async def _keep_asking(self) -> None:
        """Let one new buyer after another write at some market, for ever."""
        while True:
            await asyncio.sleep(self._chance.uniform(*BETWEEN) / self._speed)
            self._chance.choice(self.crowds).next(datetime.now(UTC))

    async def _keep_answering(self) -> None:
        """Let those whom the shop answered at a market think about an answer, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            for crowd in self.crowds:
                for name in crowd.answered():
                    self._do(self._go_on(crowd, name))

    async def _go_on(self, crowd: Crowd, name: str) -> None:
        """Let a buyer at a market answer after a while."""
        await asyncio.sleep(self._chance.uniform(*ANSWERS_AFTER) / self._speed)
        crowd.go_on(name, datetime.now(UTC))

    def _sent(self, sent: Sent) -> None:
        """Let those who were written to think about an answer."""
        reply_id = str(message_from_bytes(sent.raw).get("Message-ID", "")).strip(" <>")
        for recipient in sent.recipients:
            self._do(self._answer(recipient, reply_id))

    async def _answer(self, address: str, reply_id: str) -> None:
        """Answer the shop's reply after a while, if there is more to say."""
        await asyncio.sleep(self._chance.uniform(*ANSWERS_AFTER) / self._speed)
        mail = self._buyers.answer(address, reply_id, datetime.now(UTC))
        if mail is not None:
            await self.servers.deliver(mail)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _serve(home: Path, speed: float, seed: int) -> None:
    """Serve until the parent is gone or a signal comes."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGHUP, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    watch = await loop.connect_read_pipe(lambda: _UntilEof(over), sys.stdin)
    password = secrets.token_urlsafe(24)
    kept = _kept(home / "password", password)
    play = Play(speed, seed, password)
    try:
        imap_port, smtp_port = await play.begin()
        ready = {
            "home": str(home),
            "user": play.user,
            "imap_port": imap_port,
            "smtp_port": smtp_port,
            "password_file": str(kept),
            "markets": [_served(home, crowd.market) for crowd in play.crowds],
        }
        print(json.dumps(ready), flush=True)  # noqa: T201 - what the parent waits for
        await over.wait()
    finally:
        watch[0].close()
        await play.end()


def _served(home: Path, market: Market) -> dict[str, object]:
    """Return what an account at a market is configured with; its secrets lie in files."""
    settings = dict(market.settings())
    for key, secret in market.secrets().items():
        file = _kept(home / f"{market.kind}-{key}", secret)
        settings[f"{key}_command"] = shlex.join(["cat", str(file)])
    return {"kind": market.kind, "settings": settings}


def _kept(file: Path, secret: str) -> Path:
    """Return a file that only we may read, and that holds a secret."""
    file.touch(mode=0o600)
    file.write_text(f"{secret}\n", encoding="utf-8")
    return file


class _UntilEof(asyncio.Protocol):
    """Notices the end of a pipe: the process at its other end is gone."""

    def __init__(self, over: asyncio.Event) -> None:
        self._over = over

    def eof_received(self) -> None:
        """End the demo."""
        self._over.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the demo."""
        self._over.set()


def main() -> None:
    """Serve one demo from first to last."""
    speed, seed = float(sys.argv[1]), int(sys.argv[2])
    os.umask(0o077)
    # Ctrl+C at the terminal is for the parent, which then closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home = Path(tempfile.mkdtemp(prefix="seller-inbox-demo-"))
    logging.basicConfig(filename=home / "demo.log", level=logging.WARNING)
    # aiosmtpd warns of logins without TLS and of its own next version.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    try:
        asyncio.run(_serve(home, speed, seed))
    finally:
        remove(home)


if __name__ == "__main__":
    main()
