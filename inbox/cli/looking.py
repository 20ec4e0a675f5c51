"""Look for an account's settings out there: who is asked and what they say is shown, then agreed.

A third party is asked only after the seller said so; nothing found is taken before they saw it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from connectors.clues import Clue, Source
from connectors.contract import Connector, Temporary
from connectors.values import Setting
from inbox.cli.output import tell
from inbox.i18n import gettext as _

_Settings = Mapping[str, str | tuple[str, ...]]


def looked_up(connector: type[Connector], sources: Sequence[Source]) -> _Settings:
    """Return the settings that the seller took of what was found, {} to be asked for them."""
    for source in sources:
        if source.tells:
            tell(source.tells)
            if not click.confirm(_("Ask it?"), default=False, err=True):
                continue
        tell(_("Asking {} for its servers.").format(source.where))
        try:
            clue = source.look()
        except Temporary as failed:
            tell(str(failed))
            break
        if clue is None:
            tell(_("Nothing was found there."))
        elif _taken(connector, clue):
            return clue.settings
    return {}


def _taken(connector: type[Connector], clue: Clue) -> bool:
    """Return whether the seller takes what was found; where it may be a stranger's, Enter is no."""
    tell(_("Found by {}:").format(clue.found_by))
    show(connector, clue.settings)
    if clue.doubt:
        tell(clue.doubt)
    return click.confirm(_("Use these settings?"), default=not clue.doubt, err=True)


def show(connector: type[Connector], found: _Settings) -> Sequence[Setting]:
    """Show settings by their titles; return the declarations of those shown."""
    titles = [one for one in connector.SETTINGS if one.key in found]
    width = max(len(one.title) for one in titles)
    for one in titles:
        tell(f"  {one.title.ljust(width)}  {shown(found[one.key])}")
    return titles


def shown(value: str | tuple[str, ...]) -> str:
    """Return a value as one text."""
    return ", ".join(value) if isinstance(value, tuple) else value
