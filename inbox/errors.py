"""Turn an exception into what a person reads: one sentence, and a hint of what to do.

This is the one place where that happens. Errors of layers above are known by
their name, so that nothing heavy is loaded to say that something went wrong.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from connectors.frozen import frozen
from inbox.i18n import gettext as _


@frozen
class Said:
    """What a person is told."""

    sentence: str
    hint: str = ""
    """What to do next; empty where the sentence says it."""
    known: bool = True
    """False for a mistake of ours: then the traceback belongs into the log."""

    def __str__(self) -> str:
        """Return both as one paragraph."""
        return f"{self.sentence} {self.hint}".strip()


def said(failure: BaseException, log_file: Path | None = None) -> Said:
    """Return what to tell about the failure; `log_file` is named for one we do not know."""
    sentence = getattr(failure, "sentence", "")
    if isinstance(sentence, str) and sentence:
        return Said(sentence, str(getattr(failure, "hint", "")))
    for kind in type(failure).__mro__:
        tell = _TOLD.get(f"{kind.__module__}.{kind.__qualname__}")
        if tell is not None:
            return tell(failure)
    if isinstance(failure, OSError) and failure.errno in _ERRNO:
        return _ERRNO[failure.errno](failure)
    hint = _("The details are in {}.").format(log_file) if log_file else ""
    kind_name = type(failure).__name__
    return Said(
        _("Something went wrong that we did not foresee ({}).").format(kind_name), hint, known=False
    )


def _config(failure: Any) -> Said:
    where = f"{failure.path}:{failure.line}" if failure.line is not None else f"{failure.path}"
    if failure.key:
        where = _("{file}, {key}").format(file=where, key=failure.key)
    return Said(
        _("The configuration cannot be used: {where}: {said}").format(
            where=where, said=failure.said
        ),
        _("Nothing was changed. Mend the file and try again."),
    )


def _rules(failure: Any) -> Said:
    where = f"{failure.file}:{failure.line}" if failure.line is not None else f"{failure.file}"
    told = {
        "deadline": _("A deadline rule cannot be used: {file}, {key}: {said}"),
        "calendars": _("A calendar cannot be used: {file}, {key}: {said}"),
    }.get(
        failure.key.split("[")[0].split(".")[0],
        _("The configuration cannot be used: {file}, {key}: {said}"),
    )
    return Said(
        told.format(file=where, key=failure.key, said=failure.said), _("Mend it and try again.")
    )


def _holidays(failure: Any) -> Said:
    return Said(
        _("No holidays are known by this code: {}.").format(failure.code),
        _('A calendar of yours names it; "inbox rules check" says where.'),
    )


def _too_new(failure: Any) -> Said:
    return Said(
        _("The store was written by a newer inbox: {}.").format(failure.path),
        _("Nothing was changed. Install the newer version again."),
    )


def _damaged(failure: Any) -> Said:
    return Said(
        _("The store is damaged: {}.").format(failure.path),
        _(
            'Nothing was overwritten. Try "inbox doctor --repair", or bring a backup back:'
            ' "inbox restore".'
        ),
    )


def _read_only(failure: Any) -> Said:
    return Said(
        _("The store cannot be written: {}.").format(failure.path),
        _("Make the file and its folder writable for this user."),
    )


def _full(failure: Any) -> Said:
    return Said(
        _("There is no room left on the disk of {}.").format(failure.path),
        _("What was stored before is safe. Make room and try again."),
    )


def _busy(failure: Any) -> Said:
    return Said(
        _("The store is in use for too long by another program: {}.").format(failure.path),
        _("Try again; if it stays so, end the other program."),
    )


def _no_file(failure: Any) -> Said:
    return Said(
        _("There is no file where the store should be: {}.").format(failure.path),
        _(
            "A folder stands there, or a link that leads nowhere: is the disk missing?"
            " Nothing was changed."
        ),
    )


def _store(failure: Any) -> Said:
    return Said(_("The store cannot be used: {}.").format(failure.path), _('Try "inbox doctor".'))


def _unknown_id(failure: Any) -> Said:
    return Said(_("Nothing is known by that id: {}.").format(failure.given), _('See "inbox list".'))


def _stowed_id(failure: Any) -> Said:
    return Said(
        _("This conversation is stowed away: {}.").format(failure.given),
        _('Bring it back: "inbox unstow {}".').format(failure.given),
    )


def _ambiguous_id(failure: Any) -> Said:
    return Said(
        _("That is the beginning of several ids: {}.").format(failure.given), _("Give more of it.")
    )


def _query(failure: Any) -> Said:
    return Said(
        _("The query cannot be understood at column {position}: {said}").format(
            position=failure.position + 1, said=failure.said
        )
    )


def _snooze(failure: Any) -> Said:
    return Said(failure.said)


def _no_keyring(failure: Any) -> Said:
    sentence = _("There is no keyring here that keeps a secret safely, so nothing was saved.")
    if not failure.key:
        return Said(sentence, _("Unlock or install one: what a login gives lies nowhere else."))
    if failure.key == "oauth2":
        said = _(
            "Unlock or install one, or give a command of yours that prints access tokens:"
            ' --set oauth2_command="my-tokens shop".'
        )
        return Said(sentence, said)
    said = _(
        "Unlock or install one, or give the command that prints it:"
        ' --set {key}_command="pass show mail".'
    )
    return Said(sentence, said.format(key=failure.key))


def _editor(failure: Any) -> Said:
    sentence, hint = {
        "NOT_STARTED": (
            _("The editor could not be started: {command}."),
            _("Name another as `editor` under [settings], or in $EDITOR. Your text is in {path}."),
        ),
        "ERROR": (
            _("The editor ended with an error ({code}): {command}."),
            _("Your text is kept in {path}."),
        ),
        "NO_TEXT": (
            _("The editor left no text in UTF-8: {command}."),
            _("What it left is kept in {path}."),
        ),
        "NO_FILE": (_("The editor left no file: {command}."), _("The text is what it was before.")),
    }[failure.ending.name]
    known = {"command": failure.command, "code": failure.code, "path": failure.path}
    return Said(sentence.format(**known), hint.format(**known))


def _not_private(failure: Any) -> Said:
    return Said(
        _("{} is not a folder of yours alone.").format(failure.path),
        _("Remove it, or set XDG_RUNTIME_DIR or INBOX_HOME to a folder of yours."),
    )


def _engine_running(_failure: Any) -> Said:
    return Said(
        _("Another inbox is at work on this store already."),
        _("It delivers and fetches; use that one, or end it first."),
    )


def _engine_newer(_failure: Any) -> Said:
    return Said(
        _("A newer inbox is at work on this store."), _("Use the newer version, or end it first.")
    )


def _engine_gone(_failure: Any) -> Said:
    return Said(
        _("The engine that fetches and sends mail ended."),
        _('Nothing is lost. Try again, or start one: "inbox sync --watch".'),
    )


def _template(failure: Any) -> Said:
    return Said(
        _("The canned response cannot be used: line {line}, column {column}: {expected}").format(
            line=failure.line,
            column=failure.column,
            expected=_("expected {}.").format(failure.expected),
        ),
        _('Try "inbox canned lint".'),
    )


def _connector(failure: Any) -> Said:
    return Said(str(failure))


def _no_room(_failure: OSError) -> Said:
    return Said(
        _("There is no room left on the disk."),
        _("What was stored before is safe. Make room and try again."),
    )


def _refused(failure: OSError) -> Said:
    return Said(
        _("This may not be written or read: {}.").format(failure.filename or failure.strerror),
        _("See who owns it and what its permissions are."),
    )


def _is_folder(failure: OSError) -> Said:
    return Said(_("This is a folder, not a file: {}.").format(failure.filename or failure.strerror))


def _missing(failure: OSError) -> Said:
    return Said(_("There is no such file: {}.").format(failure.filename or failure.strerror))


_TOLD: Mapping[str, Callable[[Any], Said]] = {
    "inbox.config.values.ConfigError": _config,
    "inbox.rules.faults.RuleFault": _rules,
    "inbox.rules.public_holidays.UnknownPlace": _holidays,
    "inbox.store.faults.StoreTooNew": _too_new,
    "inbox.store.faults.StoreDamaged": _damaged,
    "inbox.store.faults.StoreReadOnly": _read_only,
    "inbox.store.faults.StoreFull": _full,
    "inbox.store.faults.StoreBusy": _busy,
    "inbox.store.faults.StoreNoFile": _no_file,
    "inbox.store.faults.StoreError": _store,
    "inbox.store.uids.UnknownId": _unknown_id,
    "inbox.store.uids.StowedId": _stowed_id,
    "inbox.store.uids.AmbiguousId": _ambiguous_id,
    "inbox.core.query.QueryError": _query,
    "inbox.core.snooze.SnoozeError": _snooze,
    "inbox.secrets.NoKeyring": _no_keyring,
    "inbox.editor.EditorFailed": _editor,
    "inbox.locations.NotPrivate": _not_private,
    "inbox.sync.lock.EngineRunning": _engine_running,
    "inbox.link.client.EngineNewer": _engine_newer,
    "inbox.link.client.EngineOlder": _engine_gone,
    "inbox.link.client.EngineGone": _engine_gone,
    "canned.parts.TemplateError": _template,
    "connectors.contract.ConnectorError": _connector,
}
"""By the error's full name; the nearest of its bases counts."""

_ERRNO: Mapping[int | None, Callable[[OSError], Said]] = {
    errno.ENOSPC: _no_room,
    errno.EDQUOT: _no_room,
    errno.EFBIG: _no_room,
    errno.EROFS: _refused,
    errno.EACCES: _refused,
    errno.EPERM: _refused,
    errno.ENOENT: _missing,
    errno.ENOTDIR: _missing,
    errno.EISDIR: _is_folder,
}
