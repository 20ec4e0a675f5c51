"""How old the newest automatic backup is, in a sentence for the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inbox.cli.session import Session
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store import messages
from inbox.store.keeping import rotation


def standing(session: Session) -> Iterator[tuple[str, bool, str]]:
    """Yield (sentence, whether all is well, hint) about the automatic backups.

    Off is the seller's choice and no finding. On, one is missed when the engine
    has known the store for three days and none was made for as long.
    """
    folder = rotation.folder_of(session.config.settings, session.locations)
    uid = "" if _is_missing(session) else session.store.uid
    made = [at for at in rotation.found(folder, uid) if at <= session.clock()]
    if made:
        yield _aged(session, max(made), folder)
    elif (others := rotation.of_others(folder, uid)) and _is_empty(session):
        text = _("Nothing is stored here, but there are automatic backups of another store.")
        yield text, False, _('If that is yours: "inbox restore {}".').format(others[-1])
    elif uid:
        yield _none_yet(session, folder)


def _aged(session: Session, newest: datetime, folder: Path) -> tuple[str, bool, str]:
    """Return what is to be said of the newest backup."""
    age = session.clock() - newest
    days = age // timedelta(days=1)
    text = ngettext(
        "The newest automatic backup is {} day old.",
        "The newest automatic backup is {} days old.",
        days,
    ).format(days)
    fine = not session.config.settings.auto_backup or age < rotation.OLD
    return text, fine, "" if fine else _hint(folder)


def _none_yet(session: Session, folder: Path) -> tuple[str, bool, str]:
    """Return what is to be said where there is none."""
    if not session.config.settings.auto_backup:
        return _("Automatic backups are off, and there is none."), True, ""
    known = _known_since(session)
    fine = known is None or session.clock() - known < rotation.OLD
    return _("There is no automatic backup yet."), fine, "" if fine else _hint(folder)


def _hint(folder: Path) -> str:
    return _('Keep an inbox open for some minutes each day, or: "inbox backup {}".').format(folder)


def _is_missing(session: Session) -> bool:
    """Return whether there is no store; to look for a backup makes none."""
    return not session.locations.store_file.exists()


def _is_empty(session: Session) -> bool:
    """Return whether not one message is stored."""
    if _is_missing(session):
        return True
    with session.store.read() as tx:
        return not messages.anything(tx)


def _known_since(session: Session) -> datetime | None:
    """Return when an engine first ran here, None if none ever did: its lock's file tells."""
    lock = session.locations.store_file.with_name(session.locations.store_file.name + ".engine")
    try:
        return datetime.fromtimestamp(lock.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
