"""What a test does without a program it needs: skip with a reason, or fail where none may skip."""

from __future__ import annotations

import os

import pytest


def need(found: str | None, reason: str) -> str:
    """Return what was found, else skip the test; SELLER_INBOX_NO_SKIP=1 makes that a failure."""
    if found is not None:
        return found
    if os.environ.get("SELLER_INBOX_NO_SKIP") == "1":
        pytest.fail(f"{reason}, and SELLER_INBOX_NO_SKIP=1 allows no skipping")
    pytest.skip(reason)
