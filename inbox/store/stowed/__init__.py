"""Stowing: old conversations out of the store, into files, and back.

A file is written, on the disk, read back and compared before anything is
taken out of the store, and its conversations are taken out in the same
transaction that notes where each of them lies. So each is in the store, or in
a file that the store knows, at any moment. What a file holds beyond what the
store knows of is left over and counts for nothing (`settling`).

What stays in the store of a stowed conversation: its verdicts, what its
service said of it and calls it, and hashes by which its mail and its threading
keys are known again. It comes back by itself as soon as somebody writes in it.

Documents lie in a file as the version wrote that stowed them, and no migration
reaches them: what is new in a document has a default on reading.
"""
