"""Why something was not sent: each with a sentence and a hint, for a person."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.i18n import gettext as _
from inbox.i18n import ngettext


class ReplyRefused(Exception):
    """A reply that was not queued. `sentence` says why and `hint` what to do, for a person."""

    sentence = ""
    hint = ""

    def __str__(self) -> str:
        """Return the sentence, so that a log line says it too."""
        return self.sentence


class NothingToAnswer(ReplyRefused):
    """Nobody wrote in this conversation whom an answer could reach."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("Nobody in this conversation can be answered.")
        self.hint = _("It holds only messages of yours, or none with a sender's address.")


class NotAnsweredHere(ReplyRefused):
    """The service takes no answer from here; `page` is where it does, if it says so."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.sentence = _("This conversation cannot be answered from here.")
        self.hint = (
            _("Answer it at the service: {page}").format(page=page)
            if page
            else _("Answer it at the service's own page.")
        )


class EmptyReply(ReplyRefused):
    """There is no text."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("The reply is empty.")
        self.hint = _("Write something first.")


class TooLong(ReplyRefused):
    """The service would refuse a text of this length."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__()
        self.length = length
        self.limit = limit
        self.sentence = ngettext(
            "The reply is too long: {length} characters, {limit} allowed.",
            "The reply is too long: {length} characters, {limit} allowed.",
            limit,
        ).format(length=length, limit=limit)
        self.hint = _("Shorten it by {count}.").format(count=length - limit)


class Unfilled(ReplyRefused):
    """The text still holds placeholders of a canned response."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = tuple(names)
        self.sentence = _("The reply still holds places to fill in: {names}.").format(
            names=", ".join("{{ " + name + " }}" for name in names)
        )
        self.hint = _("Replace them by words, or take them out.")


class FilesRefused(ReplyRefused):
    """The service would refuse these files."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__()
        self.sentence = sentence
        self.hint = hint


class NoSuchForm(ReplyRefused):
    """The service takes no reply in that form here."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__()
        self.sentence = _("This cannot be sent as {form} here.").format(form=f"“{name}”")
        self.hint = (
            _("It can be sent as a plain answer, or as: {forms}.").format(forms=", ".join(known))
            if known
            else _("This service takes plain answers only.")
        )


class AlreadyLeft(ReplyRefused):
    """The reply is on its way or accepted: it cannot be taken back or sent again."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("The reply has left already.")
        self.hint = _("What is on its way cannot be taken back.")


class MayHaveLeft(ReplyRefused):
    """Nobody knows whether the reply went out: writing it anew could say it twice."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("The reply may have gone out.")
        self.hint = _("Look at the service; then send it again, or take it back.")


class BadAddress(ReplyRefused):
    """What was typed is nobody's address."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what
        self.sentence = _("This is no mail address: {what}.").format(what=what)
        self.hint = _("Write anna@example.org or Anna <anna@example.org>, with commas between.")


class Nobody(ReplyRefused):
    """There is no address to send to."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("It goes to nobody yet.")
        self.hint = _("Write an address behind To.")


class RelayAlone(ReplyRefused):
    """A marketplace passes on what goes to this address: nobody else may be named beside it."""

    def __init__(self, relay: str) -> None:
        super().__init__()
        self.sentence = _("A marketplace passes this on to the buyer: {relay}.").format(relay=relay)
        self.hint = _("Name nobody else beside it; forward the mail to others instead.")


class NotAddressed(ReplyRefused):
    """The account's service takes no addresses of the seller's choice."""

    def __init__(self, account: str) -> None:
        super().__init__()
        said = _("{account} cannot write to addresses that you choose.")
        none = _("None of your accounts can write to addresses that you choose.")
        self.sentence = said.format(account=account) if account else none
        self.hint = _("A mail account can, once it was synced.")


class NothingToForward(ReplyRefused):
    """There is no message to pass on."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("There is no message here to pass on.")
        self.hint = _("Choose a conversation with a message in it.")


class NotWhole(ReplyRefused):
    """Not all of a mail that is to be passed on as a file is here."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("Not all parts of this mail are here, so it cannot go along as a file.")
        self.hint = _("Forward its words and files instead.")


class FilesLost(ReplyRefused):
    """Files of the mail that is passed on cannot be had."""

    def __init__(self, names: Sequence[str], error: str) -> None:
        super().__init__()
        self.sentence = _("Cannot be had: {names}.").format(names=", ".join(names))
        self.hint = _("{error} Take it out, or forward without files.").format(error=error)
