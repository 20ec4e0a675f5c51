"""Pages as text, at the two sizes that are looked at."""
