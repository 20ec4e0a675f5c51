"""`inbox demo`: the whole product on invented buyers."""

from __future__ import annotations

import click

from inbox.cli.session import check_screen
from inbox.i18n import gettext as _


@click.command(help=_("Open the inbox on a throw-away shop with invented buyers."))
@click.option("--speed", type=click.FloatRange(min=0.1, max=1000), default=1.0, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--no-screen", is_flag=True, help=_("Only serve; ends when the input closes."))
def demo(*, speed: float, seed: int, no_screen: bool) -> None:
    """Open the inbox on a throw-away shop with invented buyers."""
    if not no_screen:
        check_screen(_("The demo needs a terminal."))
    from inbox.demo import run

    run(speed=speed, seed=seed, screen=not no_screen)
