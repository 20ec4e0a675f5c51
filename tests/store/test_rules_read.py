"""What the rules were read from is known again, and a change of any of it is noticed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from inbox.store import rules_read
from inbox.store.database import Store


def test_whatever_rules_are_made_of_is_noticed_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration written anew, a connector or the holidays in another version: all of it."""
    file, packages = tmp_path / "config.toml", tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages), str(tmp_path / "no-more")])
    seen = [rules_read.sources(file)]
    for text in ("a = 1", "a = 2", ""):
        file.write_text(text)
        seen.append(rules_read.sources(file))
    os.utime(packages, ns=(1, 1))
    seen.append(rules_read.sources(file))
    os.utime(tmp_path, ns=(1, 1))

    assert rules_read.sources(file) == seen[-1]
    assert len(set(seen)) == 4  # no file, and an empty one, say the same


def test_what_is_known_already_is_not_written_again(store: Store) -> None:
    """Every write wakes every screen."""
    assert rules_read.noted(store) is None
    rules_read.note(store, "one")
    before = store.revision()
    rules_read.note(store, "one")

    assert store.revision() == before
    rules_read.note(store, "two")
    assert rules_read.noted(store) == "two"
