"""What is packed today is read in ten years, whatever library packed it."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.store import packing


@pytest.fixture(autouse=True)
def _chosen_anew() -> Iterator[None]:
    """Let each test find out by itself what there is."""
    packing._compress.cache_clear()
    yield
    packing._compress.cache_clear()


@given(st.binary(max_size=3000))
def test_any_zlib_reads_what_is_packed(said: bytes) -> None:
    """A store that was written with the fast library is opened where there is none."""
    assert zlib.decompress(packing.packed(said)) == said


def test_a_machine_without_the_fast_library_packs_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every machine has it ready-built; the seller's mail must come in there too."""
    monkeypatch.setitem(sys.modules, "isal.isal_zlib", None)

    assert packing.packed(b"Where is my lamp? " * 40) == zlib.compress(
        b"Where is my lamp? " * 40, 1
    )
