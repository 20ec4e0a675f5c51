"""What all tests share: the suite that ships shows its failures as ours do."""

import pytest

pytest.register_assert_rewrite("connectors.conformance")
