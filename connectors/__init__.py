"""Everything outside: one package per service, each behind the contract in `contract.py`.

Nothing here imports `inbox`, Textual or Rich: a connector is given its own
account's settings and secrets and answers in the values of `values.py`.
"""
