"""`inbox doctor` and `inbox config`: what is broken or worth a look, where everything lies."""

from __future__ import annotations

from dataclasses import asdict

import click

from inbox.cli.output import print_json, print_table, say
from inbox.cli.session import Session
from inbox.i18n import gettext as _

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))


@click.command(
    "doctor",
    help=_(
        "Look for what is broken and what is worth a look. Changes nothing. Exit status 1 only for"
        " a damaged store or configuration. --repair makes a whole store of what can be read of a"
        " damaged one, which is set aside; end every inbox first."
    ),
)
@_JSON
@click.option("--repair", is_flag=True, help=_("Repair a damaged store."))
@click.option("--yes", is_flag=True, help=_("Do not ask before repairing."))
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool, repair: bool, yes: bool) -> None:
    """Print every finding, the worst first."""
    from inbox.cli.checkup import Severity, examine

    session: Session = ctx.obj
    if repair:
        from inbox.cli.repairing import repair_store

        repair_store(session, yes=yes, as_json=as_json)
        return
    findings = examine(session)
    damaged = any(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        value = {
            "ok": not damaged,
            "findings": [
                {
                    "severity": finding.severity.value,
                    "about": finding.about,
                    "said": finding.said,
                    "hint": finding.hint or None,
                }
                for finding in findings
            ],
        }
        print_json(value, None)
    else:
        for finding in findings:
            say(f"{finding.severity.word}: {finding.said}")
            if finding.hint:
                say(f"    {finding.hint}")
    if damaged:
        ctx.exit(1)


@click.command("config", help=_("Show the settings in force and where everything lies."))
@_JSON
@click.pass_obj
def config(session: Session, *, as_json: bool) -> None:
    """Print settings and paths; never what accounts are set to."""
    where = session.locations
    paths = {
        "config_file": where.config_file,
        "store_file": where.store_file,
        "canned": where.canned,
        "drafts": where.drafts,
        "log_file": where.log_file,
        "socket": where.socket,
    }
    found = session.config
    value = {
        "paths": {name: str(path) for name, path in paths.items()},
        "settings": asdict(found.settings),
        "accounts": [account.name for account in found.accounts],
    }
    if as_json:
        print_json(value, session.zone)
        return
    rows = [(name, str(path)) for name, path in paths.items()]
    rows += [(name, _shown(setting)) for name, setting in asdict(found.settings).items()]
    print_table(rows)


def _shown(setting: object) -> str:
    """Return a setting as the file would have it; a dash for one that is empty."""
    if isinstance(setting, bool):
        return "true" if setting else "false"
    return str(setting) or "-"
