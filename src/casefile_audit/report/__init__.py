"""Pages made of blocks, and one renderer for each format, which sees blocks only."""
