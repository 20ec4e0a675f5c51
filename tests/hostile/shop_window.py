"""A child on a pty: the screen over a store in which every field is hostile.

Run as `python -m tests.hostile.shop_window FOLDER`. Nothing is cleaned before
it is stored: what is painted must be harmless by itself.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from connectors.values import Attachment, Message, Party, Place, Quarantined, Role
from inbox.core.model import AccountState, Delivery
from inbox.store import accounts, messages, outbox
from tests.hostile.words import ATTACKS, HOSTILE, SHORT
from tests.screens.shop import MAIL, TERMS, hours, open_shop, wrote


def hostile_mails() -> list[Message]:
    """Return a mail for each attack, with it in every field that a mail has."""
    found = []
    for number, (attack, short) in enumerate(zip(ATTACKS, SHORT, strict=True)):
        plain = wrote("Kate", "x", ago=hours(1 + number), number=f"m{number}")
        found.append(
            replace(
                plain,
                sender=Party(short, "kate@example.org"),
                reply_to=(Party(short, f"kate{number}@example.org"),),
                recipients=(Party(short, "shop@example.com"),),
                subject=f"{number} {short}",
                text=f"{HOSTILE}\n\nOn Monday you wrote:\n> {attack}\n> END",
                attachments=(Attachment("1", short, short, 12),),
                order_ref=short,
                service=short if number % 2 else "email",
                source=f"Subject: {HOSTILE}\n\n{HOSTILE}".encode("utf-8", "replace"),
            )
        )
    return found


def main() -> None:
    """Open the screen on the hostile shop."""
    terms = replace(TERMS, name=SHORT[0], display_name=SHORT[1], signature=SHORT[7])
    with open_shop(Path(sys.argv[1]), hostile_mails(), terms=terms) as shop:
        first, second = shop.desk.reader.rows("").ids[:2]
        shop.triage.tag([first, second], SHORT[0])
        item = shop.triage.reply(second, f"{SHORT[0]} {SHORT[4]}")
        with shop.store.write() as tx:
            outbox.put(tx, replace(item, state=Delivery.REFUSED, error=HOSTILE))
            accounts.set_state(tx, AccountState(account=MAIL, state=SHORT[0], error=HOSTILE))
            place = Place(SHORT[2], "1", "9", Role.OTHER)
            mail = f"From: {HOSTILE}\nSubject: {HOSTILE}\n\n{HOSTILE}".encode("utf-8", "replace")
            messages.quarantine(tx, MAIL, Quarantined(place, HOSTILE, mail))
        shop.triage.save_draft(first, HOSTILE, SHORT[0])
        shop.app().run()


if __name__ == "__main__":
    main()
