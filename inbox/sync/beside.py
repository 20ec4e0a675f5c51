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
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, cast

from connectors.frozen import replaced
from connectors.values import Batch, Message
from inbox import i18n, logs
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.store.database import Store
from inbox.store.prepared import Prepared, Ready
from inbox.sync.collecting import expect_batches
from inbox.sync.handing import Handed, handed, packed, unpacked
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
    batch: bytes
    """Pickled."""
    size: int
    """Bytes of the messages."""


_Coming = tuple[_Asked, Handed]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch that is prepared and fit to be handed over."""

    batch: bytes
    """Without its messages, pickled."""
    data: bytes
    """The messages, and what was made of them."""


class Beside:
    """The process, from this side: `store` what was `wrapped`, then ask for the `counts` of each.

    It stores one batch after the other, and none behind one that it cannot.
    """

    def __init__(
        self, store: Path, account: AccountUid, book: Book, *, patience: float = PATIENCE
    ) -> None:
        begin = _Begin(store, account, book, i18n.language(), logs.file())
        self._patience = patience
        self._asked: queue.SimpleQueue[tuple[_Asked, bytes] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Counts | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "inbox.sync.beside"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # A process that stands still must not hold us up: nobody but these threads waits for pipes.
        self._threads = [
            threading.Thread(target=work, name=f"beside-{account}", daemon=True)
            for work in (partial(self._send, begin), self._listen)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def store(self, parcel: Parcel, trust: Trust, now: datetime) -> None:
        """Hand over a batch, to be stored behind those before it."""
        self._asked.put((_Asked(trust, now, parcel.batch, len(parcel.data)), parcel.data))

    def counts(self) -> Counts | None:
        """Wait for the first batch not answered for yet and return what it brought.

        None: it was not stored, or nobody knows; nor is any behind it, and this
        process is of no more use.
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
        for thread in self._threads:
            thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _send(self, begin: _Begin) -> None:
        """Pass batches on until there are no more."""
        to = self._process.stdin
        assert to is not None  # noqa: S101 - a pipe, see above
        try:
            to.write(pickle.dumps(begin))
            while (work := self._asked.get()) is not None:
                asked, data = work
                to.write(pickle.dumps(asked))
                to.write(data)
                to.flush()
        except Exception:
            # Whatever it is (killed, full): what is not answered for is stored here.
            log.exception("the process beside takes no more")
            self._process.kill()
        finally:
            with suppress(OSError):  # words that it did not live to read
                to.close()

    def _listen(self) -> None:
        """Pass answers back until the process ends."""
        back = self._process.stdout
        assert back is not None  # noqa: S101 - a pipe, see above
        try:
            while True:
                self._answers.put(cast("Counts", pickle.load(back)))  # noqa: S301 - our own process
        except Exception as ended:
            if not isinstance(ended, EOFError):
                log.exception("the process beside is not understood")
            self._answers.put(None)


def wrapped(batch: Batch, own: frozenset[str]) -> Parcel | None:
    """Return a batch prepared and fit to be handed over, None if a value of it cannot travel.

    `own` are our addresses at the account it comes from.
    """
    try:
        batch, made = prepare(batch, own)
        data = packed(handed(batch.messages, made))
        return Parcel(pickle.dumps(replaced(batch, messages=())), data)
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
    coming: queue.Queue[_Coming | None] = queue.Queue(1)
    threading.Thread(target=_read, args=(coming,), name="reading", daemon=True).start()
    try:
        while (work := coming.get()) is not None:
            if os.getppid() != parent:
                return  # another engine may be at work by now
            asked, what = work
            counts = _stored(store, begin, asked, *what)
            sys.stdout.buffer.write(pickle.dumps(counts))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        return  # who started us is gone: what is committed stays
    finally:
        store.close()


def _read(coming: queue.Queue[_Coming | None]) -> None:
    """Read the next batch while one is stored; None behind the last, or behind what is no batch."""
    try:
        while True:
            asked = cast("_Asked", pickle.load(sys.stdin.buffer))  # noqa: S301 - from who started us
            data = sys.stdin.buffer.read(asked.size)
            if len(data) < asked.size:
                return
            coming.put((asked, unpacked(data)))
    except EOFError:
        return
    except Exception:
        log.exception("a batch cannot be read here")
    finally:
        coming.put(None)


def _stored(
    store: Store,
    begin: _Begin,
    asked: _Asked,
    messages: tuple[Message, ...],
    made: Sequence[Prepared],
) -> Counts:
    """Store one batch and return what it brought."""
    batch = cast("Batch", pickle.loads(asked.batch))  # noqa: S301 - from who started us
    return ingest(
        *(store, begin.account, replaced(batch, messages=messages), begin.book),
        clock=lambda: asked.now,
        trust=asked.trust,
        ready=Ready(zip(messages, made, strict=True)),
    )


if __name__ == "__main__":
    main()
