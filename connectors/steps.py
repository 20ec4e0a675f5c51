"""The named moments at which a test pulls the plug.

`reached(name)` does nothing in the product. A test's child process puts its
own function here, so that a kill can hit between any two of our effects.
"""

from __future__ import annotations

from collections.abc import Callable

STEPS = (
    "ingest.begun",
    "ingest.before_commit",
    "ingest.committed",
    "reply.before_queue",
    "reply.queued",
    "send.marked_sending",
    "send.before_leaving",
    "send.leaving",
    "send.accepted_by_service",
    "send.before_accepted_commit",
    "send.accepted",
    "settle.before_append",
    "settle.appended",
    "settle.before_answered",
    "settle.before_commit",
    "settle.committed",
)
"""Those passed while mail comes in and a reply goes out; a test asserts that each is."""


MARK_STEPS = ("mark.telling", "mark.told")
"""Those passed for each mark that a service is told."""

STOW_STEPS = (
    "stow.written",
    "stow.verified",
    "stow.named",
    "stow.before_commit",
    "stow.taken_out",
    "stow.rewritten",
    "stow.moved",
    "stow.unlinked",
)
"""Those passed while old conversations go into a file, and while such a file is written anew."""


def _pass_by(name: str) -> None:
    """Do nothing."""


hook: Callable[[str], None] = _pass_by


def reached(name: str) -> None:
    """Note that the step of that name (one of STEPS, MARK_STEPS, STOW_STEPS) is reached."""
    hook(name)
