"""`inbox forget` and `inbox compact`: what goes for good, and room won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inbox.cli.amounts import in_words
from inbox.cli.output import one_line, print_json, say, tell
from inbox.cli.session import Session, on_terminal
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.store.keeping.forget import Found
    from inbox.triage.forgetting import Forgotten

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_SHOWN = 10
_MB = 1_000_000


@click.command(
    "forget",
    help=_(
        "Erase a buyer (ADDRESS) or an order's conversation (ORDER) for good, as the law asks:"
        " texts, sources, drafts, index, names. It shows what goes and asks twice."
    ),
)
@click.argument("what", metavar="ADDRESS|ORDER")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@_JSON
@click.pass_obj
def forget(session: Session, *, what: str, yes: bool, as_json: bool) -> None:
    """Erase a buyer: shown first, asked twice, told what is left where."""
    from inbox.store.keeping import forget as forgetting
    from inbox.store.keeping import rotation
    from inbox.store.stowed import finding
    from inbox.triage import forgetting as doing

    what = what.strip()
    if not yes and not on_terminal():
        raise click.UsageError(_("Say --yes to erase without being asked."))
    doing.refuse_own(what, session.book)
    with session.store.read() as tx:
        found = forgetting.find(tx, what)
    stowed = finding.of_buyer(session.store, what)
    if found.nothing and not stowed.conversations:
        raise forgetting.NothingKnown(what, stowed.unread)
    if not yes:
        _ask_twice(session, found, len(stowed.conversations))
    folder = rotation.folder_of(session.config.settings, session.locations)
    done = doing.forget(
        session.store,
        found,
        where=session.locations,
        folder=folder,
        book=session.book,
        now=session.clock(),
        stowed=stowed,
    )
    if as_json:
        value = {
            "what": what,
            "counts": done.counts,
            "backups_until": None if done.backups_until is None else str(done.backups_until),
            "aside": [str(path) for path in done.aside],
        }
        print_json(value, None)
        return
    _tell_forgotten(done)


def _ask_twice(session: Session, found: Found, stowed: int) -> None:
    """Show what goes; ask, then let the seller type it: a wrong yes cannot be taken back."""
    from inbox.store import conversations

    with session.store.read() as tx:
        for row in conversations.page(tx, found.conversations[:_SHOWN]):
            party = row.party.name or row.party.address
            tell(f"  {row.last_at:%Y-%m-%d}  {one_line(party)}: {one_line(row.subject)}")
    more = len(found.conversations) - _SHOWN
    if more > 0:
        tell(_("  and {} more").format(more))
    tell(f"{in_words(found.counts)}.")
    if stowed:
        text = ngettext(
            "{} stowed conversation with them as well.",
            "{} stowed conversations with them as well.",
            stowed,
        )
        tell(text.format(stowed))
    click.confirm(_("Erase it for good? This cannot be undone."), abort=True, err=True)
    typed = click.prompt(_("Type {} again to do it").format(found.what), err=True)
    if typed.strip() != found.what:
        raise click.Abort


def _tell_forgotten(done: Forgotten) -> None:
    """Say what is gone, and where it is not."""
    say(_("Erased: {}.").format(in_words(done.counts)))
    if mentions := done.counts["mentions"]:
        said = ngettext(
            "{} message of other people mentions it and stays.",
            "{} messages of other people mention it and stay.",
            mentions,
        )
        tell(said.format(mentions))
    if not done.emptied:
        tell(_("Close every open inbox once: until then its log may hold traces."))
    if done.backups_until is not None:
        tell(
            _("Automatic backups hold it until {}; a restore does not bring it back.").format(
                done.backups_until
            )
        )
    for path in done.aside:
        tell(_("This copy holds it until you delete it: {}").format(path))
    tell(_("The service still has its own copy; it is not taken in again."))


@click.command(
    "compact", help=_("Make the store's file small: merge the index, give unused room back.")
)
@_JSON
@click.pass_obj
def compact(session: Session, *, as_json: bool) -> None:
    """Make the store small and say what that brought."""
    from inbox.store.keeping.compact import compact as compacting

    session.store.revision()  # a store of an older version is brought up to date by being opened
    won = compacting(session.locations)
    if as_json:
        print_json({"before": won.before, "after": won.after, "won": won.before - won.after}, None)
        return
    say(
        _("{won} MB won: {before} MB before, {after} MB now.").format(
            won=f"{(won.before - won.after) / _MB:.1f}",
            before=f"{won.before / _MB:.1f}",
            after=f"{won.after / _MB:.1f}",
        )
    )
