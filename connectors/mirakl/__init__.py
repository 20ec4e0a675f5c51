"""Marketplaces that run on Mirakl: threads, their messages and orders, by the operator's API."""

from connectors.mirakl.client import MiraklConnector

__all__ = ["MiraklConnector"]
