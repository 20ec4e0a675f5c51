"""`inbox canned`: the ready-made answers, listed, filled in and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from inbox.cli.filling import ORDER, Filler, given_values, known_of, library_of, own_language
from inbox.cli.output import print_json, print_table, say, tell, terminal_width
from inbox.cli.own_canned import edit, new
from inbox.cli.session import Session
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from canned.library import Canned, Context
    from canned.lint import Finding

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_LANGUAGE = click.option("--language", default="", help=_("In that language, such as de."))


@click.group("canned", help=_("List, show, write, fill in and check canned responses."))
def canned() -> None:
    """Hold the commands on canned responses together."""


@canned.command("list", help=_("List the responses that WORDS find, all without WORDS."))
@click.argument("words", nargs=-1)
@click.option("--for", "uid", metavar="ID", help=_("For a conversation, likeliest first."))
@_LANGUAGE
@_JSON
@click.pass_obj
def list_(
    session: Session, *, words: Sequence[str], uid: str | None, language: str, as_json: bool
) -> None:
    """List responses, every language of each unless one is asked for."""
    from canned.library import Context
    from canned.ranking import fits

    library = library_of(session)
    context = Context(language=language) if uid is None else _context(session, uid, language)
    chosen = words or language or uid is not None
    found = library.find(" ".join(words), context) if chosen else list(library.answers())
    for fault in library.faults:
        tell(_("Passed over: {}").format(fault))
    asked = None if uid is None else context.kinds
    if as_json:
        rows = [
            {**_json_of(each), "fits": asked if asked is None else fits(each, asked)}
            for each in found
        ]
        print_json(rows, session.zone)
        return
    if asked:
        tell(_("They seem to ask: {}.").format(", ".join(asked)))
    if not found:
        tell(_("No response found."))
        return
    print_table(
        [(each.shortcode, each.language, each.title) for each in found], width=terminal_width()
    )


def _context(session: Session, uid: str, language: str) -> Context:
    """Return what is known of a conversation, as the picker ranks by it."""
    from canned.library import Context

    with session.store.read() as tx:
        (conversation,) = session.resolve(tx, [uid])
    known = known_of(session, conversation)
    return Context(
        channel=known.channel,
        language=language or known.language or own_language(session),
        kinds=known.kinds,
        uses=known.uses,
    )


@canned.command("render", help=_("Print response NAME as the conversation ID would fill it in."))
@click.argument("name")
@click.argument("uid", metavar="[ID]", required=False)
@click.option("--var", "pairs", multiple=True, metavar="NAME=VALUE", help=_("Fill one in."))
@ORDER
@_LANGUAGE
@_JSON
@click.pass_obj
def render(
    session: Session,
    *,
    name: str,
    uid: str | None,
    pairs: Sequence[str],
    order: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Print a response with values in it; what is missing stays as a placeholder."""
    values = given_values(pairs)
    conversation = None
    if uid is not None:
        with session.store.read() as tx:
            (conversation,) = session.resolve(tx, [uid])
    filler = Filler(session, name, conversation, language, order)
    filler.choose_order(values)
    chosen, filled = filler.response, filler.filled(values)
    if as_json:
        value = {
            "name": chosen.shortcode,
            "language": chosen.language or None,
            "text": filled.text,
            "missing": filled.missing,
            "order": filler.order.ref if filler.order is not None else None,
        }
        print_json(value, session.zone)
        return
    say(filled.text)
    if filled.missing:
        tell(_("Still to be filled in: {}.").format(", ".join(filled.missing)))


@canned.command("show", help=_("Print the file of response NAME as it stands."))
@click.argument("name")
@_LANGUAGE
@_JSON
@click.pass_obj
def show(session: Session, *, name: str, language: str, as_json: bool) -> None:
    """Print a response's file."""
    from canned import own

    chosen = Filler(session, name, None, language).response
    if as_json:
        print_json(_json_of(chosen), session.zone)
    else:
        say(own.source(chosen).rstrip())


canned.add_command(new)
canned.add_command(edit)


@canned.command("lint", help=_("Check every response, the seller's and those that come along."))
@_JSON
@click.pass_context
def lint(ctx: click.Context, *, as_json: bool) -> None:
    """Print what is wrong with the responses; exit status 1 if one cannot be used."""
    from canned import lint as linting

    session: Session = ctx.obj
    services = {account.kind for account in session.config.accounts}
    findings = linting.lint(library_of(session), services=services)
    if as_json:
        print_json([_finding_json(each) for each in findings], session.zone)
    else:
        for finding in findings:
            say(str(finding))
        said = ngettext("{} thing to look at.", "{} things to look at.", len(findings))
        tell(said.format(len(findings)) if findings else _("All responses are fine."))
    if any(finding.severity == linting.ERROR for finding in findings):
        ctx.exit(1)


def _json_of(one: Canned) -> dict[str, object]:
    """Return what `inbox canned list --json` prints of a response."""
    from canned.library import STARTER

    return {
        "name": one.shortcode,
        "language": one.language or None,
        "title": one.title,
        "tags": one.tags,
        "channels": one.channels,
        "kind": one.kind or None,
        "own": not one.path.is_relative_to(STARTER),
        "path": str(one.path),
        "text": one.body,
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    """Return what `inbox canned lint --json` prints of a finding."""
    return {
        "path": str(finding.path),
        "line": finding.line,
        "column": finding.column,
        "severity": finding.severity,
        "said": finding.said,
    }
