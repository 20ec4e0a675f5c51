"""The verbs on conversations, the same on the list and on the reading page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from inbox.core.model import Conversation, ConversationUid, MessageUid, OutboxItem, Verb
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.deed_words import undone_words, what
from inbox.screens.desk import Deed
from inbox.screens.key_screen import KeyScreen
from inbox.widgets.lines import SAID_FOR, Said
from inbox.widgets.words import long_when, name_of

if TYPE_CHECKING:
    from inbox.screens.writing import Writing
    from inbox.triage import Undone


_LEAVING = frozenset(
    {
        *(Verb.DONE, Verb.CLOSE, Verb.NO_REPLY_NEEDED, Verb.NOT_A_BUYER, Verb.SNOOZE),
        *(Verb.SPAM, Verb.NOT_SPAM, Verb.TRASH, Verb.UNTRASH),
    }
)
"""What takes a conversation from where it stands: the cursor goes on to the next."""


class ActingScreen(KeyScreen):
    """A page with conversations to act on."""

    def targets(self) -> tuple[Conversation, ...]:
        """Return the conversations the next verb is about."""
        raise NotImplementedError

    def target(self) -> ConversationUid | None:
        """Return the one conversation that a page is opened about."""
        raise NotImplementedError

    def leaving(self, uids: frozenset[ConversationUid]) -> None:
        """Go on to the next conversation: these are about to be dealt with."""
        raise NotImplementedError

    def acted(self, uids: Sequence[ConversationUid]) -> None:
        """Show what a verb changed."""
        raise NotImplementedError

    def answered(self, uid: ConversationUid) -> None:
        """Show that an answer to this one is on its way."""
        raise NotImplementedError

    def action_done(self, _count: int | None = None) -> None:
        """Mark done and go on."""
        self._act(self.desk.triage.done, _("Done: {what}."), leaves=True)

    def action_reopen(self, _count: int | None = None) -> None:
        """Take done back."""
        self._act(self.desk.triage.reopen, _("Open again: {what}."))

    def action_close(self, _count: int | None = None) -> None:
        """Close at the service, and go on."""
        self._act(self.desk.triage.close, _("Closed: {what}."), leaves=True)

    def action_no_reply_needed(self, _count: int | None = None) -> None:
        """Note that nothing is asked, and go on."""
        said = _("No reply needed: {what}.")
        if any(each.owed and each.service != "email" for each in self.targets()):
            said = _("No reply needed: {what}. Say it at the marketplace too: its clock may go on.")
        self._act(self.desk.triage.no_reply_needed, said, leaves=True)

    def action_not_a_buyer(self, _count: int | None = None) -> None:
        """Note that the sender never owes an answer, and go on."""
        self._act(
            self.desk.triage.not_a_buyer,
            _("Not a buyer: {what}. Nothing from this sender will be owed."),
            leaves=True,
        )

    def action_spam(self, _count: int | None = None) -> None:
        """Put into spam, or bring back from it."""
        found = self.targets()
        if all(each.spam for each in found):
            self._act(self.desk.triage.not_spam, _("Not spam: {what}."), leaves=True)
            return
        said = _("Spam: {what}.")
        if any(each.owed and each.service != "email" for each in found):
            said = _("Spam: {what}. Say it at the marketplace too: its clock may go on.")
        self._act(self.desk.triage.spam, said, leaves=True)

    def action_trash(self, _count: int | None = None) -> None:
        """Throw away, or bring back what was."""
        found = self.targets()
        if all(each.gone for each in found):
            self._act(self.desk.triage.untrash, _("Out of the trash: {what}."), leaves=True)
            return
        said = _("Thrown away: {what}.")
        if any(each.owed and each.service != "email" for each in found):
            said = _("Thrown away: {what}. A clock of the marketplace's goes on.")
        self._act(self.desk.triage.trash, said, leaves=True)

    def action_star(self, _count: int | None = None) -> None:
        """Star, or take the star off."""
        if all(each.starred for each in self.targets()):
            self._act(self.desk.triage.unstar, _("Star taken off: {what}."))
        else:
            self._act(self.desk.triage.star, _("Starred: {what}."))

    def action_read(self, _count: int | None = None) -> None:
        """Mark read."""
        self._act(self.desk.triage.read, _("Read: {what}."))

    def action_unread(self, _count: int | None = None) -> None:
        """Mark unread."""
        self._act(self.desk.triage.unread, _("Unread: {what}."))

    def action_snooze(self, _count: int | None = None) -> None:
        """Put off until a time that is typed."""
        self._ask_until("")

    def _ask_until(self, phrase: str) -> None:
        """Ask until when to put off, with that phrase typed already."""
        from inbox.screens.snoozing import SnoozeScreen

        found = self.targets()
        if found:
            self.app.push_screen(SnoozeScreen(self.desk, found, self._put_off, phrase))

    def action_wake(self, _count: int | None = None) -> None:
        """Bring back what was put off."""
        self._act(self.desk.triage.wake, _("Back again: {what}."))

    def _put_off(self, wakes: Mapping[ConversationUid, datetime], when: str, phrase: str) -> None:
        """Put off and go on; without times, bring back. The phrase is what is done again."""
        if not wakes:
            self.action_wake()
            return
        said = _("Put off until {when}: {what}.").replace("{when}", when)
        self._act(lambda _uids: self.desk.triage.snooze(wakes), said, leaves=True)
        self.desk.again.phrase = phrase

    def _put_off_again(self, phrase: str) -> None:
        """Put these off by the same phrase; where that would be late it is asked first."""
        from inbox.view.snoozing import repeated

        found = self.targets()
        wakes = repeated(phrase, found, self.desk.clock(), self.desk.zone)
        if wakes is None:
            self._ask_until(phrase)
        elif found:
            first = long_when(min(wakes.values()), self.desk.clock(), self.desk.zone)
            self._put_off(wakes, first, phrase)

    def action_tags(self, _count: int | None = None) -> None:
        """Put tags on, or take them off."""
        from inbox.screens.tagging import TagScreen

        found = self.targets()
        if found:
            self.open_page(
                self.desk.reader.tags,
                lambda known: TagScreen(self.desk, found, known, self._retag),
            )

    def _retag(self, on: tuple[str, ...], off: tuple[str, ...]) -> None:
        self._act(lambda uids: self.desk.triage.retag(uids, on, off), _("Tagged: {what}."))

    def action_undo(self, _count: int | None = None) -> None:
        """Take the last action back."""
        self.carry_out(self.desk.triage.undo, lambda undone: self._undone(undone, again=False))

    def action_redo(self, _count: int | None = None) -> None:
        """Do again what was undone."""
        self.carry_out(self.desk.triage.redo, lambda undone: self._undone(undone, again=True))

    def action_reply(self, _count: int | None = None) -> None:
        """Write an answer."""
        self._write(picking=False)

    def action_reply_all(self, _count: int | None = None) -> None:
        """Write an answer to all who got the mail, where the account can."""
        self._write(picking=False, everyone=True)

    def passed_on(self) -> MessageUid | None:
        """Return the message that is meant where one is passed on; None: the last that came in."""
        return None

    def action_forward(self, _count: int | None = None) -> None:
        """Pass a message on to somebody else."""
        from inbox.screens.writing import begun

        uid, message, desk = self.target(), self.passed_on(), self.desk
        if uid is None:
            return

        def begin() -> Writing:
            passed = desk.triage.forward(uid, message, signed=True, zone=desk.zone)
            return begun(desk, passed)

        self._begin_mail(begin)

    def action_compose(self, _count: int | None = None) -> None:
        """Write a new mail, from the account of what stands here if it can."""
        from inbox.screens.writing import new_mail

        near = next((each.account for each in self.targets()), None)
        self._begin_mail(lambda: new_mail(self.desk, near))

    def action_discard(self, _count: int | None = None) -> None:
        """Throw away what was begun and not sent."""
        self._act(self.desk.triage.discard, _("Draft thrown away: {what}."))

    def _begin_mail(self, begin: Callable[[], Writing]) -> None:
        from inbox.screens.composer import ComposerScreen

        self.open_page(
            begin,
            lambda writing: ComposerScreen(self.desk, writing, copies=True, queued=self.answered),
        )

    def action_canned(self, _count: int | None = None) -> None:
        """Write an answer, beginning with a canned response."""
        self._write(picking=True)

    def action_why(self, _count: int | None = None) -> None:
        """Explain the deadline."""
        from inbox.screens.pages import WhyScreen

        uid = self.target()
        if uid is not None:
            self.open_page(
                lambda: self.desk.reader.explanation(uid), lambda found: WhyScreen(self.desk, found)
            )

    def action_happened(self, _count: int | None = None) -> None:
        """Say that something happened that starts a clock."""
        from inbox.screens.happening import ask_what_happened

        ask_what_happened(self)

    def action_panel(self, _count: int | None = None) -> None:
        """Show the order, and what else the buyer wrote and bought."""
        from inbox.screens.panel import PanelScreen

        uid = self.target()
        if uid is not None:
            self.open_page(
                lambda: self.desk.reader.panel(uid), lambda found: PanelScreen(self.desk, found)
            )

    def action_service_page(self, _count: int | None = None) -> None:
        """Open the marketplace's page of it, once its address was shown."""
        from inbox.screens.panel import open_service_page

        uid = self.target()
        if uid is not None:
            open_service_page(self, uid)

    def action_budget(self, _count: int | None = None) -> None:
        """Show how the accounts stand by their platforms' measures."""
        from inbox.screens.budget import BudgetScreen

        self.open_page(self.desk.reader.scores, lambda found: BudgetScreen(self.desk, found))

    def action_calendar(self, _count: int | None = None) -> None:
        """Show the coming days of the seller's calendars."""
        from inbox.screens.calendar import CalendarScreen

        self.open_page(self.desk.reader.calendars, lambda seen: CalendarScreen(self.desk, seen))

    def action_unreadable(self, _count: int | None = None) -> None:
        """Show what came in and could not be read."""
        from inbox.screens.unreadable import UnreadableScreen

        self.open_page(self.desk.reader.unreadable, lambda rows: UnreadableScreen(self.desk, rows))

    def action_forecast(self, _count: int | None = None) -> None:
        """Show what becomes late before the seller is back."""
        from inbox.screens.forecast import ForecastScreen

        self.open_page(
            self.desk.reader.outlook, lambda seen: ForecastScreen(self.desk, seen, self.read)
        )

    def read(self, uid: ConversationUid) -> None:
        """Show a conversation that was chosen on another page."""
        raise NotImplementedError

    def going_on(self, then: Callable[[], object]) -> None:
        """Stand on the next conversation, then call back; say so where there is none."""
        raise NotImplementedError

    def action_repeat(self, _count: int | None = None) -> None:
        """Do the last action to the next conversation."""
        again = self.desk.again
        deed, phrase = again.deed, again.phrase
        if deed is None:
            self.say(_("Nothing was done yet that could be done again."))
            return

        def repeat() -> None:
            if phrase:
                self._put_off_again(phrase)
            else:
                self._act(deed, again.said, leaves=again.leaves)

        if {each.uid for each in self.targets()} <= again.done_to:
            self.going_on(repeat)
        else:
            repeat()

    def _act(self, verb: Deed, said: str, *, leaves: bool = False) -> None:
        """Carry a verb out; the cursor moves at once, so that the next key means the next row."""
        found = self.targets()
        if not found:
            return
        uids = tuple(each.uid for each in found)
        again = self.desk.again
        again.deed, again.said, again.leaves, again.phrase = verb, said, leaves, ""
        again.done_to = frozenset(uids)
        if leaves:
            self.leaving(frozenset(uids))

        def done(_group: str) -> None:
            self.say(said.format(what=what(found)) + _(" z: undo"))
            self.acted(uids)

        def failed() -> None:
            if leaves and self.is_attached:
                self.returned(uids[0])

        self.carry_out(lambda: verb(uids), done, failed)

    def _undone(self, undone: Undone | None, *, again: bool) -> None:
        self.say(undone_words(undone, again=again))
        if undone is not None and undone.conversations:
            if again and undone.verb in _LEAVING:
                self.leaving(frozenset(undone.conversations))
                self.acted(undone.conversations)
            else:
                self.acted(undone.conversations)
                self.returned(undone.conversations[0])

    def returned(self, uid: ConversationUid) -> None:
        """Stand on a conversation that an undo brought back."""

    def _write(self, *, picking: bool, everyone: bool = False) -> None:
        from inbox.screens.composer import ComposerScreen, begun

        uid = self.target()
        if uid is not None:
            self.open_page(
                lambda: begun(self.desk, uid, everyone=everyone),
                lambda writing: ComposerScreen(
                    self.desk, writing, picking=picking, copies=everyone, queued=self.answered
                ),
                after_deeds=True,  # the draft may have been left this moment
            )


