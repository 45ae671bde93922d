"""What was done: spans of a turn, and the record of changes."""
