"""`inbox accounts`: which logins there are, and whether they work. Adding one never logs in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from inbox.cli.output import Failed, moment, print_json, print_table, say, tell, terminal_width
from inbox.cli.session import Session, no_account_yet, on_terminal
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from connectors.contract import Connector
    from inbox.config import AccountConfig

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))


@click.group("accounts", help=_("Add, list, check and remove accounts."))
def accounts() -> None:
    """Hold the commands on accounts together."""


@accounts.command(
    "add",
    help=_(
        "Add an account called NAME at a service of KIND, such as email.\n\n"
        "On a terminal what is missing is asked for, one thing after the other; then it is tried"
        " whether it works. Without a terminal nothing is logged in to;"
        ' "inbox accounts check NAME" does that.\n\n'
        "\b\n"
        "inbox accounts add email shop --set address=anna@shop.example \\\n"
        "  --set username=anna@shop.example --set imap_host=imap.shop.example \\\n"
        "  --set smtp_host=smtp.shop.example --secret password=-\n\n"
        "What a service needs is in docs/accounts.md, every setting in docs/configuration.md."
    ),
)
@click.argument("kind", default="")
@click.argument("name", default="")
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help=_("A setting."))
@click.option(
    "--secret",
    "secret_pairs",
    multiple=True,
    metavar="KEY=-",
    help=_("A secret: one line of the input for each. It goes into the keyring."),
)
@_JSON
@click.pass_obj
def add(
    session: Session,
    *,
    kind: str,
    name: str,
    pairs: Sequence[str],
    secret_pairs: Sequence[str],
    as_json: bool,
) -> None:
    """Save a new account."""
    from inbox.cli import wizard
    from inbox.cli.adding import added

    asked = not as_json and on_terminal()
    if asked and not (pairs and kind and name):
        kind, name = wizard.begun(session, kind, name)
    elif not (kind and name):
        raise click.UsageError(_("Without a terminal KIND and NAME are needed."))
    trial = wizard.tried if asked else None
    account, tried = added(session, kind, name, pairs, secret_pairs, trial=trial)
    session.reload_engine()
    if as_json:
        print_json(_json_of(session, account), session.zone)
        return
    tell(_("Saved: {}.").format(account.name))
    since = moment(account.owed_since, session.zone)
    tell(_("Mail from before {} is kept and searchable, but no answer is owed.").format(since))
    tell(_('Now open your list: "inbox".') if tried else _next_step(account))


def _next_step(account: AccountConfig) -> str:
    """Return what to do with an account that was saved and not tried."""
    from connectors import registry
    from inbox import config

    made = registry.load(account.kind)
    if made.consents_with(config.filled(account, made.SETTINGS)):
        return _('Now log in: "inbox accounts login {}".').format(account.name)
    return _('See whether it works: "inbox accounts check {}".').format(account.name)


@accounts.command("login", help=_("Log in anew: with another password, or in a browser."))
@click.argument("name")
@click.pass_obj
def login(session: Session, *, name: str) -> None:
    """Let the seller log in, and keep what proves it."""
    from inbox.cli import wizard

    account = session.account(name)
    if not on_terminal():
        raise click.UsageError(_("Logging in needs a terminal: somebody has to answer."))
    wizard.logged_in(session, account)
    session.reload_engine()
    session.nudge(account.uid)
    tell(_("Logged in: {}.").format(account.name))


@accounts.command("list", help=_("List the accounts and how they are."))
@_JSON
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """List accounts in the order of the configuration."""
    every = session.config.accounts
    if as_json:
        print_json([_json_of(session, account) for account in every], session.zone)
        return
    if not every:
        tell(no_account_yet())
        return
    rows = [_json_of(session, account) for account in every]
    print_table(
        [
            (
                str(row["name"]),
                str(row["kind"]),
                str(row["address"] or ""),
                str(row["state"]),
                str(row["error"] or ""),
            )
            for row in rows
        ],
        width=terminal_width(),
    )


@accounts.command("check", help=_("Log in to the account and say what is found there."))
@click.argument("name")
@_JSON
@click.pass_context
def check(ctx: click.Context, *, name: str, as_json: bool) -> None:
    """Log in, look around, change nothing."""
    from connectors.contract import ConnectorError

    session: Session = ctx.obj
    account = session.account(name)
    connector = connector_of(session, account)
    try:
        lines, error = connector.check().lines, None
    except ConnectorError as refused:
        lines, error = (), str(refused)
    finally:
        connector.close()
    if as_json:
        value = {"name": account.name, "ok": error is None, "lines": lines, "error": error}
        print_json(value, session.zone)
        if error is not None:
            ctx.exit(1)
        return
    if error is not None:
        raise Failed(error)
    for line in lines:
        say(line)


@accounts.command("remove", help=_("Forget the account and its secrets; its messages stay."))
@click.argument("name")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@click.pass_obj
def remove(session: Session, *, name: str, yes: bool) -> None:
    """Take an account out of the configuration and its secrets out of the keyring."""
    from connectors import registry
    from inbox import config, secrets

    account = session.account(name)
    if not yes and not on_terminal():
        raise click.UsageError(_("Without a terminal nobody can be asked: add --yes."))
    _refuse_while_replies_wait(session, account)
    if not yes:
        question = _("Forget the account {}? Its messages stay in the store.")
        click.confirm(question.format(account.name), abort=True, err=True)
    rules = config.rules_of_account(session.config, account)
    config.remove_account(session.locations.config_file, account.name)
    for setting in registry.settings_of(account.kind):
        if setting.secret:
            secrets.drop(session.store.uid, account.uid, setting.key)
    session.reload_engine()
    tell(_("Removed: {}. Its messages stay in the store.").format(account.name))
    if rules:
        tell(_("Its deadline rules went with it: {}.").format(", ".join(rules)))


def connector_of(session: Session, account: AccountConfig) -> Connector:
    """Return a connector to the account; the caller closes it."""
    from inbox.sync import planning

    return planning.connector_of(account, session.store.uid)


def _json_of(session: Session, account: AccountConfig) -> dict[str, object]:
    """Return what `inbox accounts list --json` prints of an account; never its settings.

    A password command among them might hold a password.
    """
    from inbox.store import accounts as stored

    with session.store.read() as tx:
        state = stored.state(tx, account.uid)
    return {
        "id": account.uid,
        "name": account.name,
        "kind": account.kind,
        "address": account.settings.get("address"),
        "state": state.state if state is not None else "new",
        "error": (state.error or None) if state is not None else None,
        "checked_at": state.checked_at if state is not None else None,
        "owed_since": account.owed_since,
    }


def _refuse_while_replies_wait(session: Session, account: AccountConfig) -> None:
    """Raise Failed if the account still has replies that nobody else could send."""
    from inbox.core.model import Delivery
    from inbox.store import outbox

    with session.store.read() as tx:
        waiting = [
            item
            for item in outbox.every(tx)
            if item.account == account.uid and item.state is not Delivery.ACCEPTED
        ]
    if waiting:
        said = ngettext(
            "{count} reply of {name} has not gone out.",
            "{count} replies of {name} have not gone out.",
            len(waiting),
        ).format(count=len(waiting), name=account.name)
        raise Failed(said + "\n" + _('Send or cancel first: see "inbox outbox".'))
