"""The command line: every command parses, calls and renders."""
