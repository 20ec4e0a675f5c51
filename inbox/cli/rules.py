"""`inbox rules`: which deadline rules there are, whether they are sound, what they would have said.

`calendar` shows when we think somebody is at the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox.cli.budget import budget
from inbox.cli.output import Failed, moment, print_json, print_table, say, tell, terminal_width
from inbox.cli.session import Session
from inbox.errors import said
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.config import Config, ConfigError
    from inbox.core.calendar import Calendar
    from inbox.core.obligations import Book
    from inbox.rules import RuleFault
    from inbox.view.ruling import Trial

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_SHOWN = 20
"""How many differences a person is shown."""


@click.group("rules", help=_("List, check and try deadline rules and calendars."))
def rules() -> None:
    """Hold the commands on rules together."""


rules.add_command(budget)


@rules.command("list", help=_("List every deadline rule: what it counts and where it was read."))
@_JSON
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """Print the rules, the seller's first."""
    from inbox.view import ruling

    book = _book(session)
    every = sorted(book.rules, key=lambda rule: (rule.owner != "seller", rule.id))
    if as_json:
        print_json([ruling.rule_json(book, rule) for rule in every], session.zone)
        return
    print_table(
        [
            (
                rule.id,
                ruling.clock_words(rule),
                ruling.owner_words(book, rule),
                ruling.scope_words(book, rule),
                rule.confidence,
                rule.checked or "-",
                rule.source,
            )
            for rule in every
        ],
        width=terminal_width(),
    )


@rules.command(
    "check",
    help=_(
        "Look whether the rules and calendars of the configuration, or of FILE, can be used."
        " Exit status 1 if not, with file, line and reason."
    ),
)
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@_JSON
@click.pass_context
def check(ctx: click.Context, file: Path | None, *, as_json: bool) -> None:
    """Print all that is wrong, or that nothing is."""
    from inbox.config import ConfigError
    from inbox.rules import load_book
    from inbox.rules.checking import faults_in

    session: Session = ctx.obj
    found: Sequence[RuleFault | ConfigError]
    try:
        config = _config(session, file)
        found = faults_in(config, session.clock())
    except ConfigError as wrong:
        found = [wrong]
    if as_json:
        print_json({"ok": not found, "faults": [_fault_json(each) for each in found]}, None)
        ctx.exit(bool(found))
    if found:
        raise Failed(_told(found)) from found[0]
    book = load_book(config)
    count, calendars = len(book.rules), len(book.calendars)
    told = ngettext("{} rule", "{} rules", count).format(count)
    more = ngettext("{} calendar", "{} calendars", calendars).format(calendars)
    say(_("All can be used: {rules}, {calendars}.").format(rules=told, calendars=more))


def _fault_json(fault: RuleFault | ConfigError) -> dict[str, object]:
    """Return one mistake as `--json` prints it."""
    file = getattr(fault, "file", None) or getattr(fault, "path", "")
    return {"file": str(file), "line": fault.line, "key": fault.key, "said": fault.said}


def _told(faults: Sequence[RuleFault | ConfigError]) -> str:
    """Return every mistake as a person reads it, and what to do."""
    every = [said(each) for each in faults]
    return "\n".join([*(each.sentence for each in every), every[-1].hint])


@rules.command(
    "test",
    help=_(
        "Say what would have become of everything stored under rule ID: met, missed, open, and"
        " where that is not what was decided then. Changes nothing."
    ),
)
@click.argument("rule_id", metavar="ID")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=_("Take rules and calendars from this configuration, to try them before using them."),
)
@_JSON
@click.pass_obj
def test(session: Session, rule_id: str, file: Path | None, *, as_json: bool) -> None:
    """Print what the rule makes of the history."""
    from inbox.rules import load_book
    from inbox.view import ruling

    book = load_book(_config(session, file)) if file else _book(session)
    if rule_id not in {rule.id for rule in book.rules}:
        known = ", ".join(sorted({rule.id for rule in book.rules}))
        said = _("There is no rule of this id: {id}. There are: {known}.")
        raise click.UsageError(said.format(id=rule_id, known=known))
    with session.store.read() as tx:
        trial = ruling.tried(tx, rule_id, book, session.clock())
    if as_json:
        print_json(ruling.trial_json(trial), session.zone)
    else:
        _print_trial(session, trial)


