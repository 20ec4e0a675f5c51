"""Our place in a mailbox survives being written down."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.checkpoint import FolderState, read, write
from connectors.email.uidset import UidSet

sets = st.builds(UidSet.of, st.sets(st.integers(1, 1000), max_size=20))
counts = st.none() | st.integers(0, 2**40)
states = st.builds(
    FolderState,
    epoch=st.text(max_size=12),
    known=sets,
    passed=sets,
    reach=st.sampled_from(["all", "2y", "new"]),
    seen=sets,
    answered=sets,
    lapsed=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    missed=st.dictionaries(st.integers(1, 99), st.integers(1, 3), max_size=3),
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=10), states, max_size=3))
def test_a_place_is_the_same_after_a_restart(folders: dict[str, FolderState]) -> None:
    """What is forgotten here is pulled twice, what is invented is never pulled."""
    assert read(write(folders)) == folders


def test_counts_are_kept_for_folders_that_are_whole() -> None:
    """By them a round sees that nothing changed."""
    state = FolderState(epoch="7", known=UidSet.of([1, 2]), uidnext=3, messages=2, modseq=2**50)

    assert read(write({"INBOX": state})) == {"INBOX": state}


def test_a_place_in_a_large_mailbox_is_short() -> None:
    """It is written with every batch."""
    state = FolderState(epoch="7", known=UidSet.of(range(1, 100_000)))

    assert len(write({"INBOX": state})) < 100


def test_the_beginning_is_nothing_known() -> None:
    """A new account."""
    assert read(None) == {}
