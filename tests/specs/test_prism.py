"""The judge works: what a vendor does not allow is refused, so that silence means something."""

from __future__ import annotations

import httpx2
import pytest

from tests.specs.prism import mocked

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize(("limit", "status"), [("30", 200), ("31", 400), ("many", 400)])
def test_a_page_that_is_too_large_is_refused(limit: str, status: int) -> None:
    """A mock that takes everything would prove nothing."""
    with mocked("kaufland/kaufland.inbox.trimmed.json") as address:
        assert httpx2.get(f"{address}/tickets", params={"limit": limit}).status_code == status
