"""A connector as a stranger would write it, for a flea market that does not exist."""
