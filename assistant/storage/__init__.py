"""The one file: all SQL, its schema, and the rows that become entities."""
