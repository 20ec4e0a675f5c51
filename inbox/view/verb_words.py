"""What each verb is called in a sentence."""

from __future__ import annotations

from inbox.core.model import Verb
from inbox.i18n import pgettext


def verb_words(verb: Verb) -> str:
    """Return what a verb is called in a sentence."""
    words = {
        Verb.DONE: pgettext("verb", "done"),
        Verb.REOPEN: pgettext("verb", "reopen"),
        Verb.CLOSE: pgettext("verb", "close"),
        Verb.NO_REPLY_NEEDED: pgettext("verb", "no reply needed"),
        Verb.HAPPENED: pgettext("verb", "something happened"),
        Verb.NOT_A_BUYER: pgettext("verb", "not a buyer"),
        Verb.SPAM: pgettext("verb", "spam"),
        Verb.NOT_SPAM: pgettext("verb", "not spam"),
        Verb.TRASH: pgettext("verb", "trash"),
        Verb.UNTRASH: pgettext("verb", "out of the trash"),
        Verb.TAG: pgettext("verb", "tag"),
        Verb.UNTAG: pgettext("verb", "tag taken off"),
        Verb.SNOOZE: pgettext("verb", "snooze"),
        Verb.WAKE: pgettext("verb", "wake"),
        Verb.REPLY: pgettext("verb", "reply"),
        Verb.DISCARD: pgettext("verb", "draft thrown away"),
        Verb.STAR: pgettext("verb", "star"),
        Verb.UNSTAR: pgettext("verb", "star taken off"),
        Verb.READ: pgettext("verb", "read"),
        Verb.UNREAD: pgettext("verb", "unread"),
        Verb.STOW: pgettext("verb", "stowed away:"),
    }
    return words.get(verb, verb.value)
