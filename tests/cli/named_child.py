"""The real command line where a name server on loopback is the only one: `... PORT ARG...`."""

from __future__ import annotations

import sys

from inbox.__main__ import main
from tests.fakes.dns_server import only_this_one

if __name__ == "__main__":
    port = int(sys.argv[1])
    sys.argv[1:] = sys.argv[2:]
    with only_this_one(port):
        main()
