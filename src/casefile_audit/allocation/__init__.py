"""Reviews shared out: who reads whose case files, so that nobody reads their own."""
