"""Lead a seller through adding an account: which service, its name, logging in, what is there."""

from __future__ import annotations

import re

import click

from connectors import registry
from connectors.contract import Connector, ConnectorError
from inbox.cli.accounts import connector_of
from inbox.cli.output import say, tell
from inbox.cli.session import Session
from inbox.cli.talk import TerminalTalk
from inbox.config import AccountConfig
from inbox.i18n import gettext as _

_FOR_TRIALS = ("memory",)
"""Kinds that no seller has an account of."""


def begun(session: Session, kind: str, name: str) -> tuple[str, str]:
    """Return kind and name of the account to add, asked for where they are not given."""
    if not kind:
        kind = _asked_kind()
    about = registry.load(kind).about if kind in registry.names() else ""
    if about:
        tell(about)
    while not name:
        usual = _free_name(session, kind)
        name = str(click.prompt(_("What do you call this account?"), default=usual, err=True))
        if session.config.account(name) is not None:
            tell(_("There is an account called {} already.").format(name))
            name = ""
    return kind, name


def tried(session: Session, account: AccountConfig) -> None:
    """Log in, in the browser if the service wants that, and say what was found.

    What fails is said and mended later: the account is saved already.
    """
    again = _('Nothing is lost. Mend it, then: "inbox accounts check {}".').format(account.name)
    try:
        if registry.load(account.kind).consents:
            logged_in(session, account)
        connector = connector_of(session, account)
        try:
            lines = connector.check().lines
        finally:
            connector.close()
    except ConnectorError as refused:
        tell(str(refused))
        tell(again)
        return
    for line in lines:
        say(line)


def logged_in(session: Session, account: AccountConfig) -> None:
    """Let the seller log in and keep what proves it; raises ConnectorError."""
    connector = connector_of(session, account)
    try:
        connector.login(TerminalTalk(session.environ))
    finally:
        connector.close()


def _asked_kind() -> str:
    """Return the kind of the service the seller picks from a numbered list."""
    found = {kind: made for kind, made in registry.kinds().items() if kind not in _FOR_TRIALS}
    works = [kind for kind, made in found.items() if not isinstance(made, registry.Broken)]
    tell(_("At which service?"))
    for number, kind in enumerate(works, 1):
        made = found[kind]
        tell(f"  {number}  {_title(made, kind)}")
    for made in found.values():
        if isinstance(made, registry.Broken):
            tell(f"  -  {made.said}")
    while True:
        answer = str(click.prompt(_("Number or name"), err=True)).strip().casefold()
        if answer in works:
            return answer
        if re.fullmatch("[0-9]{1,3}", answer) and 0 < int(answer) <= len(works):
            return works[int(answer) - 1]
        tell(_("That is none of them."))


def _title(made: type[Connector] | registry.Broken, kind: str) -> str:
    """Return what the seller calls the service."""
    return kind if isinstance(made, registry.Broken) else made.title or kind


def _free_name(session: Session, kind: str) -> str:
    """Return a name that no account has yet."""
    taken = {account.name for account in session.config.accounts}
    number = 1
    while (name := kind if number == 1 else f"{kind}{number}") in taken:
        number += 1
    return name
