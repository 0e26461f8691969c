"""The kinds of condition: each file holds what its kinds take, compute and say."""
