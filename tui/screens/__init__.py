"""Whole screens: they hold the core's services and tell their widgets what to show."""
