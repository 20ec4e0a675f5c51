"""Hand-made mails with what is to be read of them, and the readers of these files."""
