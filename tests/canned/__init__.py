"""Tests: canned."""
