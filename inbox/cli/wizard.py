"""Lead a seller through adding an account: which service, its name, logging in, what is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import click

from connectors import registry
from connectors.clues import Proposal
from connectors.contract import Account, Connector, ConnectorError, LoginRefused
from connectors.values import Findings, Setting
from inbox import config, secrets
from inbox.cli.adding import refuse_problems
from inbox.cli.asking import asked_anew, no_place_for_a_login, secret_answer, with_missing
from inbox.cli.output import Failed, say, tell
from inbox.cli.session import Session
from inbox.cli.talk import TerminalTalk
from inbox.config import AccountConfig
from inbox.i18n import gettext as _

_FOR_TRIALS = ("memory",)
"""Kinds that no seller has an account of."""

_FIRST = "email"
"""The kind that nearly everybody has."""


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
        elif said := config.wrong_name(name):
            tell(said)
            name = ""
    return kind, name


def tried(session: Session, account: AccountConfig, kept: dict[str, str]) -> AccountConfig:
    """Return the account as it works, logged in to before it is saved; say what is there.

    `kept` holds the account's secrets; what the service gives us comes into
    it. What fails can be tried again, with another secret or other settings.
    Raises Failed when the seller would rather save nothing.
    """
    while True:
        tell(_("Trying whether it works ..."))
        try:
            found = _looked(session, account, kept)
        except ConnectorError as failed:
            tell(str(failed))
        else:
            for line in found.lines:
                say(line)
            return _confirmed(account, found.proposals)
        again, change, save, stop = _("again"), _("change"), _("save"), _("stop")
        tell(_("Try again, change the settings, save it all the same, or stop here?"))
        choices = click.Choice([again, change, save, stop])
        answer = click.prompt(_("What now?"), default=again, type=choices, err=True)
        if answer == stop:
            raise Failed(_("Nothing was saved."))
        if answer == save:
            tell(_('When it is mended: "inbox accounts check {}".').format(account.name))
            return account
        if answer == change:
            account = _changed(account)
        _ask_secrets(account, kept)


def _confirmed(account: AccountConfig, proposals: Sequence[Proposal]) -> AccountConfig:
    """Return the account with what was learned of it, as far as the seller says yes."""
    learned = {
        one.key: one.value
        for one in proposals
        if click.confirm(one.question, default=one.likely, err=True)
    }
    return replace(account, settings={**account.settings, **learned}) if learned else account


def _changed(account: AccountConfig) -> AccountConfig:
    """Return the account with its settings asked again, what they are now offered."""
    made = registry.load(account.kind)
    now = config.filled(account, made.SETTINGS)
    while True:
        settings = with_missing(made, {**account.settings, **asked_anew(made, now)})
        try:
            refuse_problems(made, settings)
        except click.UsageError as wrong:
            tell(wrong.message)
            now = {**now, **settings}
        else:
            return replace(account, settings=settings)


def logged_in(session: Session, account: AccountConfig) -> None:
    """Let the seller log in anew and keep what proves it; raises ConnectorError, NoKeyring.

    Where a command of theirs proves it nothing is asked: it is run again.
    """
    kept: dict[str, str] = {}
    while True:
        _ask_secrets(account, kept)
        try:
            lines = _looked(session, account, kept).lines
            break
        except LoginRefused as refused:
            tell(str(refused))
            if not click.confirm(_("Try again?"), default=True, err=True):
                raise Failed(_("Nothing was changed.")) from refused
    for key, value in kept.items():
        secrets.keep(session.store.uid, account.uid, key, value)
    for line in lines:
        say(line)


def _looked(session: Session, account: AccountConfig, kept: dict[str, str]) -> Findings:
    """Return what is found with these secrets, after the browser where the service wants one."""
    made = registry.load(account.kind)
    stored = secrets.for_account(session.store.uid, account)

    def secret(key: str) -> str:
        return kept[key] if key in kept else stored(key)

    connector = made(
        Account(
            uid=account.uid,
            name=account.name,
            settings=config.filled(account, made.SETTINGS),
            secret=secret,
            keep=kept.__setitem__,
        )
    )
    try:
        if _by_consent(account):
            if not secrets.keyring_name():
                raise no_place_for_a_login(made)
            connector.login(TerminalTalk(session.environ))
        return connector.check()
    finally:
        connector.close()


def _by_consent(account: AccountConfig) -> bool:
    """Return whether the account is logged in to at the service's own page."""
    made = registry.load(account.kind)
    return made.consents_with(config.filled(account, made.SETTINGS))


def _secrets_of(account: AccountConfig) -> list[Setting]:
    """Return the secrets that the seller types: those that come from no command."""
    made = registry.load(account.kind)
    wanted = made.wanted(config.filled(account, made.SETTINGS))
    return [
        one
        for one in made.SETTINGS
        if one.secret and one.key in wanted and not account.settings.get(f"{one.key}_command")
    ]


def _ask_secrets(account: AccountConfig, kept: dict[str, str]) -> None:
    """Put the account's secrets, typed anew, among those kept."""
    if not _by_consent(account):
        for one in _secrets_of(account):
            kept[one.key] = secret_answer(one)


def _asked_kind() -> str:
    """Return the kind of the service the seller picks from a numbered list."""
    found = {kind: made for kind, made in registry.kinds().items() if kind not in _FOR_TRIALS}
    works = [kind for kind, made in found.items() if not isinstance(made, registry.Broken)]
    works.sort(key=lambda kind: kind != _FIRST)
    tell(_("At which service?"))
    for number, kind in enumerate(works, 1):
        made = found[kind]
        tell(f"  {number}  {_title(made, kind)}")
    for made in found.values():
        if isinstance(made, registry.Broken):
            tell(f"  -  {made.said}")
    while True:
        answer = str(click.prompt(_("Number or name"), err=True)).strip().casefold()
        meant = [
            kind
            for kind in works
            if answer and _letters(_title(found[kind], kind)).startswith(_letters(answer))
        ]
        if answer in works or len(meant) == 1:
            return answer if answer in works else meant[0]
        if re.fullmatch("[0-9]{1,3}", answer) and 0 < int(answer) <= len(works):
            return works[int(answer) - 1]
        tell(_("That is none of them."))


def _letters(name: str) -> str:
    """Return a name as it is compared: small letters and digits only."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


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
