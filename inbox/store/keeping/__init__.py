"""Keeping: copies of the store, bringing one back, making it smaller, forgetting a buyer.

Backups are one file each, made while everything runs, never with a secret in
it. What is replaced is set aside, never deleted. Nothing here runs by itself:
`inbox.sync.upkeep` makes the daily backup, `inbox.cli.keeping` the rest.
"""
