"""A file of every released schema, kept as it was made."""
