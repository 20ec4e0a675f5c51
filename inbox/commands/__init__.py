"""What keys do. Key handling, palette, help, hint line and the README are made from one table.

It knows no Textual: a screen turns a row into its method `action_<name>`.
"""

from __future__ import annotations

from inbox.commands.reader import Begun, KeyReader, Pressed
from inbox.commands.rebinding import Trouble, rebound
from inbox.commands.saved import saved
from inbox.commands.table import keys_markdown, table
from inbox.commands.values import Command, Context, keys_shown, of_context, shown

__all__ = [
    "Begun",
    "Command",
    "Context",
    "KeyReader",
    "Pressed",
    "Trouble",
    "keys_markdown",
    "keys_shown",
    "of_context",
    "rebound",
    "saved",
    "shown",
    "table",
]
