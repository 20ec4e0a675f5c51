"""Log in again from the list: one key where a service has refused us."""

from __future__ import annotations

from textual.app import SuspendNotSupported

from inbox.i18n import gettext as _
from inbox.screens.key_screen import KeyScreen
from inbox.view.strip import Standing
from inbox.widgets.words import outside


def log_in_again(screen: KeyScreen) -> None:
    """Log in to the first account that was refused; again for the next."""

    def log_in(standing: Standing) -> None:
        refused = [each.name for each in standing.accounts if each.state == "login"]
        if refused:
            _stand_aside(screen, refused[0])
        else:
            screen.say(_("Every account is let in."))

    screen.ask(screen.desk.reader.standing, log_in, group="log-in")


def _stand_aside(screen: KeyScreen, name: str) -> None:
    """Stand aside while the seller logs in, and say how it went."""
    try:
        with screen.app.suspend():
            worked = screen.desk.log_in(name)
    except SuspendNotSupported:
        said = _('Log in in another terminal: "inbox accounts login {}".')
        screen.say(said.format(outside(name)), "trouble")
        return
    screen.app.refresh(layout=True)
    if worked:
        screen.say(_("Logged in to {}.").format(outside(name)))
    else:
        screen.say(_("{} is still refused.").format(outside(name)), "trouble")