def _waiting_words(names: str, waiting: int) -> str:
    """Return what is said of a mail that leaves once its files are here."""
    said = ngettext(
        "Mail to {names} waits for {n} file, then leaves. z: take it back",
        "Mail to {names} waits for {n} files, then leaves. z: take it back",
        waiting,
    )
    return said.format(names=names, n=waiting)


def leaving_words(item: OutboxItem, zone: tzinfo | None = None) -> Said:
    """Return what is said of a reply in its undo window, second by second, or of its time."""
    names = ", ".join(name_of(party) for party in item.reply.recipients[:3])
    planned = item.schedule is not None and item.send_after > item.schedule.earliest
    if item.reply.in_reply_to or item.reply.conversation_ref:
        later = _("Reply to {names} leaves {when}. z: take it back, g t: change it")
        soon = _("Reply to {names} leaves in {n} s. z: take it back")
        gone = _("Reply to {names} leaves as soon as it can. g t: the outbox")
    else:
        later = _("Mail to {names} leaves {when}. z: take it back, g t: change it")
        soon = _("Mail to {names} leaves in {n} s. z: take it back")
        gone = _("Mail to {names} leaves as soon as it can. g t: the outbox")

    waiting = len(item.awaits)

    def said(now: datetime) -> str:
        if waiting:
            return _waiting_words(names, waiting) if now - item.created_at < SAID_FOR else ""
        if planned:
            if now - item.created_at > SAID_FOR:
                return ""
            return later.format(names=names, when=long_when(item.send_after, now, zone))
        left = int((item.send_after - now).total_seconds() + 0.999)
        if left > 0:
            return soon.format(names=names, n=left)
        return gone.format(names=names) if now - item.send_after < SAID_FOR else ""

    return said
