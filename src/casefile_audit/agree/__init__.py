"""How far readers of the same cases agree: what they read, the counts, the words, the consensus."""
