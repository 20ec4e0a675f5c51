"""`inbox backup` and `inbox restore`: one file of everything, and bringing it back."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox.cli.amounts import in_words
from inbox.cli.output import print_json, print_table, say, tell
from inbox.cli.session import Session, on_terminal
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.store.keeping.bundle import Manifest
    from inbox.store.keeping.restore import Restored

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_MB = 1_000_000


@click.command(
    "backup",
    help=_(
        "Write everything but passwords into FILE (or, dated, into a folder), while all goes on."
        " It holds buyers' personal data. --list shows the automatic ones."
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help=_("Replace a file of that name."))
@click.option("--list", "as_list", is_flag=True, help=_("List the automatic backups."))
@_JSON
@click.pass_obj
def backup(
    session: Session, *, file: Path | None, force: bool, as_list: bool, as_json: bool
) -> None:
    """Make a backup and say what it holds."""
    from inbox.store.keeping import rotation
    from inbox.store.keeping.backup import make_backup

    if (file is None) is not as_list:
        raise click.UsageError(_("Name the file to write, or say --list."))
    if file is not None and str(file) == "-":
        raise click.UsageError(_("A backup is a file, and cannot be written to the output."))
    if file is None:
        _list(session, as_json=as_json)
        return
    now = session.clock()
    if file.is_dir():
        file /= rotation.name_of(session.store.uid, now)
    made = make_backup(session.locations, file, now, force=force)
    if as_json:
        value = {
            "path": str(made.path),
            "size": made.size,
            "left_out": made.left_out or None,
            "lacking": [str(path) for path in made.lacking],
            **_facts(made.manifest),
        }
        print_json(value, None)
        return
    say(f"{made.path}: {in_words(made.manifest.counts)}, {_megabytes(made.size)}")
    for path in made.lacking:
        tell(_("Gone or damaged, so an older backup is needed for it: {}").format(path))
    if made.left_out:
        tell(_("The configuration is not in it: {}").format(made.left_out))
    tell(_("It holds buyers' personal data and no password. Keep it as private as your mail."))


def _list(session: Session, *, as_json: bool) -> None:
    """Print the automatic backups, oldest first."""
    from inbox.store.keeping import rotation

    folder = rotation.folder_of(session.config.settings, session.locations)
    found = rotation.found(folder, session.store.uid)
    if as_json:
        rows = [
            {"path": str(path), "size": path.stat().st_size, "made_at": at}
            for at, path in found.items()
        ]
        print_json(rows, session.zone)
    elif found:
        print_table([(str(path), _megabytes(path.stat().st_size)) for path in found.values()])
    else:
        tell(_("There is no automatic backup in {}.").format(folder))


@click.command(
    "restore",
    help=_(
        "Put a backup in place of what is there, which is set aside and never deleted."
        " End every inbox first."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@_JSON
@click.pass_obj
def restore(session: Session, *, file: Path, yes: bool, as_json: bool) -> None:
    """Bring a backup back: verified first, asked first, nothing deleted."""
    from inbox.store.keeping import bundle
    from inbox.store.keeping import restore as restoring
    from inbox.store.keeping.refusals import StoreInUse
    from inbox.sync.lock import EngineLock

    manifest = bundle.read_manifest(file)
    if not yes:
        _ask_to_restore(session, manifest)
    session.locations.prepare()
    lock = EngineLock(session.locations.store_file)
    if not lock.try_acquire():
        raise StoreInUse
    try:
        done = restoring.restore(session.locations, file, session.clock())
    finally:
        lock.release()
    if as_json:
        value = {
            "path": str(file),
            "aside": [str(path) for path in done.aside],
            "held": done.held,
            **_facts(done.manifest),
        }
        print_json(value, None)
        return
    _tell_restored(done)


def _ask_to_restore(session: Session, manifest: Manifest) -> None:
    """Ask whether to go on; wrong usage where nobody can answer, abort for no."""
    if not on_terminal():
        raise click.UsageError(_("Say --yes to restore without being asked."))
    tell(
        _("Made {when}: {what}.").format(
            when=_when(manifest.instant), what=in_words(manifest.counts)
        )
    )
    waiting = _waiting(session.locations.store_file)
    if waiting:
        text = ngettext(
            "{} reply of the present store is not out yet and will not be sent.",
            "{} replies of the present store are not out yet and will not be sent.",
            waiting,
        )
        tell(text.format(waiting))
    click.confirm(_("Put it in place of what is there now?"), abort=True, err=True)


def _waiting(store_file: Path) -> int:
    """Return how many replies of the present store no service has; 0 if it cannot be read."""
    from inbox.core.model import Delivery
    from inbox.store import outbox
    from inbox.store.database import Store
    from inbox.store.faults import StoreError

    if not store_file.exists():
        return 0
    try:
        with closing(Store.open(store_file)) as store, store.read() as tx:
            return sum(item.state is not Delivery.ACCEPTED for item in outbox.unsettled(tx))
    except StoreError:
        return 0


def _tell_restored(done: Restored) -> None:
    """Say what a restore did."""
    say(
        _("Restored as of {when}: {what}.").format(
            when=_when(done.manifest.instant), what=in_words(done.manifest.counts)
        )
    )
    for path in done.aside:
        say(_("Set aside: {}").format(path))
    if done.held:
        text = ngettext(
            "{} reply may have gone out since and waits for your word.",
            "{} replies may have gone out since and wait for your word.",
            done.held,
        )
        tell(f"{text.format(done.held)} " + _('See "inbox outbox".'))


def _facts(manifest: Manifest) -> dict[str, object]:
    """Return what a manifest says, for JSON."""
    return {
        "made_at": manifest.instant,
        "version": manifest.program,
        "counts": manifest.counts,
    }


def _when(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _megabytes(size: int) -> str:
    return _("{} MB").format(f"{size / _MB:.1f}")
