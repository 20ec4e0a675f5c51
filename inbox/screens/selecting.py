"""Selecting rows: the next verb is then about all of them, and their number is shown."""

from __future__ import annotations

from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.key_screen import KeyScreen
from inbox.widgets.conversation_list import ConversationList


class Selecting(KeyScreen):
    """A page with a list in which rows can be selected."""

    _range_from: int | None = None
    _told = 0
    """How many are said to be selected."""

    @property
    def listing(self) -> ConversationList:
        """The list."""
        raise NotImplementedError

    def go_spot(self, spot: int) -> None:
        """Move the cursor."""
        raise NotImplementedError

    @property
    def selecting(self) -> bool:
        """Whether anything is selected, or a range is begun."""
        return bool(self.listing.selected) or self._range_from is not None

    def select(self, uids: frozenset[ConversationUid]) -> None:
        """Select exactly these and say how many they are; none ends a range too."""
        if not uids:
            self._range_from = None
        self.listing.select(uids)
        count = self._told = len(uids)
        said = ngettext("{n} selected", "{n} selected", count).format(n=count) if count else ""
        self.bottom.note(said, self.desk.clock())

    def recount(self) -> None:
        """Say how many are selected still, of those that another list shows."""
        if len(self.listing.selected) != self._told:
            self.select(self.listing.selected)

    def stretch(self) -> None:
        """Select from where the range was begun to the cursor."""
        rows = self.listing.rows
        if self._range_from is None or rows is None or not len(rows):
            return
        low, high = sorted((min(self._range_from, len(rows) - 1), self.listing.cursor))
        self.select(frozenset(rows.ids[low : high + 1]))

    def action_select(self, _count: int | None = None) -> None:
        """Select this row or not any more, and go on to the next."""
        uid = self.listing.uid
        if uid is not None:
            self.select(self.listing.selected ^ {uid})
            self.go_spot(self.listing.cursor + 1)

    def action_select_range(self, _count: int | None = None) -> None:
        """Begin a range here, or end it."""
        if self._range_from is not None:
            self._range_from = None
        else:
            self._range_from = self.listing.cursor
            self.stretch()

    def action_select_all(self, _count: int | None = None) -> None:
        """Select the whole list."""
        if self.listing.rows is not None:
            self.select(frozenset(self.listing.rows.ids))

    def action_select_late(self, _count: int | None = None) -> None:
        """Select what is late of this list."""
        late = self.desk.reader.rows
        self.ask(lambda: frozenset(late("is:late").ids), self._select_among, group="select")

    def _select_among(self, wanted: frozenset[ConversationUid]) -> None:
        """Select those of the list that are wanted."""
        found = wanted.intersection(self.listing.rows.ids) if self.listing.rows is not None else ()
        self.select(frozenset(found))
        if not found:
            self.say(_("Nothing is late."))

    def action_select_none(self, _count: int | None = None) -> None:
        """Select nothing."""
        self.select(frozenset())
