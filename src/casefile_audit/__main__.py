"""Where ``audit`` begins, as a command and as ``python -m casefile_audit``.

Nothing but what stopping needs is imported at the top, so that Ctrl-C ends the program in one line
from its first moment on, the long one of imports among them.
"""

import gc

from casefile_audit import stopping

# Nearly all that is made at the start stays to the end: looking for what doesn't costs a start of a
# second a twentieth of its time.
_SELDOM = 200_000, 50, 100


def main() -> None:
    """Run ``audit``. Ctrl-C, and being told to end or hung up on, leave no file half written."""
    stopping.run(_work)


def _work() -> None:
    gc.set_threshold(*_SELDOM)
    from casefile_audit.cli import main

    main()


if __name__ == "__main__":
    main()
