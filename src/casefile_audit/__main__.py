"""Where ``audit`` begins, as a command and as ``python -m casefile_audit``.

Nothing but what stopping needs is imported at the top, so that Ctrl-C ends the program in one line
from its first moment on, the long one of imports among them.
"""

import os
import sys

# `python -m` looks for every module in the current folder first, where the case files are, and
# whatever they came with. Before anything else is imported.
if __name__ == "__main__" and not sys.flags.safe_path and sys.path[:1] in ([""], [os.getcwd()]):
    del sys.path[0]

from casefile_audit import interrupts as stopping


def main() -> None:
    """Run ``audit``. Ctrl-C, and being told to end or hung up on, leave no file half written."""
    stopping.run(_work)


def _work() -> None:
    from casefile_audit.cli import main

    main()


if __name__ == "__main__":
    main()
