"""Look at everything the product rests on and change nothing."""

from __future__ import annotations

import logging
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from inbox import logs
from inbox.cli.session import Session
from inbox.config import AccountConfig
from inbox.errors import said
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.locations import is_anything


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The store or the configuration cannot be used."""
    WARNING = "warning"
    """Something waits for the seller."""
    OK = "ok"

    @property
    def word(self) -> str:
        """The severity for a person."""
        return {"error": _("broken"), "warning": _("look"), "ok": _("fine")}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    severity: Severity
    about: str
    """configuration, rules, keys, secrets, store, permissions, accounts, outbox, quarantine,
    canned, connectors, engine, backup, stowed."""
    said: str
    hint: str = ""


def examine(session: Session) -> list[Finding]:
    """Return every finding, the worst first; what breaks on the way is a finding too."""
    checks: dict[str, Callable[[Session], Iterator[Finding]]] = {
        "configuration": _configuration,
        "keys": _keys,
        "store": _store,
        "permissions": _permissions,
        "connectors": _connectors,
        "secrets": _secrets,
        "accounts": _accounts,
        "outbox": _outbox,
        "quarantine": _quarantine,
        "canned": _canned,
        "engine": _engine,
        "backup": _backup,
        "stowed": _stowed,
    }
    if not _is_there(session.locations.store_file):
        checks.update(
            dict.fromkeys(("store", "accounts", "outbox", "quarantine", "stowed"), _no_store)
        )
    found: list[Finding] = []
    for about, check in checks.items():
        try:
            found += check(session)
        except Exception as failure:  # noqa: BLE001 - a broken part is what a doctor looks for
            found += _broken(session, about, failure, found)
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _is_there(store_file: Path) -> bool:
    """Return whether there is a store, or nobody may look: then the checks say so."""
    try:
        return is_anything(store_file)
    except OSError:
        return True


def _broken(
    session: Session, about: str, failure: Exception, found: list[Finding]
) -> Iterator[Finding]:
    """Yield the failure of a check, once however many checks it stops."""
    log_file = session.locations.log_file
    told = said(failure, log_file)
    if not told.known:
        logs.start(log_file)
        logging.getLogger(__name__).error("%s could not be looked at", about, exc_info=failure)
    if all(finding.said != told.sentence for finding in found):
        yield Finding(
            severity=Severity.ERROR if about in ("configuration", "store") else Severity.WARNING,
            about=about,
            said=told.sentence,
            hint=told.hint,
        )


def _configuration(session: Session) -> Iterator[Finding]:
    """Look at the file and at the rules it leads to."""
    from inbox.rules import load_book

    count = len(session.config.accounts)
    text = ngettext(
        "The configuration reads well: {} account.",
        "The configuration reads well: {} accounts.",
        count,
    )
    yield _fine("configuration", text.format(count))
    book = load_book(session.config)
    count = len(book.rules)
    said = ngettext("{} deadline rule is in force.", "{} deadline rules are in force.", count)
    yield _fine("rules", said.format(count))


def _no_store(_session: Session) -> Iterator[Finding]:
    """Find nothing: an account that was never added has no store, and a doctor makes none."""
    return iter(())


def _store(session: Session) -> Iterator[Finding]:
    """Look at the store's file and whether every verdict in it can be derived again."""
    from inbox.store import doctor

    found = False
    for finding in doctor.examine(session.store, session.book):
        found = True
        hint = _('Mend it by: "inbox doctor --repair".') if finding.severity == "error" else ""
        yield Finding(
            severity=Severity(finding.severity), about="store", said=finding.sentence, hint=hint
        )
    if not found:
        yield _fine("store", _("The store is whole."))


def _permissions(session: Session) -> Iterator[Finding]:
    """Look whether others could read what is private."""
    where = session.locations
    open_to_others = [
        path
        for path in (where.config_file, where.store_file, where.data, where.drafts, where.log_file)
        if _others_may_read(path)
    ]
    for path in open_to_others:
        yield Finding(
            severity=Severity.WARNING,
            about="permissions",
            said=_("Others on this machine may read {}.").format(path),
            hint=_("Mend it by: chmod go-rwx {}").format(path),
        )
    if not open_to_others:
        yield _fine("permissions", _("Only you may read what is stored here."))


def _connectors(_session: Session) -> Iterator[Finding]:
    """Look for connectors that are installed and do not load."""
    from connectors import registry

    for kind, found in registry.kinds().items():
        if isinstance(found, registry.Broken):
            yield Finding(
                severity=Severity.WARNING,
                about="connectors",
                said=_("The connector {kind} cannot be used: {why}").format(
                    kind=kind, why=found.said
                ),
            )


def _secrets(session: Session) -> Iterator[Finding]:
    """Look whether there is a keyring for the accounts that need one; asks it for nothing."""
    from inbox import secrets

    needy = [account for account in session.config.accounts if _needs_keyring(account)]
    if not needy:
        return
    name = secrets.keyring_name()
    if name:
        yield _fine("secrets", _("Secrets are kept by {}.").format(name))
    else:
        yield Finding(
            severity=Severity.WARNING,
            about="secrets",
            said=_("No keyring can be used, and these accounts need one: {}.").format(
                ", ".join(account.name for account in needy)
            ),
            hint=_hint_for(needy),
        )


