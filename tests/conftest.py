"""What every test stands on."""

from hypothesis import settings

# A deadline measures the machine's other work, not ours.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
