from __future__ import annotations

from tests.store.keeping.conftest import home

__all__ = ["home"]