def _hint_for(accounts: Sequence[AccountConfig]) -> str:
    """Return what helps accounts without a keyring: the commands that may stand in for it."""
    ways = [f"{name}: {key}" for name, keys in _commands_of(accounts) for key in keys]
    if not ways:
        return _("Unlock or install one.")
    said = _("Unlock or install one, or set a command that prints what would lie there ({}).")
    return said.format(", ".join(ways))


def _commands_of(accounts: Sequence[AccountConfig]) -> Iterator[tuple[str, list[str]]]:
    """Yield each account's name with the settings of commands that could stand in."""
    from connectors import registry

    for account in accounts:
        declared = {one.key for one in registry.load(account.kind).SETTINGS}
        ways = [f"{key}_command" for key in (_by_login(account) or _only_kept(account))]
        yield account.name, [key for key in ways if key in declared]


def _by_login(account: AccountConfig) -> list[str]:
    """Return the one name of what a login gives, [] where the account is logged in to otherwise."""
    from connectors import registry
    from inbox import config

    made = registry.load(account.kind)
    return ["oauth2"] if made.consents_with(config.filled(account, made.SETTINGS)) else []


def _only_kept(account: AccountConfig) -> list[str]:
    """Return the keys of secrets that the account cannot do without and no command prints."""
    from connectors import registry
    from inbox import config

    made = registry.load(account.kind)
    secret = {one.key for one in made.SETTINGS if one.secret}
    wanted = made.wanted(config.filled(account, made.SETTINGS))
    return [key for key in wanted if key in secret and not account.settings.get(f"{key}_command")]


def _needs_keyring(account: AccountConfig) -> bool:
    """Return whether a secret of the account can only lie in the keyring."""
    return bool(_by_login(account) or _only_kept(account))


def _accounts(session: Session) -> Iterator[Finding]:
    """Tell of accounts that do not work."""
    from inbox.view.strip import standing

    with session.store.read() as tx:
        every = standing(tx, session.book, session.clock()).accounts
    for account in every:
        if account.state in ("ok", "syncing", "new"):
            continue
        yield Finding(
            severity=Severity.WARNING,
            about="accounts",
            said=f"{account.name}: {account.error or account.state}",
            hint=_('Try: "inbox accounts check {}".').format(account.name),
        )


def _outbox(session: Session) -> Iterator[Finding]:
    """Tell of replies that wait for the seller."""
    from inbox.core.model import Delivery
    from inbox.store import outbox

    with session.store.read() as tx:
        states = Counter(item.state for item in outbox.every(tx))
    hint = _('See "inbox outbox"; then "inbox outbox retry KEY" or "inbox outbox cancel KEY".')
    if count := states[Delivery.REFUSED]:
        text = ngettext("{} reply was refused.", "{} replies were refused.", count)
        yield Finding(severity=Severity.WARNING, about="outbox", said=text.format(count), hint=hint)
    if count := states[Delivery.UNSURE]:
        text = ngettext(
            "Of {} reply it is not known whether it was sent.",
            "Of {} replies it is not known whether they were sent.",
            count,
        )
        yield Finding(severity=Severity.WARNING, about="outbox", said=text.format(count), hint=hint)
    if count := states[Delivery.QUEUED] + states[Delivery.SENDING]:
        text = ngettext("{} reply is on its way.", "{} replies are on their way.", count)
        yield _fine("outbox", text.format(count))


def _quarantine(session: Session) -> Iterator[Finding]:
    """Tell of messages that could not be read."""
    from inbox.store import held_back

    with session.store.read() as tx:
        count = held_back.unseen(tx)
    if count:
        text = ngettext(
            "{} message could not be read; its source is kept.",
            "{} messages could not be read; their source is kept.",
            count,
        )
        said, hint = text.format(count), _('See "inbox unreadable".')
        yield Finding(severity=Severity.WARNING, about="quarantine", said=said, hint=hint)


def _keys(session: Session) -> Iterator[Finding]:
    """Tell of lines of `[keys]` that the screen cannot follow."""
    from inbox.commands import rebound, saved, table

    for each in rebound((*table(), *saved(session.config.views)), session.config.keys)[1]:
        yield Finding(severity=Severity.WARNING, about="keys", said=str(each))


def _canned(session: Session) -> Iterator[Finding]:
    """Tell of canned responses that cannot be used."""
    from inbox.cli.filling import library_of

    for fault in library_of(session).faults:
        yield Finding(
            severity=Severity.WARNING,
            about="canned",
            said=_("A canned response cannot be used: {}").format(fault),
        )


def _engine(session: Session) -> Iterator[Finding]:
    """Tell whether somebody fetches and sends right now."""
    if session.link is not None:
        yield _fine("engine", _("An engine is running."))
    else:
        yield _fine("engine", _("No engine is running; the screen starts one when it is opened."))


def _backup(session: Session) -> Iterator[Finding]:
    """Tell how old the newest automatic backup is, and ask where none comes about."""
    from inbox.cli.backups import standing

    for text, fine, hint in standing(session):
        severity = Severity.OK if fine else Severity.WARNING
        yield Finding(severity=severity, about="backup", said=text, hint=hint)


def _stowed(session: Session) -> Iterator[Finding]:
    """Look whether every file of stowed conversations is there and as it was written."""
    from inbox.cli.stowed_files import standing

    for text, severity, hint in standing(session):
        yield Finding(severity=Severity(severity), about="stowed", said=text, hint=hint)


def _fine(about: str, text: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(severity=Severity.OK, about=about, said=text)


def _others_may_read(path: Path) -> bool:
    """Return whether anyone but the owner may read the file or enter the folder."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))
