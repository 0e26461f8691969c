"""Which version of the program this is, for all that it writes and says of itself."""

__version__ = "0.1.0"
