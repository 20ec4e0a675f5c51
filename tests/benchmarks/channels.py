"""Marketplaces full of conversations, in a process of their own.

`python -m tests.benchmarks.channels COUNT FOLDER KIND...` prints one line of JSON once they serve:
[{kind, settings}]; secrets lie in files of the folder. For each line of its input it prints how
many requests each of them got so far. It ends with its input.
"""

from __future__ import annotations

import gc
import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.allegro.simulator import AllegroSimulator
from connectors.ebay.simulator import EbaySimulator
from connectors.kaufland.simulator import KauflandSimulator
from connectors.mirakl.simulator import MiraklSimulator
from connectors.paypal.simulator import PayPalSimulator
from inbox.demo.markets import MARKETS, Market

WORDS = "Hello, where is my parcel? It should have been here last week. Kind regards, Ann"
_SPAN = timedelta(days=170)
"""How far back they reach: PayPal shows half a year."""


def fill(market: Market, count: int, now: datetime) -> None:
    """Let so many buyers ask one question each, evenly over half a year, the newest just now."""
    far = market.far
    for number in range(count):
        at = now - timedelta(minutes=1) - _SPAN * (number / count)
        if isinstance(far, KauflandSimulator):
            ticket = far.open(buyer=number + 1, at=at)
            far.say(ticket, "buyer", f"Ann {number}", WORDS, at)
        elif isinstance(far, MiraklSimulator):
            thread = far.open("Where is it?", at=at)
            thread.customer, thread.customer_name = f"customer-{number}", f"Ann {number}"
            far.say(thread, "CUSTOMER_USER", WORDS, at)
        elif isinstance(far, EbaySimulator):
            talk = far.open("A lamp", other=f"ann_{number}", item=None, at=at)
            far.say(talk, talk.other, WORDS, at)
        elif isinstance(far, AllegroSimulator):
            chat = far.open(other=f"ann_{number}", at=at)
            far.say(chat, chat.other, WORDS, at, subject="Where is it?")
        elif isinstance(far, PayPalSimulator):
            dispute = far.open(at=at)
            dispute.buyer = f"Ann {number}"
            far.say(dispute, "BUYER", WORDS, at)


def markets(kinds: Sequence[str], count: int) -> list[Market]:
    """Return the marketplaces of these kinds, each full."""
    made = []
    for maker in MARKETS:
        market = maker("Winterwolle")
        if market.kind in kinds:
            made.append(market)
        else:
            market.close()
    for market in made:
        fill(market, count, datetime.now(UTC))
    return made


def served(market: Market, folder: Path) -> Mapping[str, object]:
    """Return what an account there is configured with."""
    settings = dict(market.settings())
    for key, secret in market.secrets().items():
        file = folder / f"{market.kind}-{key}"
        file.write_text(f"{secret}\n", encoding="utf-8")
        settings[f"{key}_command"] = shlex.join(["cat", str(file)])
    return {"kind": market.kind, "settings": settings}


def main() -> None:
    """Serve until the input ends."""
    made = markets(sys.argv[3:], int(sys.argv[1]))
    gc.freeze()
    told = json.dumps([served(market, Path(sys.argv[2])) for market in made])
    print(told, flush=True)  # noqa: T201 - what the parent waits for
    for _line in sys.stdin:
        told = json.dumps({market.kind: len(market.far.asked) for market in made})
        print(told, flush=True)  # noqa: T201 - what the parent waits for
    for market in made:
        market.close()


if __name__ == "__main__":
    main()
