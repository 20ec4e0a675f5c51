"""Say what is wrong with single settings, and fill in what a connector declares as default."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from connectors.values import Setting, SettingValues
from inbox.config.values import AccountConfig, Config, ConfigError, zone_of
from inbox.i18n import gettext as _

COMMON = (
    Setting(
        key="reply_within",
        title="Reply within",
        help='Your own target for an answer, such as "24h" or "90m".',
        default="",
    ),
    Setting(
        key="signature",
        title="Signature",
        help="What {{ agent.signature }} stands for in your answers.",
        default="",
    ),
    Setting(
        key="shop_name",
        title="Shop's name",
        help="What {{ shop.name }} stands for in your answers, if not your name there.",
        default="",
    ),
    Setting(
        key="shop_url",
        title="Shop's page",
        help="What {{ shop.url }} stands for in your answers.",
        default="",
    ),
    Setting(
        key="return_address",
        title="Return address",
        help="What {{ return.address }} stands for in your answers.",
        default="",
    ),
    Setting(
        key="storefront",
        title="Storefront",
        help='The country you sell in there, such as "de", where messages do not name it.',
        default="",
    ),
)
"""What every account may set, whatever its connector."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z]{2,4})?")


def check(config: Config) -> None:
    """Raise ConfigError for the first account that no installed connector would take."""
    if config.accounts:
        from connectors import registry  # looks for what is installed: slow

        check_kinds(config, registry.names())
        check_accounts(config, registry.settings_of)


def check_accounts(config: Config, settings_of: Callable[[str], Sequence[Setting]]) -> None:
    """Raise ConfigError for the first account key that its connector would not take.

    `settings_of(kind)` returns what a connector declares, and raises
    LookupError for one that does not work: its accounts are passed over, so
    that a stranger's broken connector stops nobody else (see `check_kinds`).
    """
    for account in config.accounts:
        try:
            declared = settings_of(account.kind)
        except LookupError:
            continue
        for name, said in problems(account.settings, declared):
            from inbox.config.lines import line_in  # wanted only where something is wrong

            key = f"accounts.{account.name}.{name}"
            raise ConfigError(config.path, said, line=line_in(config.path, key), key=key)


def check_kinds(config: Config, installed: Collection[str]) -> None:
    """Raise ConfigError for the first account of a kind that is not installed."""
    for account in config.accounts:
        if account.kind not in installed:
            said = _("There is no connector of this kind: {kind}. There are: {known}.").format(
                kind=account.kind, known=", ".join(installed)
            )
            raise ConfigError(config.path, said, key=f"accounts.{account.name}.kind")


def problems(settings: SettingValues, declared: Sequence[Setting]) -> Iterator[tuple[str, str]]:
    """Yield (key, sentence) for every setting that a connector's declarations do not allow."""
    known = {setting.key: setting for setting in (*declared, *COMMON)}
    commands = {f"{setting.key}_command" for setting in declared if setting.secret}
    for key, value in settings.items():
        if key not in known and key in commands:
            continue
        if key not in known:
            yield key, unknown(key, sorted(known.keys() - {s.key for s in declared if s.secret}))
        elif said := _problem(known[key], value):
            yield key, said
    for setting in declared:
        if setting.default is None and not setting.secret and not settings.get(setting.key):
            yield setting.key, _("It is missing: {}").format(setting.help)


def filled(account: AccountConfig, declared: Sequence[Setting]) -> SettingValues:
    """Return the account's settings with the defaults of its connector filled in, no secrets."""
    values: dict[str, str | tuple[str, ...]] = {}
    for setting in (*declared, *COMMON):
        if not setting.secret and setting.default is not None:
            values[setting.key] = split(setting.default) if setting.many else setting.default
    return {**values, **account.settings}


def split(text: str) -> tuple[str, ...]:
    """Return the parts of `a, b` without the space around them; empty ones go."""
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def setting_problem(key: str, value: object) -> str:
    """Return why this key of `[settings]` is none or cannot have the value; "" if it can."""
    if key not in _CHECKS:
        return unknown(key, _CHECKS)
    return _CHECKS[key](value)


