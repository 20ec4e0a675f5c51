"""Make an account of what the command line gave, ask for the rest, and save it: all or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

import click

from connectors import registry
from connectors.contract import Account, Connector, LoginRefused
from connectors.email import EmailConnector
from connectors.values import Setting, SettingValues
from inbox import config, secrets
from inbox.cli.asking import completed, is_whole
from inbox.cli.output import Failed, moment, tell
from inbox.cli.session import Session
from inbox.config import AccountConfig
from inbox.core.model import AccountUid
from inbox.i18n import gettext as _
from inbox.rules.checking import account_faults

HISTORY = timedelta(days=14)
"""Mail older than this when the account is added owes no answer, unless another date is set."""

_OWED_SINCE = "owed_since"
_Trial = Callable[[Session, AccountConfig, dict[str, str]], AccountConfig]
_Problems = Callable[[SettingValues], Sequence[str]]


def added(
    session: Session,
    kind: str,
    name: str,
    pairs: Sequence[str],
    secret_pairs: Sequence[str],
    *,
    trial: _Trial | None = None,
) -> tuple[AccountConfig, bool]:
    """Return the account, saved, and whether it was tried before.

    `trial` tries it, and may change its settings and secrets; whoever gives all of it at once
    wants no questions. Raises UsageError, Failed or NoKeyring, and then saved nothing.
    """
    connector = _connector(kind)
    if session.config.account(name) is not None:
        raise Failed(_("There is an account called {} already.").format(name))
    settings, since = _given(session, connector.SETTINGS, pairs)
    kept = _secrets(connector.SETTINGS, secret_pairs)
    if pairs and is_whole(connector, settings, kept):
        trial = None
    settings, kept = completed(connector, settings, kept)
    refuse_problems(connector, settings)
    if kept and not secrets.keyring_name():
        raise secrets.NoKeyring(next(iter(kept)))
    if since is None:
        since = session.clock() - HISTORY if trial is None else _asked_since(session)
    from inbox.store.uids import new_uid

    account = AccountConfig(
        uid=AccountUid(new_uid()), name=name, kind=kind, settings=settings, owed_since=since
    )
    if trial is not None:
        account = trial(session, account, kept)
    _save(session, account, kept)
    return account, trial is not None


def _connector(kind: str) -> type[Connector]:
    """Return the connector of that kind; wrong usage if there is none."""
    try:
        return registry.load(kind)
    except registry.UnknownKind as unknown:
        raise click.UsageError(str(unknown)) from unknown


def _given(
    session: Session, declared: Sequence[Setting], pairs: Sequence[str]
) -> tuple[dict[str, str | tuple[str, ...]], datetime | None]:
    """Return the settings of `--set`, and the instant of `--set owed_since` if it is among them."""
    known = {setting.key: setting for setting in (*declared, *config.COMMON)}
    settings: dict[str, str | tuple[str, ...]] = {}
    since = None
    for pair in pairs:
        key, equals, value = pair.partition("=")
        key, value = key.strip(), value.strip()
        if not equals:
            raise click.UsageError(_("--set must be KEY=VALUE: {}.").format(pair))
        if key == _OWED_SINCE:
            since = _since(session, value)
        elif key not in known:
            raise click.UsageError(_unknown(key, declared))
        elif known[key].secret:
            said = _("{key} is a secret: use --secret {key}=- and give it by the input.")
            raise click.UsageError(said.format(key=key))
        elif known[key].many:
            settings[key] = (*settings.get(key, ()), *config.split(value))
        else:
            settings[key] = value
    return settings, since


def _since(session: Session, value: str) -> datetime:
    """Return the instant that a date given for owed_since means; wrong usage if it is none."""
    try:
        return config.instant(value, session.zone)
    except (ValueError, OverflowError) as wrong:
        said = _("owed_since must be a date, such as 2026-11-01: {}.").format(value)
        raise click.UsageError(said) from wrong


def _secrets(declared: Sequence[Setting], pairs: Sequence[str]) -> dict[str, str]:
    """Return the secrets that the input holds, a line for each `--secret KEY=-`."""
    known = [setting.key for setting in declared if setting.secret]
    found: dict[str, str] = {}
    for pair in pairs:
        key, __, value = pair.partition("=")
        if key not in known:
            said = _("{key} is no secret of this service. There are: {known}.")
            raise click.UsageError(said.format(key=key, known=", ".join(known)))
        if value != "-":
            said = _("Others can read a command line. Use --secret {}=- and give it by the input.")
            raise click.UsageError(said.format(key))
        line = _line_of_input(key)
        if not line:
            raise click.UsageError(_("The input holds no {}.").format(key))
        found[key] = line
    return found


def _line_of_input(key: str) -> str:
    """Return the next line of the input; on a terminal it is asked for and not shown."""
    if sys.stdin.isatty():
        return str(click.prompt(key, hide_input=True, err=True))
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as broken:
        raise click.UsageError(_("The input is not UTF-8.")) from broken


def _asked_since(session: Session) -> datetime:
    """Return from when on answers are owed: 14 days ago, or what the seller says."""
    usual = session.clock() - HISTORY
    question = _("From which day on do you owe answers? Older mail is only kept")
    day = moment(usual, session.zone).partition(" ")[0]
    while True:
        answer = str(click.prompt(question, default=day, err=True))
        if answer == day:
            return usual
        try:
            return _since(session, answer)
        except click.UsageError as wrong:
            tell(wrong.message)


def refuse_problems(connector: type[Connector], settings: SettingValues) -> None:
    """Raise UsageError with what the connector or its declarations have against the settings."""
    said = [f"{key}: {why}" for key, why in config.problems(settings, connector.SETTINGS)]
    if said:
        raise click.UsageError("\n".join(said))
    whole = AccountConfig(uid=AccountUid(""), name="", kind=connector.kind, settings=settings)
    if faults := account_faults(whole):
        raise click.UsageError("\n".join(faults))
    filled = config.filled(whole, connector.SETTINGS)
    problems = getattr(connector, "problems", None)
    if callable(problems):
        said = list(cast("_Problems", problems)(filled))
    elif connector.kind == EmailConnector.kind:
        said = _problems_of_email(filled)
    if said:
        raise click.UsageError("\n".join(said))


def _problems_of_email(settings: SettingValues) -> list[str]:
    """Return why a mailbox with these settings could never be used safely."""
    from connectors.email.settings import read_settings

    try:
        read_settings(Account(uid="", name="", settings=settings, secret=str))
    except LoginRefused as refused:
        return [str(refused)]
    return []


def _save(session: Session, account: AccountConfig, kept: Mapping[str, str]) -> None:
    """Keep the secrets, then write the account; if either fails, neither is kept."""
    uid = session.store.uid
    done: list[str] = []
    try:
        for key, value in kept.items():
            done.append(key)
            secrets.keep(uid, account.uid, key, value)
        config.add_account(session.locations.config_file, account)
    except BaseException:
        for key in done:
            secrets.drop(uid, account.uid, key)
        raise


def _unknown(key: str, declared: Sequence[Setting]) -> str:
    """Return the sentence for a setting that nobody knows."""
    known = [one.key for one in (*declared, *config.COMMON) if not one.secret]
    return _("There is no setting {key}. There are: {known}.").format(
        key=key, known=", ".join([*known, _OWED_SINCE])
    )
