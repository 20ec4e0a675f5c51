"""Tests: widgets."""
