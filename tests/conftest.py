"""What all tests share: none is timed, and the suite that ships shows its failures as ours do."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("connectors.conformance")

# How long an example takes says how busy the machine is; bounds are tested by growth.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
