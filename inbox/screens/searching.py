"""Search on the list page: a field that the list follows letter by letter."""

from __future__ import annotations

from textual import events, on
from textual.widgets import Input

from inbox.commands import keys_shown
from inbox.core.model import ConversationUid
from inbox.core.query import QueryError
from inbox.i18n import gettext as _
from inbox.screens.key_screen import KeyScreen
from inbox.screens.typing_ahead import TypingAhead
from inbox.widgets.conversation_list import ConversationList


class Searching(KeyScreen):
    """A page that can search."""

    search = ""
    """What is searched for; empty: the view is shown."""
    searching = False
    """Whether the field is there."""
    _came_from: ConversationUid | None = None
    """Where the cursor stood before the search."""

    @property
    def listing(self) -> ConversationList:
        """The list that shows what is found."""
        raise NotImplementedError

    def read(self, uid: ConversationUid) -> None:
        """Open a conversation."""
        raise NotImplementedError

    def load(self, *, fresh: bool = False, then_to: ConversationUid | None = None) -> None:
        """Read what the search finds."""
        raise NotImplementedError

    def action_search(self, _count: int | None = None) -> None:
        """Type a search, or go on with the last one."""
        if self.searching:
            self.query_one("#search", Input).focus()
            return
        self.searching = True
        if not self.search:
            self._came_from = self.listing.uid
        hint = _("words  “a phrase”  is:owed  from:kate  account:shop")
        field = search_field(self.search, hint, self.desk.typing)
        self.desk.typing.hold()

        async def show() -> None:
            await self.mount(field, before="#panes")
            self.set_focus(field)
            self.free_keys()

        self.begin(show, "search")

    def end_search(self) -> None:
        """Take the field away and forget what was searched."""
        if self.searching:
            self.query_one("#search", Input).value = ""
            self.searching = False
            self.query_one("#search", Input).remove()
        self.search = ""
        self.listing.focus()

    def leave_search(self) -> None:
        """End the search and go back to where the cursor stood before it."""
        self.end_search()
        self.load(fresh=True, then_to=self._came_from)

    @on(Input.Changed, "#search")
    def search_typed(self, event: Input.Changed) -> None:
        """Find what is typed so far."""
        self._seek(event.value)

    @on(Input.Submitted, "#search")
    def search_entered(self) -> None:
        """Go into what was found; the keys typed since then are about that."""
        self._take_field()
        self.free_keys()

    def _seek(self, words: str) -> None:
        # A blank at the end tells that the last word is whole.
        words = words.lstrip() if words.strip() else ""
        if words != self.search and self.searching:
            self.search = words
            self.repeat()
            self.load(fresh=True)

    def read_key(self, event: events.Key) -> None:
        """In the field, Escape ends the search and the arrow down goes into what was found."""
        if not isinstance(self.focused, Input):
            super().read_key(event)
        elif event.key == "escape":
            event.stop()
            self.leave_search()
        elif event.key == "down":
            event.stop()
            self._take_field()
        elif event.key == "f1":
            super().read_key(event)

    def action_stowed(self, _count: int | None = None) -> None:
        """Look for the same among what was stowed away."""
        from inbox.screens.stowed import StowedScreen

        self.app.push_screen(StowedScreen(self.desk, self.search, self.read))

    def nothing_found(self) -> str:
        """Return what an empty list says of a search, and where else to look."""
        if not self.desk.reader.has_stowed():
            return _("Nothing found. Esc: back")
        key = next(keys_shown(each) for each in self.desk.commands if each.id == "stowed")
        way = f"{_('Enter')}, {key}" if self.searching else key
        return _("Nothing found. Esc: back; {key}: look among the stowed").format(key=way)

    def query_told(self, failure: BaseException) -> bool:
        """Say what is wrong with the search; return whether that was it."""
        if not isinstance(failure, QueryError):
            return False
        said = _("Not a search yet, column {column}: {said}").format(
            column=failure.position + 1, said=failure.said
        )
        wrong = self.search
        self.say(lambda _now: said if self.search == wrong else "", "soon")
        return True

    def _take_field(self) -> None:
        if self.searching:
            field = self.query_one("#search", Input)
            if self.search or field.value.strip():
                # Enter may overtake the news of the last letters.
                self._seek(field.value)
            self.searching = False
            field.remove()
            if self.search:
                self.load()
        self.listing.focus()


def search_field(words: str, hint: str, typing: TypingAhead) -> Input:
    """Return the field in which a search is typed; what follows Enter is held for the list."""
    from inbox.widgets.field import Field

    class SearchField(Field):
        """Enter ends it, however quick the next key is."""

        def on_key(self, event: events.Key) -> None:
            """Hold keys from Enter on."""
            if typing.kept(event):
                event.stop()
                event.prevent_default()
            elif event.key == "enter":
                typing.hold()

    return SearchField(words, placeholder=hint, id="search")
