"""Deadlines of platforms that have no connector here: data only, one file for each.

They are in force for whatever brings a platform's messages. A connector of its
own takes its file along, as `deadlines.toml` in its package.
"""
