"""One file for each command, of the same name: read, call, show, exit code."""