@rules.command("calendar", help=_("Show the coming days of a calendar as we understand them."))
@click.argument("name", required=False)
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
@_JSON
@click.pass_obj
def calendar(session: Session, name: str | None, days: int, *, as_json: bool) -> None:
    """Print the days of one calendar, or of all; a storefront's by its country."""
    from inbox.rules import load_book
    from inbox.rules.checking import check as look
    from inbox.view import ruling

    look(session.config)
    found = _calendars(load_book(session.config), name)
    now = session.clock()
    if as_json:
        value = [
            {
                "name": each.name,
                "timezone": each.zone_name,
                "holidays": each.country or None,
                "days": [ruling.day_json(each, day) for day in ruling.coming(each, now, days)],
            }
            for each in found
        ]
        print_json(value, session.zone)
        return
    for each in found:
        say(_("{name} ({zone})").format(name=each.name, zone=each.zone_name))
        print_table(
            [
                (f"{day.date:%a %Y-%m-%d}", ruling.day_words(each, day))
                for day in ruling.coming(each, now, days)
            ]
        )
    if not found:
        tell(_("There is no calendar: write one as [calendars.desk] into the configuration."))


def _book(session: Session) -> Book:
    """Return the book in force, without deriving anything."""
    from inbox.rules import load_book

    return load_book(session.config)


def _config(session: Session, file: Path | None) -> Config:
    """Return the configuration, with the rules and calendars of another file if one is given."""
    if file is None:
        return session.config
    from inbox import config as configuration

    other = configuration.load(file)
    return replace(
        session.config,
        path=file,
        settings=replace(session.config.settings, calendar=other.settings.calendar),
        deadlines=other.deadlines,
        calendars=other.calendars,
        accounts=other.accounts or session.config.accounts,
    )


def _calendars(book: Book, name: str | None) -> list[Calendar]:
    """Return the calendars of that name; wrong usage if there is none."""
    from inbox.rules.storefronts import ZONES, storefront_calendar

    if name is None:
        return list(book.calendars.values())
    if name in book.calendars:
        return [book.calendars[name]]
    if name in ZONES:
        return [storefront_calendar(name)]
    known = ", ".join([*book.calendars, *ZONES])
    said = _("There is no calendar of this name: {name}. There are: {known}.")
    raise click.UsageError(said.format(name=name, known=known))


def _print_trial(session: Session, trial: Trial) -> None:
    """Print a trial for a person."""
    from inbox.core.obligations import Verdict

    counts = trial.verdicts
    text = ngettext(
        "{rule}: {met} met, {missed} missed, {open} open, in {count} conversation.",
        "{rule}: {met} met, {missed} missed, {open} open, in {count} conversations.",
        trial.conversations,
    )
    say(
        text.format(
            rule=trial.rule,
            met=counts[Verdict.MET],
            missed=counts[Verdict.MISSED],
            open=counts[Verdict.OPEN],
            count=trial.conversations,
        )
    )
    if trial.unreachable:
        say(_("Never due, because its calendar does not open: {}.").format(trial.unreachable))
    if not trial.differences:
        say(_("Nothing is other than it was decided."))
        return
    count = len(trial.differences)
    text = ngettext("{} is other than it was decided:", "{} are other than decided:", count)
    say(text.format(count))
    print_table(
        [
            (
                each.conversation,
                moment(each.opened_at, session.zone),
                each.kept_verdict.value if each.kept_verdict else "-",
                "->",
                each.verdict.value if each.verdict else "-",
                moment(each.due_at, session.zone),
            )
            for each in trial.differences[:_SHOWN]
        ]
    )
