"""What a screen shows and the command line prints, as values; no Textual, no writing."""
