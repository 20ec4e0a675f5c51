"""Everything that is remembered: TinyDB over one SQLite file, and nothing else knows that.

`database.Store` hands out transactions; every other module here is functions
that take one and return values of `inbox.core.model`. Facts are stored,
verdicts derived (`derive.py`); nothing that depends on now is kept.
"""
