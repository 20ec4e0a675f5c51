"""The command line: one group, each family of commands in its own file, loaded when it is used.

Data goes to stdout, talk to stderr. Exit status: 0 done, 1 failed, 2 wrong
usage. A failure is one sentence with a hint; its traceback goes to the log.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from inbox.cli.output import Failed, tell
from inbox.cli.session import Session, check_screen
from inbox.errors import said
from inbox.i18n import gettext as _

_COMMANDS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "demo": ("demo", lambda: _("Try it: invented buyers, real mail servers, nothing kept.")),
    "accounts": ("accounts", lambda: _("Add, list, check and remove accounts.")),
    "sync": ("sync", lambda: _("Fetch what is new and send what is due.")),
    "list": ("lists", lambda: _("List conversations, the most urgent first.")),
    "show": ("lists", lambda: _("Show a conversation.")),
    "attachments": ("attachments", lambda: _("List the files of a conversation, save them.")),
    "unreadable": ("unreadable", lambda: _("List messages that could not be read; show one.")),
    "due": ("due", lambda: _("Say in one line what is owed; for status bars.")),
    "forecast": ("forecast", lambda: _("Say what becomes late before you are back.")),
    "explain": ("lists", lambda: _("Say why a conversation is due when it is.")),
    "reply": ("answers", lambda: _("Put a reply into the outbox.")),
    "compose": ("composing", lambda: _("Write a new mail.")),
    "forward": ("composing", lambda: _("Pass a message on to somebody else.")),
    "outbox": ("outbox", lambda: _("List what is not sent yet; retry or cancel it.")),
    "done": ("verbs", lambda: _("Mark conversations as done.")),
    "reopen": ("verbs", lambda: _("Open conversations again that were done.")),
    "close": ("verbs", lambda: _("Close conversations at their service.")),
    "no-reply-needed": ("verbs", lambda: _("Say that no reply is needed.")),
    "happened": ("happened", lambda: _("Say that something happened that starts a clock.")),
    "not-a-buyer": ("verbs", lambda: _("Say that a sender is no buyer: nothing is owed.")),
    "spam": ("verbs", lambda: _("Mark conversations as spam.")),
    "not-spam": ("verbs", lambda: _("Bring conversations back from spam.")),
    "trash": ("verbs", lambda: _("Throw conversations away.")),
    "untrash": ("verbs", lambda: _("Bring conversations back from the trash.")),
    "read": ("verbs", lambda: _("Mark conversations read.")),
    "unread": ("verbs", lambda: _("Mark conversations unread.")),
    "star": ("verbs", lambda: _("Star conversations.")),
    "unstar": ("verbs", lambda: _("Take the star off conversations.")),
    "discard": ("verbs", lambda: _("Throw away what was begun and not sent.")),
    "snooze": ("snooze", lambda: _("Put conversations off until later.")),
    "wake": ("snooze", lambda: _("Bring snoozed conversations back now.")),
    "tag": ("verbs", lambda: _("Tag conversations.")),
    "untag": ("verbs", lambda: _("Take a tag off conversations.")),
    "undo": ("verbs", lambda: _("Take back what was done last.")),
    "redo": ("verbs", lambda: _("Do again what was taken back last.")),
    "rules": ("rules", lambda: _("List, check and try deadline rules and calendars.")),
    "canned": ("canned", lambda: _("List, write, render and check canned responses.")),
    "backup": ("keeping", lambda: _("Write everything but passwords into one file.")),
    "restore": ("keeping", lambda: _("Bring a backup back.")),
    "export": ("carrying", lambda: _("Write messages as an mbox, or whole as lines of JSON.")),
    "import": ("carrying", lambda: _("Take mail in from an mbox, a Maildir or an export.")),
    "stow": ("stowing", lambda: _("Stow old conversations away in a file.")),
    "unstow": ("stowing", lambda: _("Bring stowed conversations back.")),
    "forget": ("forgetting", lambda: _("Erase a buyer for good, as the law asks.")),
    "compact": ("forgetting", lambda: _("Make the store's file small.")),
    "config": ("care", lambda: _("Show the configuration and where everything lies.")),
    "doctor": ("care", lambda: _("Look for what is broken, and say how to mend it.")),
}
"""Name: file of this package and one line of help. The function is the name with underscores."""


class Inbox(click.Group):
    """A group that loads a command only when it is used, and tells failures in sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order a beginner meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, None if there is none."""
        if cmd_name not in _COMMANDS:
            return None
        file = _COMMANDS[cmd_name][0]
        loaded = getattr(import_module(f"inbox.cli.{file}"), _function(cmd_name))
        assert isinstance(loaded, click.Command)  # noqa: S101 - the table above names commands only
        return loaded

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading one."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, summary()) for name, (__, summary) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever fails becomes a sentence, its traceback goes to the log."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as failure:  # noqa: BLE001 - the last place that can tell a person
            _tell_failure(ctx, failure)


@click.group(
    cls=Inbox,
    invoke_without_command=True,
    help=_(
        "One inbox for what you sell, ordered by when an answer is due."
        " Without a command the screen opens."
    ),
)
@click.version_option(package_name="seller-inbox", prog_name="inbox")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Open what a command works with, and the screen if there is none."""
    if ctx.obj is None:
        ctx.obj = Session()
    session: Session = ctx.obj
    ctx.call_on_close(session.close)
    if ctx.invoked_subcommand is None:
        _open_screen(session)


def main() -> NoReturn:
    """Run the command line of this process and end it with its exit status."""
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # closed ones are None
            stream.reconfigure(errors="replace")
    try:
        cli(prog_name="inbox")
    except Exception as failure:  # noqa: BLE001 - what broke while a command was closed
        tell(f"inbox: {said(failure)}")
        raise SystemExit(1) from None
    raise SystemExit(0)


def _open_screen(session: Session) -> None:
    """Open the screen; wrong usage where there is no terminal."""
    check_screen(
        _('The screen needs a terminal. For scripts there is "inbox list --json" and others.')
    )
    from inbox.opening import run

    run(session.locations)


def _tell_failure(ctx: click.Context, failure: Exception) -> NoReturn:
    """Raise Failed with the sentence for the failure."""
    session = ctx.obj
    log_file = session.locations.log_file if isinstance(session, Session) else None
    raise Failed(explained(failure, log_file)) from failure


def explained(failure: Exception, log_file: Path | None) -> str:
    """Return a failure in words, with what to do; one that nobody foresaw is logged too."""
    told = said(failure, log_file)
    if not told.known and log_file is not None:
        from inbox import logs

        logs.start(log_file)
        logging.getLogger(__name__).error("a command failed", exc_info=failure)
    return "\n".join(part for part in (told.sentence, told.hint) if part)


def _function(name: str) -> str:
    """Return the name of the function behind a command; some names are Python's own."""
    return {"list": "list_", "import": "import_"}.get(name, name.replace("-", "_"))
