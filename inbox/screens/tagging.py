"""Tagging: names are typed, known ones complete themselves, Enter puts them on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input

from inbox.commands import Context
from inbox.core.model import Conversation
from inbox.i18n import gettext as _
from inbox.screens.deed_words import about_what
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.widgets.field import Field
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import one_line, outside

Retag = Callable[[tuple[str, ...], tuple[str, ...]], None]
"""Takes the tags to put on, and those to take off."""


def meant(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tags to put on and to take off of "vip, -old": the last word on each counts."""
    wanted: dict[str, bool] = {}
    for part in text.split(","):
        name = " ".join(part.split())
        off = name.startswith("-")
        name = name.removeprefix("-").strip()
        if name:
            wanted.pop(name, None)
            wanted[name] = not off
    return (
        tuple(name for name, put_on in wanted.items() if put_on),
        tuple(name for name, put_on in wanted.items() if not put_on),
    )


class TagSuggester(Suggester):
    """Completes the name that is typed last."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = tuple(known)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole line with its last name completed, None if no tag begins so."""
        begun = value.rpartition(",")[2].strip().removeprefix("-")
        if not begun:
            return None
        for name in self._known:
            if name.casefold().startswith(begun.casefold()) and len(name) > len(begun):
                return value[: -len(begun)] + name
        return None


class TagField(Field):
    """Where tags are typed; Tab takes what is suggested."""

    def on_key(self, event: events.Key) -> None:
        """Take the suggestion."""
        if event.key == "tab":
            event.stop()
            event.prevent_default()
            self.action_end()
            self.action_cursor_right()


class TagScreen(KeyScreen):
    """Escape changes nothing."""

    CONTEXT: ClassVar[Context] = Context.TAGS

    def __init__(
        self, desk: Desk, found: Sequence[Conversation], known: Sequence[str], retag: Retag
    ) -> None:
        super().__init__(desk)
        self._found = tuple(found)
        self._known = tuple(map(one_line, known))
        self._retag = retag

    def compose(self) -> ComposeResult:
        """Return the field, the tags that are on, and those there are."""
        hint = _("Tags? vip, -old takes one off; Tab completes")
        with Vertical(id="snoozing"):
            field = TagField(placeholder=hint, id="until")
            field.suggester = TagSuggester(self._known)
            yield field
            yield TextPage(id="meaning")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Begin to type."""
        page = self.query_one("#meaning", TextPage)
        page.can_focus = False
        self.set_focus(self.query_one("#until", Input))
        on_now = dict.fromkeys(tag for each in self._found for tag in each.tags)
        lines = [PageLine(""), PageLine(about_what(self._found), "title", lead="  "), PageLine("")]
        if on_now:
            said = _("On it: {tags}").format(tags=", ".join(map(outside, on_now)))
            lines.append(PageLine(said, lead="  "))
        if self._known:
            said = _("Known: {tags}").format(tags=", ".join(map(outside, self._known)))
            lines.append(PageLine(said, "quiet", lead="  "))
        page.show(lines)

    @on(Input.Submitted, "#until")
    def entered(self) -> None:
        """Put them on."""
        self.action_put_tags()

    def action_put_tags(self, _count: int | None = None) -> None:
        """Put on and take off what is typed; nothing typed changes nothing."""
        wanted, unwanted = meant(one_line(self.query_one("#until", Input).value))
        self.leave()
        if wanted or unwanted:
            self._retag(wanted, unwanted)
