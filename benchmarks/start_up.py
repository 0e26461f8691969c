"""What it costs to start: whole processes of `audit`, against one that only imports pandas.

``python benchmarks/start_up.py [ROUNDS]`` prints a Markdown table. Each round runs every command
once, in turn, so that a change in the machine's speed falls on all alike. A ratio is of a command
to the import of pandas in the same round; given are its median and the middle half of the rounds,
and in the last column the least of all rounds to the least, which others at work change least.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 21
SAMPLES = Path(__file__).parents[1] / "samples"
SAMPLE = SAMPLES / "case-reviews-2024.xlsx"
AUDIT = [sys.executable, "-m", "casefile_audit"]
COMMANDS = {
    'python -c "import pandas"': [sys.executable, "-c", "import pandas"],
    'python -c "pass"': [sys.executable, "-c", "pass"],
    "audit --version": [*AUDIT, "--version"],
    "audit --help": [*AUDIT, "--help"],
    "audit score, 48 cases": [*AUDIT, "score", str(SAMPLE)],
    "audit score, 67 cases": [*AUDIT, "score", str(SAMPLES / "dip-samples-2024.xlsx")],
    "audit check, 48 cases": [*AUDIT, "check", str(SAMPLE)],
}
FLOOR = next(iter(COMMANDS))
# As pip installs it: compiled once, not at every start.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(words: list[str]) -> tuple[float, float]:
    """How long a process takes, and how much of a processor's time it uses."""
    began = time.perf_counter()
    process = subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    lasted = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
    return lasted, used.ru_utime + used.ru_stime


def spread(ratios: list[float]) -> str:
    """The median and the quartiles, in words."""
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def main(rounds: int) -> None:
    """Run everything in turn, and print the table."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, words in COMMANDS.items():
            taken = seconds(words)
            if number:  # the first round brings the files into memory
                times[name].append(taken)
    print("| whole process | seconds | ratio | processor's seconds | ratio | least to least |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, own_times in times.items():
        cells = [name]
        for which in (0, 1):
            own = [each[which] for each in own_times]
            floor = [each[which] for each in times[FLOOR]]
            cells.append(f"{statistics.median(own):.2f}")
            cells.append(spread([a / b for a, b in zip(own, floor, strict=True)]))
        cells.append(f"{min(own) / min(floor):.2f}")
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
