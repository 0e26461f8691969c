"""Fuzzing by hand: ``python tests/fuzz/fuzzing.py intake --minutes 10``.

With atheris installed the code that an input reaches guides what is tried next; without it, or
with ``--inputs``, each input is made from a seed and its number, and the same ones come again.
"""

import argparse
import faulthandler
import hashlib
import os
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from fuzz_mutations import mutated_rubric, mutated_workbook, suffix_of

# An input that takes longer, or more memory, is a finding.
_SECONDS = 60
_MOST_MEMORY = 6 * 2**30
_LONGEST_INPUT = 400_000
_REPORT_EVERY = 1000

Try = Callable[[Path], bool]


@dataclass
class Target:
    """What is fuzzed: where it starts, how inputs are made, and what each has to come to."""

    seeds: list[bytes] = field(repr=False)
    mutated: Callable[[bytes, Random], bytes]
    suffix_of: Callable[[bytes], str]
    try_file: Try
    folder: Path
    tried: int = 0
    read: int = 0
    findings: Counter[str] = field(default_factory=Counter)

    def input(self, seed: int, number: int) -> bytes:
        """The input of a number: the same for the same seed."""
        random = Random(f"{seed}:{number}")
        return self.mutated(random.choice(self.seeds), random)

    def run(self, data: bytes) -> None:
        """Try one input; keep it if it is the first that goes wrong in its way."""
        path = self.folder / f"input{self.suffix_of(data)}"
        path.write_bytes(data)
        self.tried += 1
        faulthandler.dump_traceback_later(_SECONDS, exit=True)
        try:
            self.read += self.try_file(path)
        except BaseException as error:  # a panic in Rust is not an Exception
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            self._keep(data, error)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def run_all(self, inputs: Iterable[bytes]) -> None:
        """Try one input after the other."""
        for data in inputs:
            self.run(data)

    def _keep(self, data: bytes, error: BaseException) -> None:
        ours = ("casefile_audit", "fuzz_targets", "fuzz_rows", "fuzz_forms")
        frames = traceback.extract_tb(error.__traceback__)
        here = [frame for frame in frames if any(name in frame.filename for name in ours)][-1]
        what = f"{type(error).__name__} at {Path(here.filename).name}:{here.lineno}"
        self.findings[what] += 1
        if self.findings[what] == 1:
            name = hashlib.sha256(data).hexdigest()[:12] + self.suffix_of(data)
            (self.folder / name).write_bytes(data)
            (self.folder / f"{name}.txt").write_text("".join(traceback.format_exception(error)))


def main() -> None:
    """Fuzz as the command line says."""
    options = _parser().parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    options.findings.mkdir(parents=True, exist_ok=True)
    try:
        import atheris
    except ImportError:
        atheris = None
    if atheris is None or options.inputs:
        by_number(target_of(options.target, options.findings), options)
    else:
        with atheris.instrument_imports(include=["casefile_audit"]):
            target = target_of(options.target, options.findings)
        by_coverage(atheris, target, options)


def target_of(name: str, folder: Path) -> Target:
    """``intake``, ``rubrics``, ``rows`` or ``forms``, with a folder for inputs and findings."""
    # Late, so that atheris can instrument what they import.
    import fuzz_forms
    import fuzz_rows
    from fuzz_seeds import rubrics, workbooks
    from fuzz_targets import try_rubric, try_workbook

    if name == "intake":
        return Target(workbooks(), mutated_workbook, suffix_of, try_workbook, folder)
    if name == "rows":
        rows, try_rows = fuzz_rows.mutated, fuzz_rows.try_rows
        return Target(fuzz_rows.seeds(), rows, lambda _: ".csv", try_rows, folder)
    if name == "forms":
        forms, try_forms = fuzz_forms.mutated, fuzz_forms.try_forms
        return Target(fuzz_forms.seeds(), forms, fuzz_forms.suffix_of, try_forms, folder)
    return Target(rubrics(), mutated_rubric, lambda _: ".yaml", try_rubric, folder)


def by_number(target: Target, options: argparse.Namespace) -> None:
    """Try inputs made from the seed and their number, one after the other."""
    end = time.monotonic() + 60 * options.minutes
    for number in range(options.first, options.first + (options.inputs or sys.maxsize)):
        if not options.inputs and time.monotonic() > end:
            break
        target.run(target.input(options.seed, number))
        if target.tried % _REPORT_EVERY == 0:
            _report(target)
    _report(target)
    sys.exit(bool(target.findings))


def by_coverage(atheris: Any, target: Target, options: argparse.Namespace) -> None:
    """Let libFuzzer choose what to change: inputs that reach new code are changed again."""
    end = time.monotonic() + 60 * options.minutes

    def try_one(data: bytes) -> None:
        if data:
            target.run(data)
        if target.tried % _REPORT_EVERY == 0 or time.monotonic() > end:
            _report(target)
        if time.monotonic() > end:
            os._exit(bool(target.findings))  # from within libFuzzer there is no other way out

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.1:
            return bytes(atheris.Mutate(data, most))
        # What reaches new code is mostly refused, so what is read is started from again and again.
        start = data if random.random() < 0.4 else random.choice(target.seeds)
        changed = target.mutated(start, random)
        return changed if len(changed) <= most else data

    corpus = options.findings / f"corpus-{options.target}"
    corpus.mkdir(exist_ok=True)
    for number, content in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(content)
    arguments = [f"-max_len={_LONGEST_INPUT}", f"-seed={options.seed + 1}", "-verbosity=0"]
    arguments += ["-len_control=0", "-reduce_inputs=0", f"-artifact_prefix={options.findings}/"]
    atheris.Setup(["fuzz", *arguments, str(corpus)], try_one, custom_mutator=mutated)
    atheris.Fuzz()


def _report(target: Target) -> None:
    found = ", ".join(f"{what} ×{n}" for what, n in target.findings.most_common()) or "none"
    sys.stdout.write(f"{target.tried} inputs tried, {target.read} read; findings: {found}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=["intake", "rubrics", "rows", "forms"])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--inputs", type=int, default=0, help="so many numbered inputs instead")
    parser.add_argument("--first", type=int, default=0, help="the number of the first of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    return parser


if __name__ == "__main__":
    main()
