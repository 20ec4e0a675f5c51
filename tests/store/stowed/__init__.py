"""Tests: store.stowed."""
