"""The palette: every command of the page it is opened on, by name, with its key."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from inbox.commands import Command, Pressed, keys_shown
from inbox.commands.plain_words import likeness, plain_words
from inbox.commands.values import MOVING
from inbox.screens.key_screen import KeyScreen

_SAID = 1000
"""What a command named by its words counts; by letters alone it counts far less."""


class CommandsProvider(Provider):
    """Offers the table's commands."""

    async def discover(self) -> Hits:
        """Yield every command, those that move last."""
        for command in self._commands():
            yield DiscoveryHit(_shown(command), partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Yield the commands that the words say, else those whose title has the letters."""
        matcher, more = self.matcher(query), plain_words()
        for command in self._commands():
            said = likeness(query, command, more.get(command.id, ""))
            score = _SAID * said or matcher.match(command.title)
            if score > 0:
                run = partial(self._run, command)
                yield Hit(score, matcher.highlight(_shown(command)), run, help=command.help)

    def _commands(self) -> tuple[Command, ...]:
        screen = self.screen
        if not isinstance(screen, KeyScreen):
            return ()
        found = [each for each in screen.offered() if each.action != "palette"]
        # Who looks for a word looks for a deed; the arrows are known.
        return tuple(sorted(found, key=lambda each: each.contexts == MOVING and not each.place))

    def _run(self, command: Command) -> None:
        if isinstance(self.screen, KeyScreen):
            self.screen.run_command(Pressed(command, None))


def _shown(command: Command) -> str:
    keys = keys_shown(command)
    return f"{command.title}  ({keys})" if keys else command.title
