"""Ask for the settings that an account lacks: as few as possible, what is known offered."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import click

from connectors.contract import Connector
from connectors.values import Setting
from inbox import config, secrets
from inbox.cli.looking import looked_up, show, shown
from inbox.cli.output import tell
from inbox.cli.session import on_terminal
from inbox.i18n import gettext as _

_Settings = dict[str, str | tuple[str, ...]]

_BY_TOKENS = "oauth2_command"
"""The setting of a command that prints access tokens, where a service takes one."""

_WIDTH = 78
"""Cells of a line of names; the narrowest terminal we are made for has two more."""


def completed(
    connector: type[Connector],
    settings: Mapping[str, str | tuple[str, ...]],
    kept: Mapping[str, str],
) -> tuple[_Settings, dict[str, str]]:
    """Return settings and secrets with nothing missing: asked for, or wrong usage naming it all."""
    if not on_terminal():
        _refuse_missing(connector, settings, kept)
        return dict(settings), dict(kept)
    asked, told = dict(settings), dict(kept)
    advised: set[str] = set()
    offered: Mapping[str, str | tuple[str, ...]] = {}
    looked = False
    while missing := _missing(connector, asked, told):
        one = missing[0]
        found = connector.suggested(asked)
        if found != offered and len(found) > 1:
            offered = found
            asked |= _agreed(connector, found)
            continue
        if not looked and (sources := connector.sources(asked)):
            looked = True
            asked |= looked_up(connector, sources)
            continue
        for sentence in connector.advice(asked):
            if sentence not in advised and asked:
                advised.add(sentence)
                tell(sentence)
        if connector.consents_with(asked) and not secrets.keyring_name():
            _ask_for_tokens(connector, asked)
            continue
        _ask(connector, one, found.get(one.key), asked, told)
    return asked, told


def is_whole(
    connector: type[Connector],
    settings: Mapping[str, str | tuple[str, ...]],
    kept: Mapping[str, str],
) -> bool:
    """Return whether nothing is left to ask for."""
    return not _missing(connector, settings, kept)


def with_missing(
    connector: type[Connector], settings: Mapping[str, str | tuple[str, ...]]
) -> _Settings:
    """Return settings with what is still missing beside its secrets asked for."""
    asked = dict(settings)
    while missing := [one for one in _missing(connector, asked, {}) if not one.secret]:
        _ask(connector, missing[0], None, asked, {})
    return asked


def secret_answer(one: Setting) -> str:
    """Return a secret that the seller types unseen."""
    return _prompted(one, None)


def asked_anew(
    connector: type[Connector], now: Mapping[str, str | tuple[str, ...]]
) -> Mapping[str, str | tuple[str, ...]]:
    """Return the settings that the seller picks from a list, asked again, until they are done.

    Those that are set stand first, a line for each; the others are named behind them.
    """
    open_ones = [one for one in connector.SETTINGS if not one.secret]
    listed = sorted(open_ones, key=lambda one: not now.get(one.key))
    changed: _Settings = {}
    while True:
        _list(listed, {**now, **changed})
        question = _("Number of what to change (Enter: done)")
        answer = str(click.prompt(question, default="", show_default=False, err=True)).strip()
        if not answer:
            return changed
        if answer.isascii() and answer.isdecimal() and 0 < int(answer) <= len(listed):
            one = listed[int(answer) - 1]
            known = changed.get(one.key, now.get(one.key)) or None
            changed[one.key] = _value(one, _answer(connector, one, known))
        else:
            tell(_("That is none of them."))


def _list(listed: Sequence[Setting], now: Mapping[str, str | tuple[str, ...]]) -> None:
    """Show settings by number: a line for each that is set, few lines for all others."""
    empty = []
    for number, one in enumerate(listed, 1):
        if value := now.get(one.key):
            tell(f"  {number:>2}  {one.title}: {shown(value)}")
        else:
            empty.append(f"{number}\u00a0{one.title}".replace(" ", "\u00a0"))
    if empty:
        said = _("Not set: {}.").format(", ".join(empty))
        lines = textwrap.wrap(said, _WIDTH, initial_indent="  ", subsequent_indent="      ")
        tell("\n".join(lines).replace("\u00a0", " "))


def _missing(
    connector: type[Connector],
    settings: Mapping[str, str | tuple[str, ...]],
    kept: Mapping[str, str],
) -> list[Setting]:
    """Return what an account cannot work without and nobody gave, secrets last."""
    wanted = connector.wanted(settings)
    missing = [
        one
        for one in connector.SETTINGS
        if one.key in wanted
        and not settings.get(one.key)
        and not (one.secret and (one.key in kept or settings.get(f"{one.key}_command")))
    ]
    return sorted(missing, key=lambda one: one.secret)


def _refuse_missing(
    connector: type[Connector],
    settings: Mapping[str, str | tuple[str, ...]],
    kept: Mapping[str, str],
) -> None:
    """Raise UsageError that names everything missing and how it is given."""
    missing = _missing(connector, settings, kept)
    if not missing:
        return
    lines = [_("This is missing:")]
    for one in missing:
        option = f"--secret {one.key}=-" if one.secret else f"--set {one.key}=..."
        if one.secret and _command_of(one, connector.SETTINGS) is not None:
            option += _(" or --set {}_command=...").format(one.key)
        lines.append(f"  {option}  {one.help}")
    raise click.UsageError("\n".join(lines))


def _agreed(
    connector: type[Connector], found: Mapping[str, str | tuple[str, ...]]
) -> Mapping[str, str | tuple[str, ...]]:
    """Return the settings that were found, as the seller takes or changes them."""
    tell(_("This is known of that address:"))
    titles = show(connector, found)
    if click.confirm(_("Use these settings?"), default=True, err=True):
        return found
    return {one.key: _value(one, _answer(connector, one, found[one.key])) for one in titles}


def _ask(
    connector: type[Connector],
    one: Setting,
    known: str | tuple[str, ...] | None,
    asked: _Settings,
    told: dict[str, str],
) -> None:
    """Ask for one thing and put the answer where it belongs."""
    if not one.secret:
        asked[one.key] = _value(one, _answer(connector, one, known))
        return
    command = _command_of(one, connector.SETTINGS)
    if command is not None and not secrets.keyring_name():
        tell(_("There is no working keyring here, so the secret cannot be kept."))
        asked[command.key] = _prompted(command, None)
    else:
        told[one.key] = _prompted(one, None)


def no_place_for_a_login(connector: type[Connector]) -> secrets.NoKeyring:
    """Return the error for a login that could not be kept, with the other way if there is one."""
    known = any(one.key == _BY_TOKENS for one in connector.SETTINGS)
    return secrets.NoKeyring(_BY_TOKENS.removesuffix("_command") if known else "")


def _ask_for_tokens(connector: type[Connector], asked: _Settings) -> None:
    """Ask for the command that prints tokens, since a login of ours could not be kept.

    Raises NoKeyring, before anything else is asked, where the service knows no such command.
    """
    declared = next((one for one in connector.SETTINGS if one.key == _BY_TOKENS), None)
    if declared is None:
        raise no_place_for_a_login(connector)
    tell(_("There is no working keyring here, so a login cannot be kept."))
    asked[declared.key] = _answer(connector, declared, None)


def _answer(connector: type[Connector], one: Setting, known: str | tuple[str, ...] | None) -> str:
    """Return what the seller answers to a setting's question, asked until it can be used."""
    while True:
        answer = _prompted(one, known)
        said = connector.wrong(one.key, answer)
        if not said:
            return answer
        tell(said)


def _prompted(one: Setting, known: str | tuple[str, ...] | None) -> str:
    """Return what the seller answers to a setting's question; `known` is offered."""
    tell(one.help)
    choices = click.Choice(one.choices) if one.choices else None
    usual = None if known is None else shown(known)
    return str(
        click.prompt(one.title, default=usual, type=choices, hide_input=one.secret, err=True)
    ).strip()


def _value(one: Setting, answer: str) -> str | tuple[str, ...]:
    """Return an answer as the setting's value."""
    return config.split(answer) if one.many else answer


def _command_of(secret: Setting, declared: Sequence[Setting]) -> Setting | None:
    """Return the declared setting of the command that may stand in for the secret."""
    return next((one for one in declared if one.key == f"{secret.key}_command"), None)
