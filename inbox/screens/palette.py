"""The palette: every command of the page it is opened on, by name, with its key."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from inbox.commands import Command, Pressed, keys_shown
from inbox.screens.base import KeyScreen


class CommandsProvider(Provider):
    """Offers the table's commands."""

    async def discover(self) -> Hits:
        """Yield every command in the table's order."""
        for command in self._commands():
            yield DiscoveryHit(_shown(command), partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Yield the commands whose title or help the letters are in."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.title), matcher.match(command.help) / 2)
            if score > 0:
                run = partial(self._run, command)
                yield Hit(score, matcher.highlight(_shown(command)), run, help=command.help)

    def _commands(self) -> tuple[Command, ...]:
        screen = self.screen
        if not isinstance(screen, KeyScreen):
            return ()
        return tuple(each for each in screen.offered() if each.id != "palette")

    def _run(self, command: Command) -> None:
        if isinstance(self.screen, KeyScreen):
            self.screen.run_command(Pressed(command, None))


def _shown(command: Command) -> str:
    keys = keys_shown(command)
    return f"{command.title}  ({keys})" if keys else command.title
