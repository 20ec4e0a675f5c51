"""A second process that stores a long pull's batches while this one fetches and reads the next.

It does what `ingest` does, one batch after the other, and nothing else: it
knows no service and no secret. Whatever becomes of it, nothing is lost: a batch
it did not answer for is stored here instead, and one that is stored twice is
stored once. It ends with us, because its work comes through a pipe from us.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Final, cast

from connectors.frozen import replaced
from connectors.values import Batch, Message
from inbox import i18n, logs
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.store.database import Store
from inbox.store.prepared import Prepared, Ready
from inbox.sync.collecting import expect_batches
from inbox.sync.handing import (
    Handed,
    Untrue,
    handed,
    packed,
    pickled,
    unpacked,
    unpickled,
)
from inbox.sync.ingest import Counts, Trust, ingest, prepare

log = logging.getLogger("inbox.sync.beside")  # also where it is the program that runs

PATIENCE: Final = 120.0
"""Seconds for one batch; above what a store waits for another writer."""
_ENDS_WITHIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Begin:
    """What the process must know before the first batch."""

    store: Path
    account: AccountUid
    book: Book
    language: str
    log_file: Path | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A batch without its messages, and how to store it. Behind it come the messages."""

    trust: Trust
    now: datetime
    batch: Batch
    size: int
    """Bytes of the messages."""
    plain: bool
    """Whether they are pickled."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch that is prepared and fit to be handed over."""

    batch: Batch
    """Without its messages."""
    what: Handed
    data: bytes
    plain: bool
    """Whether the data is the pickle of `what`."""


class Beside:
    """The process, from this side. One batch at a time: `store` what `wrapped`, then `counts`."""

    def __init__(
        self, store: Path, account: AccountUid, book: Book, *, patience: float = PATIENCE
    ) -> None:
        begin = _Begin(store, account, book, i18n.language(), logs.file())
        self._patience = patience
        self._asked: queue.SimpleQueue[tuple[_Asked, Parcel] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Counts | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "inbox.sync.beside"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # A process that stands still must not hold us up: nobody but this thread waits for pipes.
        self._thread = threading.Thread(
            target=self._talk, args=(begin,), name=f"beside-{account}", daemon=True
        )
        self._thread.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def store(self, parcel: Parcel, trust: Trust, now: datetime) -> None:
        """Hand over a batch; the one before it was answered for."""
        asked = _Asked(trust, now, parcel.batch, len(parcel.data), parcel.plain)
        self._asked.put((asked, parcel))

    def counts(self) -> Counts | None:
        """Wait for the batch handed over and return what it brought.

        None: it was not stored, or nobody knows; this process is of no more use.
        """
        try:
            return self._answers.get(timeout=self._patience)
        except queue.Empty:
            log.warning("the process beside does not answer")
            self._process.kill()
            return None

    def end(self) -> None:
        """Let the process end; one that is still at work is not waited for."""
        self._asked.put(None)
        try:
            self._process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _talk(self, begin: _Begin) -> None:
        """Pass batches on and answers back until there is no more of either."""
        to, back = self._process.stdin, self._process.stdout
        assert to is not None  # noqa: S101 - both are pipes, see above
        assert back is not None  # noqa: S101 - as above
        try:
            to.write(pickle.dumps(begin))
            while (work := self._asked.get()) is not None:
                asked, parcel = work
                counts = _answer(to, back, asked, parcel.data)
                if counts is None:
                    data = pickled(parcel.what)
                    again = replace(asked, size=len(data), plain=True)
                    counts = _answer(to, back, again, data)
                self._answers.put(counts)
        except Exception:
            # Whatever it is (killed, full): the batch is stored here.
            log.exception("the process beside is gone")
            self._answers.put(None)
        finally:
            with suppress(OSError):  # words that it did not live to read
                to.close()


def _answer(to: IO[bytes], back: IO[bytes], asked: _Asked, data: bytes) -> Counts | None:
    """Ask the process to store a batch; return what it brought, None if it could not read it."""
    to.write(pickle.dumps(asked))
    to.write(data)
    to.flush()
    return cast("Counts | None", pickle.load(back))  # noqa: S301 - our own process


def wrapped(batch: Batch, own: frozenset[str]) -> Parcel | None:
    """Return a batch prepared and fit to be handed over, None if a value of it cannot travel.

    `own` are our addresses at the account it comes from.
    """
    try:
        batch, made = prepare(batch, own)
        what, rest = handed(batch.messages, made), replaced(batch, messages=())
        data = packed(what)
        pickle.dumps(rest)
        return Parcel(rest, what, pickled(what) if data is None else data, plain=data is None)
    except Exception:
        # One message breaks it: `ingest` finds out which.
        log.exception("a batch is not stored beside")
        return None


def main() -> None:
    """Store batches from standard input until it ends, answering for each on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for who started us
    os.umask(0o077)
    parent = os.getppid()
    with suppress(EOFError):
        begin = cast("_Begin", pickle.load(sys.stdin.buffer))  # noqa: S301 - from who started us
        if begin.log_file is not None:
            logs.start(begin.log_file)
        i18n.use(begin.language)
        try:
            _serve(begin, parent)
        except Exception:
            # Who started us stores the batch itself, and tells the seller what is in the way.
            log.exception("the process beside ends")
            raise SystemExit(1) from None


def _serve(begin: _Begin, parent: int) -> None:
    """Store what comes until there is no more, or nobody who hears about it."""
    expect_batches()
    store = Store.open(begin.store)
    store.expect_much()
    try:
        while True:
            asked = cast("_Asked", pickle.load(sys.stdin.buffer))  # noqa: S301 - as above
            data = sys.stdin.buffer.read(asked.size)
            if os.getppid() != parent or len(data) < asked.size:
                return  # another engine may be at work by now
            try:
                what = unpickled(data) if asked.plain else unpacked(data)
            except Untrue:
                counts = None
            else:
                counts = _stored(store, begin, asked, *what)
            sys.stdout.buffer.write(pickle.dumps(counts))
            sys.stdout.buffer.flush()
    except (EOFError, BrokenPipeError):
        return  # who started us is gone: what is committed stays
    finally:
        store.close()


def _stored(
    store: Store,
    begin: _Begin,
    asked: _Asked,
    messages: tuple[Message, ...],
    made: Sequence[Prepared],
) -> Counts:
    """Store one batch and return what it brought."""
    return ingest(
        *(store, begin.account, replaced(asked.batch, messages=messages), begin.book),
        clock=lambda: asked.now,
        trust=asked.trust,
        ready=Ready(zip(messages, made, strict=True)),
    )


if __name__ == "__main__":
    main()
