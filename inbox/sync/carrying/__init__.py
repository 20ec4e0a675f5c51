"""Carrying mail out of the store and into it: mbox, Maildir and our own lines of JSON.

What comes in goes the ordinary way, by `inbox.sync.ingest`: cleaned, stored
once, judged. No place at the service is claimed for it and no checkpoint moves.
"""
