"""How a login speaks with the seller at a terminal: sentences, a browser, a pasted address."""

from __future__ import annotations

import os
import time
import webbrowser
from collections.abc import Mapping

import click

from inbox.cli.output import tell
from inbox.i18n import gettext as _


class TerminalTalk:
    """`connectors.contract.Talk` on this terminal. What is said goes to stderr."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        tell(sentence)

    def open(self, address: str) -> None:
        """Show the address, and open it where a browser can be seen."""
        tell(_("Open this page in a browser:"))
        tell(f"  {address}")
        if self._has_browser():
            webbrowser.open(address)

    def ask(self, question: str) -> str:
        """Return what the seller types."""
        return str(click.prompt(question.rstrip(": "), err=True))

    def stopped(self, seconds: float) -> bool:
        """Wait; return whether ctrl+c was pressed meanwhile."""
        try:
            time.sleep(seconds)
        except KeyboardInterrupt:
            tell("")
            return True
        return False

    def _has_browser(self) -> bool:
        """Return whether a browser opened here could be seen: no SSH, and a desktop."""
        if self._environ.get("SSH_CONNECTION"):
            return False
        if self._environ.get("BROWSER"):
            return True
        desktops = ("DISPLAY", "WAYLAND_DISPLAY")
        return (
            os.name != "posix"
            or os.uname().sysname == "Darwin"
            or any(self._environ.get(name) for name in desktops)
        )
