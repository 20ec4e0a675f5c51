"""eBay: conversations with members and from eBay, orders, payment disputes, requests of buyers."""

from connectors.ebay.client import EbayConnector

__all__ = ["EbayConnector"]
