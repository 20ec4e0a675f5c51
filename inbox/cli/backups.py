"""How old the newest automatic backup is, in a sentence for the doctor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from inbox.cli.session import Session
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store.keeping import rotation


def standing(session: Session) -> tuple[str, bool, str]:
    """Return (sentence, whether all is well, hint) about the automatic backups.

    Off is the seller's choice and no finding. On, one is missed when the engine
    has known the store for three days and none was made for as long.
    """
    settings = session.config.settings
    now = session.clock()
    folder = rotation.folder_of(settings, session.locations)
    made = [at for at in rotation.found(folder, session.store.uid) if at <= now]
    newest = max(made, default=None)
    hint = _('Keep an inbox open for some minutes each day, or: "inbox backup {}".').format(folder)
    if newest is not None:
        days = (now - newest) // timedelta(days=1)
        text = ngettext(
            "The newest automatic backup is {} day old.",
            "The newest automatic backup is {} days old.",
            days,
        ).format(days)
        fine = not settings.auto_backup or now - newest < rotation.OLD
        return text, fine, "" if fine else hint
    if not settings.auto_backup:
        return _("Automatic backups are off, and there is none."), True, ""
    known = _known_since(session)
    fine = known is None or now - known < rotation.OLD
    return _("There is no automatic backup yet."), fine, "" if fine else hint


def _known_since(session: Session) -> datetime | None:
    """Return when an engine first ran here, None if none ever did: its lock's file tells."""
    lock = session.locations.store_file.with_name(session.locations.store_file.name + ".engine")
    try:
        return datetime.fromtimestamp(lock.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
