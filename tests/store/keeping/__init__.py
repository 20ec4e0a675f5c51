"""Tests of backups, restoring, forgetting and making smaller."""
