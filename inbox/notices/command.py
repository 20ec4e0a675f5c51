"""Run the seller's own command for an alert: no shell, the text in its environment only."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from inbox.core.alerts import HELD, Alert
from inbox.core.plaintext import clean
from inbox.i18n import gettext as _

TIMEOUT = 10.0
"""Seconds a command gets."""


def variables(alert: Alert, account: str) -> dict[str, str]:
    """Return what the command finds in its environment; the same names always, empty if unknown."""
    change = alert.change
    found = {
        "INBOX_STATE": alert.state,
        "INBOX_TEXT": alert.text,
        "INBOX_LATE": str(alert.late),
        "INBOX_SOON": str(alert.soon),
        "INBOX_ID": change.conversation if change else "",
        "INBOX_ACCOUNT": account,
        "INBOX_PARTY": change.party if change else "",
        "INBOX_SUBJECT": change.subject if change else "",
        "INBOX_DUE_AT": change.due_at.isoformat() if change and alert.state != HELD else "",
    }
    return {name: clean(value, one_line=True) for name, value in found.items()}


def run(
    command: str,
    alert: Alert,
    account: str = "",
    environ: Mapping[str, str] = os.environ,
    timeout: float = TIMEOUT,
) -> str:
    """Run the command and return why it failed, in a sentence; "" if it did not."""
    try:
        words = shlex.split(command)
        process = subprocess.Popen(  # noqa: S603 - the seller's own command, without a shell
            words,
            env={**environ, **variables(alert, account)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError, IndexError) as broken:
        why = broken.strerror if isinstance(broken, OSError) and broken.strerror else str(broken)
        return _("notify_command could not be started: {why}.").format(why=why)
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return _("notify_command took longer than {n} s and was ended.").format(n=round(timeout))
    return _("notify_command ended with {status}.").format(status=status) if status else ""
