"""Where ``audit`` begins, as a command and as ``python -m casefile_audit``.

Nothing but what stopping needs is imported at the top, so that Ctrl-C ends the program in one line
from its first moment on, the long one of imports among them.
"""

import gc
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
    # What is imported stays to the end. Looking through it for rubbish over and over, and once
    # more at the end, took a third of a short run.
    gc.disable()
    # Else pydantic looks through every package that is installed for plugins of its own: it takes
    # time, and whoever installed one would have a hand in what is read.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Else numpy's library of linear algebra starts a thread for each further core, and each spins
    # for a twentieth of a short run before it rests. No matrix here is large enough to want one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Else the memory in which Polars read one piece of a long file is given back before the next
    # wants it: to be given it anew took up to a tenth of a run.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000")
    from casefile_audit.cli import main

    main()


def command() -> None:
    """``main`` as a whole process, which leaves it to the system to take its memory back.

    Object by object that took a twelfth of a run of 10,000 cases.
    """
    try:
        main()
    except SystemExit as end:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (AttributeError, OSError, ValueError):  # closed or refused: Python knows what to do
            raise end from None
        if isinstance(end.code, int):
            os._exit(end.code)
        raise


if __name__ == "__main__":
    command()
