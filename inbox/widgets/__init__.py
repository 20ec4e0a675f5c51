"""What is painted. A widget gets values, speaks by its own messages, and knows no store."""
