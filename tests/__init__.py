"""Tests: sentences about the user's world, with fakes by the door."""
