"""Forms made from a rubric for readers to fill in."""
