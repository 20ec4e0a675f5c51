"""E-mail: IMAP in, SMTP out, and the mail that marketplaces relay.

Importing this package loads neither imapclient nor smtplib nor selectolax.
"""

from connectors.email.connector import EmailConnector

__all__ = ["EmailConnector"]
