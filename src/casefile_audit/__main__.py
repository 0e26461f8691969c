"""``python -m casefile_audit`` is ``audit``."""

from casefile_audit.cli import main

main()
