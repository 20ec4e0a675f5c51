"""Speed and memory, measured on demand by `pytest -m benchmark -n 0 -s`.

The figures of one run stand in docs/performance.md. Each benchmark measures us
and our peers in the same run on the same machine: only the ratios mean
anything. Nothing here fails because a machine is slow.
"""
