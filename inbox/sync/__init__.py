"""The engine: what happens by itself. One thread per account; the only caller of connectors."""
