"""The rubric language: what is asked of a case, and how its cells are read; knows no file."""
