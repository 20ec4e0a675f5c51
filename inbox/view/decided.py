"""What was decided under a version of a rule that is no longer in force, told by that version."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from inbox.core.obligations import Anchor, Clock, Obligation
from inbox.store import verdicts
from inbox.store.database import Transaction


def is_earlier(one: Obligation) -> bool:
    """Return whether an obligation fell due, or was met, under another version of its rule."""
    return one.rule.clock is not Clock.STATED and one.rule_hash != one.rule.hash


def as_decided(tx: Transaction, one: Obligation) -> Obligation:
    """Return an obligation with its rule as that was when it was decided.

    The hours it was counted in are known by the name of today's calendar alone.
    """
    kept = verdicts.version(tx, one.rule_hash) if is_earlier(one) else None
    if kept is None:
        return one
    rule = replace(
        one.rule,
        clock=Clock(str(kept["clock"])),
        target=timedelta(seconds=float(str(kept["target_seconds"]))),
        anchor=Anchor(str(kept["anchor"])),
        hours=None,
        source=str(kept["source"]),
        checked=str(kept["checked"]),
        confidence=str(kept["confidence"]),
        note="",
    )
    return replace(one, rule=rule)
