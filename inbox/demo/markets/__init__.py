"""The marketplaces of the demo: simulators on loopback, each with buyers of its own.

A market that joins is a class here and a name in `MARKETS`; accounts, history,
new buyers and their answers follow from it.
"""

from collections.abc import Callable

from inbox.demo.markets.allegro import Allegro
from inbox.demo.markets.crowd import Crowd
from inbox.demo.markets.ebay import Ebay
from inbox.demo.markets.kaufland import Kaufland
from inbox.demo.markets.market import Market
from inbox.demo.markets.mirakl import Mirakl
from inbox.demo.markets.paypal import PayPal

__all__ = ["MARKETS", "Crowd", "Market"]

MARKETS: tuple[Callable[[str], Market], ...] = (Allegro, Ebay, Kaufland, Mirakl, PayPal)
