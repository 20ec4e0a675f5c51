"""Kaufland's marketplaces: tickets, their messages and orders, by the Seller API v2."""

from connectors.kaufland.client import KauflandConnector

__all__ = ["KauflandConnector"]
