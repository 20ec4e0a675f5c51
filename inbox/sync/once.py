"""One round of some accounts, side by side, and then the end: `inbox sync` without an engine."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from inbox.clock import Clock
from inbox.core.obligations import Book
from inbox.link.protocol import AccountResult
from inbox.store.database import Store
from inbox.sync.planning import Planned
from inbox.sync.runner import Request, Runner
from inbox.sync.standing import Tell


def sync_once(
    store: Store,
    accounts: Sequence[Planned],
    book: Book,
    *,
    clock: Clock,
    tell: Tell,
    accept_gone: bool = False,
) -> list[AccountResult]:
    """Run one round of each account and return what they did, in the same order.

    Only for the holder of the engine's lock. An interruption (Ctrl-C) closes
    what is open; what was stored so far stays.
    """
    results: dict[str, AccountResult] = {}
    runners: list[tuple[Runner, threading.Thread]] = []
    for planned in accounts:
        runner = Runner(
            planned.uid,
            planned.name,
            planned.open,
            store=store,
            book=lambda: book,
            clock=clock,
            tell=tell,
        )
        request = Request(accept_gone, lambda found: results.__setitem__(found.name, found))
        thread = threading.Thread(
            target=runner.run_once, args=(request,), name=f"account-{planned.uid}", daemon=True
        )
        runners.append((runner, thread))
        thread.start()
    try:
        for _runner, thread in runners:
            thread.join()
    except BaseException:
        for runner, _thread in runners:
            runner.stop()
        for _runner, thread in runners:
            thread.join(2.0)
        raise
    return [results[planned.name] for planned in accounts]
