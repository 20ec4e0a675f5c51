"""What makes two mails the same mail is the same, whatever a server does at the ends of lines."""

from __future__ import annotations

import re
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.identity import body_digest

_BODIES = st.lists(
    st.sampled_from([b"\r\n", b"\r", b"\n", b" ", b"\t", b"a", b"\xfc", b"\r\n\r\n"]), max_size=20
).map(b"".join)


@settings(max_examples=50)
@given(_BODIES)
def test_a_body_is_known_again_by_its_lines_alone(body: bytes) -> None:
    """A digest that changed would bring in ten years of mail once more."""
    lines = re.sub(rb"[ \t]+(?=\n|\Z)", b"", body.replace(b"\r\n", b"\n")).rstrip(b"\n")

    assert body_digest((body,)) == sha256(lines).hexdigest()[:32]
