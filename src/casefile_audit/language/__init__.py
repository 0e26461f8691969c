"""The language of the record: which cases have terms of a lexicon, and how they are meant."""
