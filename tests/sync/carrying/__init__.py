"""Tests of taking mail out and in."""
