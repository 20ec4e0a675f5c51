"""Tests: kills."""
