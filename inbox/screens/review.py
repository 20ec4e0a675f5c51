"""The last look before a reply goes out: from whom, to whom, under what subject, which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.i18n import gettext as _
from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.triage import ReplyParts
from inbox.view.replying import refusal, whole_text
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import in_full, outside, outside_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A reply as it would go out."""

    parts: ReplyParts
    subject: str
    text: str


class ReviewScreen(KeyScreen):
    """Shows the reply whole; `y` sends it."""

    CONTEXT: ClassVar[Context] = Context.REVIEW

    def __init__(
        self,
        desk: Desk,
        reviewed: Reviewed,
        send: Callable[[], None],
        postpone: Callable[[], None],
    ) -> None:
        super().__init__(desk)
        self._reviewed = reviewed
        self._send = send
        self._postpone = postpone
        self._refusal = refusal(reviewed.parts, reviewed.text, reviewed.subject)

    def compose(self) -> ComposeResult:
        """Return the reply as a page."""
        yield TextPage(self._lines(), id="page")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Let the keys scroll the text."""
        self.query_one("#page", TextPage).focus()

    def action_send(self, _count: int | None = None) -> None:
        """Send, unless something stands against it."""
        if self._refusal is not None:
            self.say_failure(self._refusal)
            return
        self.leave()
        self._send()

    def action_postpone(self, _count: int | None = None) -> None:
        """Keep it as a draft and leave."""
        self.leave()
        self._postpone()

    def action_change(self, _count: int | None = None) -> None:
        """Go on writing."""
        self.leave()

    def _lines(self) -> list[PageLine]:
        parts = self._reviewed.parts
        to = ", ".join(in_full(party) for party in parts.recipients)
        lines = [
            PageLine(_("Send this reply?"), "title"),
            PageLine(""),
            PageLine(_("From     {who}").format(who=in_full(parts.sender))),
            PageLine(_("To       {who}").format(who=to)),
            PageLine(_("Subject  {subject}").format(subject=outside(self._reviewed.subject))),
            PageLine(""),
        ]
        if self._refusal is not None:
            said = f"! {self._refusal.sentence} {self._refusal.hint}"
            lines += [PageLine(said, "trouble"), PageLine("")]
        whole = whole_text(parts, self._reviewed.text)
        lines += [PageLine(line) for line in outside_lines(whole).rstrip("\n").split("\n")]
        return lines
