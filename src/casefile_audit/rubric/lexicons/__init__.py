"""Lexicons: terms to look for in what people wrote, in which forms, and how each is meant."""
