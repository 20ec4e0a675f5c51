"""What the verbs do: each writes journal facts and their verdicts in one transaction.

Screen and command line both come through here. It decides nothing about
deadlines (core does) and talks to no service (the engine does): it writes the
store and nudges.
"""

from __future__ import annotations

from inbox.triage.answers import Answers
from inbox.triage.beginning import Beginning
from inbox.triage.files import Files
from inbox.triage.queue import Queue
from inbox.triage.snoozing import Snoozing
from inbox.triage.undoing import Undoing, Undone
from inbox.triage.unstowing import Unstowing
from inbox.triage.verbs import Verbs
from inbox.view.replying import (
    AlreadyLeft,
    EmptyReply,
    MayHaveLeft,
    NothingToAnswer,
    ReplyParts,
    ReplyRefused,
    TooLong,
    Unfilled,
)

__all__ = [
    "AlreadyLeft",
    "EmptyReply",
    "MayHaveLeft",
    "NothingToAnswer",
    "ReplyParts",
    "ReplyRefused",
    "TooLong",
    "Triage",
    "Undone",
    "Unfilled",
]


class Triage(Verbs, Snoozing, Undoing, Answers, Queue, Beginning, Files, Unstowing):
    """The verbs, over one store. Every method may be called from any thread."""
