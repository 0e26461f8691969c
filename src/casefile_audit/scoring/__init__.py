"""From cases to findings, grades, tallies and the result, whole or chunk by chunk."""
