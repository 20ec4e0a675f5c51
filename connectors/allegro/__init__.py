"""Allegro: threads of the message centre, disputes and claims with their instants, orders."""

from connectors.allegro.client import AllegroConnector

__all__ = ["AllegroConnector"]
