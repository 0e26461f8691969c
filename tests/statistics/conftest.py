from hypothesis import settings

# The first example that needs scipy pays for importing it.
settings.register_profile("statistics", deadline=None)
settings.load_profile("statistics")
