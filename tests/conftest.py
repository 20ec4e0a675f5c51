"""What all tests share: none is timed, and the suite that ships shows its failures as ours do."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("connectors.conformance")

# How long an example takes says how busy the machine is; bounds are tested by growth.
# The same examples in each run of the tests; `--hypothesis-profile=searching` tries many new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("searching", deadline=None, max_examples=1000)
settings.load_profile("repeatable")
