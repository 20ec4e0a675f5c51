"""What is written is kept as it is typed, put away, thrown away, and made of ready texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import on
from textual.widgets import Input

from inbox.commands import keys_shown
from inbox.core.drafting import joined
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.leading import LeadingScreen
from inbox.screens.writing import Writing, unsigned_below
from inbox.view.addressing import Addressees
from inbox.widgets.addresses import AddressLines
from inbox.widgets.editor import ReplyEditor


class DraftingScreen(LeadingScreen):
    """A page on which a draft is written: its text, subject and addresses."""

    def __init__(self, desk: Desk, writing: Writing) -> None:
        super().__init__(desk)
        self.writing = writing
        self.files = writing.files
        self.form = writing.form
        self.after = dict(writing.after)
        """What a canned response asks for once the service accepted it."""
        self.ended = False
        """Whether it is no draft any more: queued, or thrown away."""
        self._saved = (writing.text, writing.subject, writing.to)
        self._knew = writing.elsewhere

    @property
    def editor(self) -> ReplyEditor:
        """The text."""
        return self.query_one("#text", ReplyEditor)

    @property
    def subject(self) -> str:
        """The subject as it stands."""
        return self.query_one("#subject", Input).value

    @property
    def to(self) -> tuple[str, str, str]:
        """To, Cc and Bcc as they stand."""
        lines = self.query(AddressLines)
        return lines.first().texts if lines else self.writing.to

    @property
    def signature(self) -> str:
        """The signature of the account it goes from."""
        return self.writing.parts.signature.strip()

    def save(self) -> None:
        """Keep what is written, if it changed since it was kept."""
        now = (self.editor.text, self.subject, self.to)
        if self.ended or now == self._saved:
            return
        self._saved = now
        self.carry_out(self._keeping(now), lambda _none: None)

    def save_again(self) -> None:
        """Keep what is written, whether or not it changed."""
        self._saved = ("", "", ("", "", ""))
        self.save()

    def _keeping(self, now: tuple[str, str, tuple[str, str, str]]) -> Callable[[], None]:
        """Return what keeps this text, subject and addresses as the draft."""
        uid = self.writing.parts.conversation
        text = "" if now[0].strip() == self.signature else now[0]
        to, form = self.writing.addressees(now[2]) or Addressees(), self.form
        knew, after = self._knew, dict(self.after)
        return lambda: self.desk.triage.save_draft(
            uid, text, now[1], to, form=form, knew=knew, after=after
        )

    def look_elsewhere(self) -> None:
        """Show what another program wrote into the draft since it was opened."""
        uid = self.writing.parts.conversation

        def read() -> tuple[int, str]:
            draft = self.desk.triage.draft(uid)
            return (0, "") if draft is None else (draft.elsewhere, draft.text)

        if not self.ended:
            self.ask(read, self._took_in, group="elsewhere")

    def _took_in(self, found: tuple[int, str]) -> None:
        times, text = found
        if self.ended or times <= self._knew:
            return
        self._knew, here = times, self.editor.text
        untouched = here == self._saved[0] or here.strip() in {"", self.signature}
        self.editor.put(text if untouched else joined(here, text))
        self.editor.move_cursor(self.editor.document.end)
        self._saved = (text, *self._saved[1:])
        self.say(_("This draft was changed elsewhere; its words are here now."), "soon")

    def action_leave(self, _count: int | None = None) -> None:
        """Go back; what is written stays as the draft."""
        self.save()
        if self._worded:
            kept = _("The draft is kept. r goes on with it.")
            self.say(_("The draft is kept: g d shows it.") if self.writing.begins else kept)
        elif self.writing.begins:
            self.forget_if_empty()
        self.leave()

    @property
    def _worded(self) -> bool:
        """Whether there are words, or files, that somebody would miss."""
        return bool(self.files) or self.editor.text.strip() not in {"", self.signature}

    @property
    def _addressed(self) -> bool:
        """Whether a mail that begins a conversation names anybody, or what it is about."""
        return self.writing.begins and any(each.strip() for each in (self.subject, *self.to))

    def forget_if_empty(self) -> None:
        """Let go of a mail in which nothing was written and nobody named."""
        uid = self.writing.parts.conversation
        if not self._worded and not self._addressed:
            self.carry_out(lambda: self.desk.triage.forget_draft(uid), lambda _none: None)

    def action_throw_away(self, _count: int | None = None) -> None:
        """Throw away what is written; undo brings it back as it stands now."""
        uid = self.writing.parts.conversation
        if not self._worded and not self._addressed:
            self.action_leave()
            return
        self.save_again()
        self.ended = True

        def discard() -> Exception | None:
            try:
                self.desk.triage.discard([uid])
            except Exception as failure:  # noqa: BLE001 - told below; what is written is kept on
                return failure
            return None

        def gone(failure: Exception | None) -> None:
            self.ended = failure is None
            if failure is not None:
                self.say_failure(failure)
                return
            self.say(_("Draft thrown away. z: undo"))
            self.leave()

        self.carry_out(discard, gone)

    def keep(self) -> None:
        """Keep what is written."""
        self.save()

    def action_quit_now(self, count: int | None = None) -> None:
        """Keep what is written before leaving."""
        self.keep()
        if self.writing.begins:
            self.forget_if_empty()
        super().action_quit_now(count)

    def action_insert_canned(self, _count: int | None = None) -> None:
        """Choose a canned response and insert it at the cursor."""
        from inbox.screens.picker import Offer, PickerScreen, offered

        keep = self._keeping((self.editor.text, self.subject, self.to))

        def look() -> Offer:
            if self.writing.begins:
                keep()  # whom it goes to, as typed this moment, is greeted by name
            return offered(self.desk, self.writing.parts.conversation)

        self.open_page(look, lambda offer: PickerScreen(self.desk, offer, self.insert))

    def insert(self, text: str, cursor: int | None, after: Mapping[str, str]) -> None:
        """Insert a chosen response and remember what it asks for once it is accepted."""
        self.after.update(after)
        signed = self.signature and text.rstrip().endswith(self.signature)
        unsigned = unsigned_below(self.editor.text, self.signature)
        if signed and unsigned is not None:
            self.editor.put(unsigned)  # it signs itself
        self.editor.insert_with_cursor(text, cursor, self.signature)
        self.editor.focus()

    def action_edit(self, _count: int | None = None) -> None:
        """Write it in the seller's own editor."""
        with self.app.suspend():
            try:
                found: str | Exception = self.desk.edit(self.editor.text)
            except Exception as failure:  # noqa: BLE001 - an editor can fail in any way; the text is still here
                found = failure
        self.app.refresh(layout=True)
        self.edited(found)

    def edited(self, found: str | Exception) -> None:
        """Take a text as the editor left it, or say why there is none."""
        if isinstance(found, Exception):
            self.say_failure(found)
        elif self.editor.text.strip() and not found.strip():
            said = _("The editor left nothing, so your words stay. {key} throws them away.")
            key = next(keys_shown(each) for each in self.offered() if each.id == "throw-away")
            self.say(said.format(key=key), "soon")
        else:
            self.editor.put(found)
            self.save()

    @on(ReplyEditor.Slash)
    def slashed(self) -> None:
        """Open the picker."""
        self.action_insert_canned()
