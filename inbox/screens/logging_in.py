"""Log in again from the list: one key where a service has refused us."""

from __future__ import annotations

from textual.app import SuspendNotSupported

from inbox.i18n import gettext as _
from inbox.screens.base import KeyScreen
from inbox.view.strip import Standing
from inbox.widgets.words import outside


class LoggingIn(KeyScreen):
    """A page on which an account can be logged in to."""

    def action_log_in(self, _count: int | None = None) -> None:
        """Log in to the first account that was refused; again for the next."""
        self.ask(self.desk.reader.standing, self._log_in, group="log-in")

    def _log_in(self, standing: Standing) -> None:
        """Stand aside while the seller logs in, and say how it went."""
        refused = [each.name for each in standing.accounts if each.state == "login"]
        if not refused:
            self.say(_("Every account is let in."))
            return
        name = refused[0]
        try:
            with self.app.suspend():
                worked = self.desk.log_in(name)
        except SuspendNotSupported:
            said = _('Log in in another terminal: "inbox accounts login {}".')
            self.say(said.format(outside(name)), "trouble")
            return
        self.app.refresh(layout=True)
        if worked:
            self.say(_("Logged in to {}.").format(outside(name)))
        else:
            self.say(_("{} is still refused.").format(outside(name)), "trouble")
