"""Write the table of keys into the README: `python -m tests.readme_keys`."""

from __future__ import annotations

import re

from inbox.commands import keys_markdown
from tests.gates.tools import ROOT

if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(
        re.sub(
            r"(<!-- keys: made from inbox/commands -->\n).*?(<!-- end of keys -->)",
            lambda found: f"{found[1]}\n{keys_markdown().strip()}\n\n{found[2]}",
            readme.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        ),
        encoding="utf-8",
    )
