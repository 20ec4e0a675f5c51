"""`inbox stow` and `inbox unstow`: old conversations into a file, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox.cli.amounts import in_words
from inbox.cli.output import local, passing_line, print_json, print_table, say, tell
from inbox.cli.session import Session, on_terminal
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.core.model import Conversation, ConversationUid
    from inbox.core.query import Query
    from inbox.store.stowed.taking import Stowed

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_DRY = click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))
_MB = 1_000_000
_ID_BEGINS = 6
"""Characters of an id that is given: shorter ones are words to look for."""


@click.command(
    "stow",
    help=_(
        "Take conversations that were silent for long out of the store, into a compressed file"
        " beside it. Nothing owed, waiting, starred or unread goes. They stay known: who writes"
        " again finds their old words. --list shows the files."
    ),
)
@click.option("--older-than", "age", metavar="AGE", default="", help=_("Such as 3y, 18m or 400d."))
@_DRY
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@click.option("--list", "as_list", is_flag=True, help=_("List the files there are."))
@_JSON
@click.pass_obj
def stow(
    session: Session, *, age: str, dry_run: bool, yes: bool, as_list: bool, as_json: bool
) -> None:
    """Stow what is old, told first and asked first."""
    from inbox.store.stowed import taking

    if as_list:
        _list(session, as_json=as_json)
        return
    if not (dry_run or yes or on_terminal()):
        raise click.UsageError(_("Say --yes to stow without being asked."))
    now = session.clock()
    before = _before(session, age, now)
    names = {str(each.uid): each.name for each in session.config.accounts}
    session.book  # noqa: B018 - what changed rules mean is settled first
    done = planned = taking.plan(session.store, before)
    if not dry_run and planned.conversations:
        if not yes:
            tell(_("{}, silent since {:%Y-%m-%d}.").format(_amount(planned), before))
            click.confirm(_("Take them out of the store, into a file?"), abort=True, err=True)
        done = taking.stow(session.locations, session.store, names, before, now)
    if as_json:
        value = {
            "before": before,
            "dry_run": dry_run,
            "conversations": done.conversations,
            "messages": done.messages,
            "files": [str(path) for path in done.files],
            "stays": dict(done.stays),
        }
        print_json(value, session.zone)
        return
    _say_stowed(done, before, dry_run=dry_run)


@click.command(
    "unstow",
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    help=_(
        "Bring stowed conversations back into the store: those whose ids are given, or those that"
        ' answer a query, as in "inbox list --stowed QUERY".'
    ),
)
@click.argument("words", metavar="ID|QUERY", nargs=-1, type=click.UNPROCESSED)
@click.option("--all", "every", is_flag=True, help=_("Bring everything back."))
@_DRY
@_JSON
@click.pass_obj
def unstow(
    session: Session, *, words: Sequence[str], every: bool, dry_run: bool, as_json: bool
) -> None:
    """Bring conversations back and say which."""
    from inbox.store.stowed import bringing

    for word in words:
        if word.startswith("--"):
            raise click.NoSuchOption(word)
    if any(word.strip() for word in words) is every:
        raise click.UsageError(_("Say which: ids, a query, or --all."))
    wanted = _wanted(session, words)
    if not dry_run and wanted:
        wanted = sorted(bringing.unstow(session.store, wanted, session.book, session.clock()))
        _settle(session)
    if as_json:
        print_json({"conversations": wanted, "dry_run": dry_run}, None)
        return
    if not wanted:
        tell(_("Nothing found."))
        return
    text = (
        ngettext(
            "{} conversation would come back.", "{} conversations would come back.", len(wanted)
        )
        if dry_run
        else ngettext("{} conversation is back.", "{} conversations are back.", len(wanted))
    )
    say(text.format(len(wanted)))


def found(session: Session, query: Query) -> list[Conversation]:
    """Return the stowed conversations that answer a query, the newest first."""
    from inbox.store.keeping.workplace import workplace
    from inbox.store.stowed import finding

    with workplace(session.locations.data) as folder, passing_line() as show:
        there = list(finding.matching(session.store, query, session.clock(), folder, _looked(show)))
    return sorted(there, key=lambda one: (one.last_at, one.uid), reverse=True)


def _looked(show: Callable[[str], None]) -> Callable[[float], None]:
    """Return what shows how much of the files is looked into."""
    return lambda part: show(_("Looking into the stowed: {} %").format(int(100 * part)))


def _before(session: Session, age: str, now: datetime) -> datetime:
    """Return since when a conversation must have been silent; wrong usage without an age."""
    from inbox.core.stowing import age_of

    said = age or session.config.settings.stow_after
    if not said:
        raise click.UsageError(_("Say how old: --older-than 3y, or set stow_after."))
    try:
        return now - age_of(said)
    except ValueError:
        text = _("{} is no age of 90 days or more; say 3y, 18m, 26w or 400d.")
        raise click.UsageError(text.format(said)) from None


def _amount(done: Stowed) -> str:
    return in_words({"conversations": done.conversations, "messages": done.messages})


def _say_stowed(done: Stowed, before: datetime, *, dry_run: bool) -> None:
    """Say what went or would go, and why the rest of that age stays."""
    if dry_run:
        say(_("Would go: {}, silent since {:%Y-%m-%d}.").format(_amount(done), before))
    elif done.conversations:
        say(_("Stowed away: {}.").format(_amount(done)))
    else:
        say(_("Nothing was silent for so long."))
    for path in done.files:
        say(f"  {path}")
    for why, count in done.stays.most_common():
        say(_("Stays: {count}, {why}").format(count=count, why=_why(why)))
    if done.files:
        tell(_("It holds buyers' personal data. Backups hold it too; inbox unstow brings it back."))


def _why(why: str) -> str:
    """Return in words why a conversation stays."""
    return {
        "young": _("because something was done in it since"),
        "owed": _("because an answer is owed"),
        "snoozed": _("because it is put off until later"),
        "starred": _("because it is starred"),
        "unread": _("because it is unread"),
        "draft": _("because of a draft"),
        "leaving": _("because a reply is not wholly out"),
        "untold": _("because its service is still to be told something"),
        "stated": _("because its service waits for something"),
        "undecided": _("because it is not known yet whether the answer was in time"),
        "apart": _("because its older part lies in a file that could not be read"),
        "sender": _("because your word that its sender is no buyer stands in it"),
    }.get(why, why)


def _wanted(session: Session, words: Sequence[str]) -> list[ConversationUid]:
    """Return the stowed conversations that ids, a query, or nothing (all of them) mean."""
    from inbox.store.stowed import catalogue

    with session.store.read() as tx:
        if not words:
            return catalogue.every(tx)
        ids = [
            catalogue.beginning(tx, word.lower()) if len(word) >= _ID_BEGINS else []
            for word in words
        ]
    if all(len(each) == 1 for each in ids):
        return [uid for (uid,) in ids]
    return [each.uid for each in found(session, session.query(words))]


def _settle(session: Session) -> None:
    """Leave no second copy in the files."""
    from inbox.store.keeping.workplace import workplace
    from inbox.store.stowed import settling

    with workplace(session.locations.data):
        settling.settle(session.store, session.clock())


def _list(session: Session, *, as_json: bool) -> None:
    """Print the files, oldest first."""
    from inbox.store.stowed import catalogue

    rows: list[dict[str, object]] = []
    lines: list[tuple[str, ...]] = []
    with session.store.read() as tx:
        folder = catalogue.folder_of(tx)
        for file in catalogue.files(tx):
            conversations, messages = catalogue.count(tx, file.name)
            oldest, newest = catalogue.span(tx, file.name) or (None, None)
            path: Path = folder / file.name
            rows.append(
                {
                    "path": str(path),
                    "size": file.size,
                    "made_at": file.made,
                    "conversations": conversations,
                    "messages": messages,
                    "oldest": oldest,
                    "newest": newest,
                }
            )
            amount = in_words({"conversations": conversations, "messages": messages})
            until = f"{local(newest, session.zone):%Y-%m-%d}" if newest else ""
            lines.append((str(path), f"{file.size / _MB:.1f} MB", amount, until))
    if as_json:
        print_json(rows, session.zone)
    elif lines:
        print_table(lines)
    else:
        tell(_("Nothing is stowed away."))
