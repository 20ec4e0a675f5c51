"""A child process that writes and writes, and tells after each commit; made to be killed.

Run as `python -m tests.store.busy_child PATH`.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from connectors.values import Checkpoint
from inbox.store import accounts, derive, messages
from inbox.store.database import Store
from tests.store.making import ACCOUNT, BOOK, answer, question, queue, reply_to


def work(store: Store, number: int) -> None:
    """Take a batch of which each message joins an older one, then queue a reply."""
    first = number * 10
    asked = [
        question(first + each, in_reply_to=(f"q{first + each - 7}@buyers.example",))
        for each in range(10)
    ]
    with store.write() as tx:
        taken = messages.ingest_messages(tx, ACCOUNT, [*asked, answer(first, asked[0])], BOOK)
        gone = [place for message in asked[5:] for place in message.places]
        touched = messages.ingest_gone(tx, ACCOUNT, gone, asked[9].accepted_at + timedelta(hours=1))
        derive.derive(tx, {each.conversation for each in taken} | touched, BOOK)
        accounts.set_checkpoint(tx, ACCOUNT, Checkpoint(str(number)))
    with store.write(durable=True) as tx:
        queue(tx, taken[0].conversation, reply_to(asked[0], f"k{number}@lamps.example"))


def main() -> None:
    """Work until killed; the number of each round stands on stdout once it is committed."""
    store = Store.open(Path(sys.argv[1]))
    with store.read() as tx:
        done = accounts.checkpoint(tx, ACCOUNT)
    for number in count(0 if done is None else int(done) + 1):
        work(store, number)
        print(number, flush=True)  # noqa: T201 - that is how the parent knows


if __name__ == "__main__":
    main()
