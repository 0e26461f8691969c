"""Which cases of a population are read: how many, which by lot, and the record of it."""