def unknown(name: str, known: Iterable[str]) -> str:
    """Return the sentence for a name that means nothing here."""
    return _("This name means nothing here: {name}. Known are: {known}.").format(
        name=name, known=", ".join(known)
    )


def _problem(setting: Setting, value: str | tuple[str, ...]) -> str:
    """Return why the value is none for the setting, "" if it is one."""
    if setting.secret:
        return _("A secret does not belong into this file; see {}_command.").format(setting.key)
    if isinstance(value, tuple):
        return "" if setting.many else _("It must be one text, not a list.")
    if setting.choices and value not in setting.choices:
        return _("It must be one of: {}.").format(", ".join(setting.choices))
    if (setting.default or "").isdecimal() and not (value.isascii() and value.isdecimal()):
        return _("It must be a whole number.")
    return ""


def _text(value: object) -> str:
    """Return why the value is no line of text."""
    fine = isinstance(value, str) and value.isprintable()
    return "" if fine else _("It must be one line of text.")


def _truth(value: object) -> str:
    """Return why the value is neither true nor false."""
    return "" if isinstance(value, bool) else _("It must be true or false.")


def _whole(least: int, most: int, *, zero: bool = False) -> Callable[[object], str]:
    """Return a check for a whole number in that range, 0 as well if it is allowed."""

    def check(value: object) -> str:
        if type(value) is int and (least <= value <= most or (zero and value == 0)):
            return ""
        said = _("It must be a whole number from {least} to {most}.")
        return said.format(least=least, most=most)

    return check


def _zone(value: object) -> str:
    """Return why the value is no time zone."""
    try:
        if isinstance(value, str):
            zone_of(value)
            return ""
    except ValueError:
        pass
    return _("It must be the name of a time zone, such as Europe/Berlin.")


def _folder(value: object) -> str:
    """Return why the value is no whole path of a folder; "" is none, and allowed."""
    fine = isinstance(value, str) and value.isprintable() and (value[:1] in ("", "/", "~"))
    return "" if fine else _("It must be the whole path of a folder, such as ~/backups.")


def _language(value: object) -> str:
    """Return why the value is no language."""
    if value == "" or (isinstance(value, str) and _LANGUAGE.fullmatch(value)):
        return ""
    return _("It must be the code of a language, such as de or pt_BR.")


def _one_of(*choices: str) -> Callable[[object], str]:
    """Return a check for one of some words."""

    def check(value: object) -> str:
        return "" if value in choices else _("It must be one of: {}.").format(", ".join(choices))

    return check


def _hours(value: object) -> str:
    """Return why the value is no list of hours."""
    try:
        if isinstance(value, str):
            from inbox.core.alerts import intervals_of

            intervals_of(value)
            return ""
    except ValueError:
        pass
    return _("It must be hours such as 22:00-07:00, several with commas between.")


def _age(value: object) -> str:
    """Return why the value is no age of old conversations; "" is none, and allowed."""
    try:
        if isinstance(value, str):
            from inbox.core.stowing import age_of

            if value:
                age_of(value)
            return ""
    except ValueError:
        pass
    return _("It must be an age of 90 days or more, such as 3y, 18m, 26w or 400d.")


def _command(value: object) -> str:
    """Return why the value is no command."""
    import shlex

    if isinstance(value, str) and value.isprintable():
        try:
            shlex.split(value)
        except ValueError:
            return _("A quotation mark is not closed.")
        return ""
    return _("It must be one line of text.")


_CHECKS: Mapping[str, Callable[[object], str]] = {
    "timezone": _zone,
    "language": _language,
    "undo_seconds": _whole(0, 600),
    "quote_below": _truth,
    "on_done": _one_of("keep", "archive", "close"),
    "name": _text,
    "theme": _text,
    "editor": _text,
    "poll_seconds": _whole(10, 3600, zero=True),
    "notify": _one_of("auto", "bell", "osc9", "osc777", "osc99", "off"),
    "notify_command": _command,
    "notify_soon": _truth,
    "quiet_hours": _hours,
    "calendar": _text,
    "answer_minutes": _whole(1, 240),
    "quiet_except": _one_of("none", "late", "all"),
    "auto_backup": _truth,
    "backup_folder": _folder,
    "stow_after": _age,
}
