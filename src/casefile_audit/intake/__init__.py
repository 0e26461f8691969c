"""Where files and rubric meet: from rows to cases, with an account that adds up."""
