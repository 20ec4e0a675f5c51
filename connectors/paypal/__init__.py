"""PayPal's disputes: what buyers dispute, what is said, and until when, by the Disputes API v1."""

from connectors.paypal.client import PayPalConnector

__all__ = ["PayPalConnector"]
