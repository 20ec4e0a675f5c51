"""Ready-made answers: plain files, a strict template language, a starter library.

Imports nothing of `inbox`.
"""
