"""`inbox sync`: one round and the end, or the engine in the foreground."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import click

from inbox.cli.output import moment, one_line, passing_line, print_json, say, tell
from inbox.cli.session import Session, no_account_yet
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from inbox.core.model import AccountState
    from inbox.link.client import Link
    from inbox.link.protocol import AccountResult
    from inbox.sync.planning import Planned

_BAR: Final = 20
"""Cells of the bar that says how far a first sync is."""
OTHERS_END_WITHIN: Final = 60.0
"""Seconds to wait for another `inbox sync` that neither ends nor answers."""


@click.command(help=_("Fetch what is new and send what is due, once; with --watch for good."))
@click.argument("names", nargs=-1, metavar="[ACCOUNT]...")
@click.option("as_json", "--json", is_flag=True, help=_("Print the result as JSON."))
@click.option("--watch", is_flag=True, help=_("Go on until ended: what a screen does by itself."))
@click.option(
    "--accept-gone",
    is_flag=True,
    help=_("Believe the service that everything of these accounts is gone."),
)
@click.option("--for-screen", is_flag=True, hidden=True)
@click.pass_obj
def sync(
    session: Session,
    names: tuple[str, ...],
    *,
    as_json: bool,
    watch: bool,
    accept_gone: bool,
    for_screen: bool,
) -> None:
    """Run the accounts: exit 1 if one could not be reached or logged in, 2 for an unknown name."""
    if accept_gone and not names:
        raise click.UsageError(_("Name the account whose messages are gone."))
    if watch or for_screen:
        if names or as_json or accept_gone:
            raise click.UsageError(_("--watch runs every account and goes with nothing else."))
        _watch(session, for_screen=for_screen)
        return
    accounts = [session.account(name) for name in names] or list(session.config.accounts)
    began = session.clock()
    if accounts:
        wanted = tuple(dict.fromkeys(account.name for account in accounts))
        results = synced(session, wanted, accept_gone=accept_gone)
    else:
        results = []
        tell(no_account_yet())
    _print(_with_stuck(results, session), session, as_json=as_json)
    _tell_delays(session, began)
    if not all(result.reached for result in results):
        raise click.exceptions.Exit(1)


def _watch(session: Session, *, for_screen: bool) -> None:
    """Run the engine until it is told to end."""
    from inbox import logs
    from inbox.sync.collecting import expect_batches
    from inbox.sync.engine import Engine

    logs.start(session.locations.log_file)
    expect_batches()
    engine = Engine(session.locations, session.clock, for_screen=for_screen)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: engine.end(signal.Signals(number).name))
    talkative = sys.stderr.isatty()
    engine.run(started=lambda: tell(_("Running. Ctrl-C ends it.")) if talkative else None)


def synced(
    session: Session, names: tuple[str, ...], *, accept_gone: bool
) -> Sequence[AccountResult]:
    """Return what a round did, run here or by the engine that runs already."""
    from inbox.link.client import EngineGone, EngineOlder, connect
    from inbox.sync.lock import EngineLock, EngineRunning

    session.locations.prepare()
    lock = EngineLock(session.locations.store_file)
    end = time.monotonic() + OTHERS_END_WITHIN
    while time.monotonic() < end:
        if lock.try_acquire():
            try:
                return _run_here(session, names, accept_gone=accept_gone)
            finally:
                lock.release()
        try:
            link = connect(session.locations)
            if link is not None:
                return _asked(link, names, accept_gone=accept_gone)
        except EngineOlder:
            tell(_("An older engine is asked to end."))
        except EngineGone:
            end = time.monotonic() + OTHERS_END_WITHIN
        time.sleep(0.1)
    raise EngineRunning(lock.path)


def _run_here(
    session: Session, names: tuple[str, ...], *, accept_gone: bool
) -> Sequence[AccountResult]:
    """Return what a round in this process did."""
    from inbox import logs
    from inbox.store import derive
    from inbox.sync.collecting import expect_batches
    from inbox.sync.once import sync_once
    from inbox.sync.planning import plan_of

    logs.start(session.locations.log_file)
    expect_batches()
    plan = plan_of(session.config, session.store.uid)
    derive.refresh(session.store, plan.book, session.clock())
    accounts, _unknown = plan.named(names)
    with passing_line() as show:
        return sync_once(
            session.store,
            accounts,
            plan.book,
            clock=session.clock,
            tell=_Progress(accounts, show),
            accept_gone=accept_gone,
        )


def _asked(link: Link, names: tuple[str, ...], *, accept_gone: bool) -> Sequence[AccountResult]:
    """Return what the running engine did; raises EngineGone."""
    from inbox.link.protocol import AccountResult

    try:
        answer = link.sync(names, accept_gone=accept_gone)
    finally:
        link.close()
    said = _("The running engine does not know this account yet.")
    missing = [AccountResult(name=name, state="broken", error=said) for name in answer.unknown]
    return [*answer.results, *missing]


class _Progress:
    """Shows how much is still to come."""

    def __init__(self, accounts: Sequence[Planned], show: Callable[[str], None]) -> None:
        from inbox.view.strip import Course

        self._names = {account.uid: account.name for account in accounts}
        self._course = Course()
        self._show = show

    def store_changed(self) -> None:
        """Hear that something was written."""

    def account_changed(self, state: AccountState) -> None:
        """Show how an account is while it is busy."""
        if state.state != "syncing":
            return
        name = self._names.get(state.account, state.account)
        if bar := self._course.bar(state.account, state.remaining, _BAR):
            text = _("{name}: {bar} {count} to come").format(
                name=name, bar=bar, count=state.remaining
            )
        else:
            text = _("{name}: looking what there is").format(name=name)
        self._show(text)


def _tell_delays(session: Session, since: datetime) -> None:
    """Say which scheduled replies left since then that should have left long before."""
    from inbox.view.outbox import left_since
    from inbox.view.scheduling import delay_of

    with session.store.read() as tx:
        rows = left_since(tx, session.book, since)
    for row in rows:
        late = delay_of(
            row.schedule, row.send_after, row.accepted_at, lambda at: moment(at, session.zone)
        )
        if late:
            to = ", ".join(one_line(each.address) for each in row.recipients)
            tell(f"{to}: {late}")


def _with_stuck(results: Sequence[AccountResult], session: Session) -> Sequence[AccountResult]:
    """Return the results with what their accounts could not send."""
    from msgspec.structs import replace

    from inbox.cli.stuck import stuck

    kept = stuck(session) if results else {}
    return [
        replace(each, error=" ".join(filter(None, (each.error, kept.get(each.name)))) or None)
        for each in results
    ]


def _print(results: Sequence[AccountResult], session: Session, *, as_json: bool) -> None:
    """Print what was done."""
    if as_json:
        lines = [
            {
                "name": result.name,
                "state": result.state,
                "new": result.new,
                "sent": result.sent,
                "quarantined": result.quarantined,
                "error": result.error,
            }
            for result in results
        ]
        print_json({"accounts": lines}, session.zone)
        return
    for result in results:
        say(f"{result.name}: {_in_words(result)}")


def _in_words(result: AccountResult) -> str:
    """Return what a round did, in a seller's words."""
    parts = []
    if result.new:
        said = ngettext("{count} new message", "{count} new messages", result.new)
        parts.append(said.format(count=result.new))
    if result.sent:
        said = ngettext("{count} reply sent", "{count} replies sent", result.sent)
        parts.append(said.format(count=result.sent))
    if result.quarantined:
        said = ngettext(
            "{count} message that could not be read is put aside",
            "{count} messages that could not be read are put aside",
            result.quarantined,
        )
        parts.append(said.format(count=result.quarantined) + _(' (see "inbox unreadable")'))
    if result.error:
        parts.append(result.error)
    return "; ".join(parts) or _("nothing new")
