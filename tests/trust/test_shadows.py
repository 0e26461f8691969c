"""A module beside the case files, named after one that the program imports, is never run."""

import subprocess
import sys
import sysconfig
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from hostile_files import xls
from processes import SAMPLE, environment
from workbooks import HEADINGS, NIGHT_DUTY, case, save_csv, save_text, save_xlsx

CONSOLE_SCRIPT = Path(sysconfig.get_path("scripts")) / "audit"
# As the console script does: its own folder is the first of the path, and not that of the files.
EVERY_LINE = """
import shlex, sys
from casefile_audit.cli import main
for line in sys.stdin:
    sys.argv = ["audit", *shlex.split(line)]
    try:
        main()
    except SystemExit as end:
        print(f"ended with {end.code}: {line.strip()}", file=sys.stderr)
"""
COMMANDS = """
--help
score cases.xlsx --rubric rubric.yaml --by district -o result.json -o findings.xlsx -o findings.csv
score cases.csv --rubric rubric.yaml
score cases.xls --rubric rubric.yaml
score cases.parquet --rubric rubric.yaml
check cases.xlsx --rubric rubric.yaml --write-mapping mapping.yaml
check cases.xls --rubric rubric.yaml
compare result.json cases.csv --rubric rubric.yaml
agree cases.xlsx cases.csv --rubric rubric.yaml --consensus consensus.xlsx
trend cases.xlsx cases.csv --period allocated --rubric rubric.yaml
rubric list
rubric show rubric.yaml
rubric check rubric.yaml
rubric new new.yaml
rubric schema
""".strip()
# For `python -m` Python itself imports something before a line of the program's own is run.
FOR_M = "import sys; print(*sys.modules, file=sys.stderr)"


def own_names() -> set[str]:
    return {*sys.stdlib_module_names, *packages_distributions()} - {"__main__"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Case files of several kinds among shadows, each of which leaves a file when it is run."""
    folder = tmp_path_factory.mktemp("shadowed")
    rows = [HEADINGS, *(case(f"C{number}") for number in range(3))]
    save_text(folder / "rubric.yaml", NIGHT_DUTY)
    save_xlsx(folder / "cases.xlsx", rows)
    save_csv(folder / "cases.csv", rows)
    (folder / "cases.xls").write_bytes(xls())
    import polars

    polars.read_csv(folder / "cases.csv", infer_schema=False).write_parquet(
        folder / "cases.parquet"
    )
    return folder


def shadow(folder: Path, names: set[str]) -> Path:
    ran = folder / "ran"
    for name in names:
        words = f"with open({str(ran)!r}, 'a') as file:\n    file.write({name!r})\n"
        save_text(folder / f"{name}.py", words)
    return ran


def run(words: list[str], folder: Path, typed: str = "") -> str:
    """What it prints on standard error."""
    ended = subprocess.run(
        words, cwd=folder, env=environment(), input=typed, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    return ended.stderr


def test_no_command_runs_a_module_beside_the_case_files(folder: Path, tmp_path: Path) -> None:
    ran = shadow(folder, own_names())
    save_text(tmp_path / "every_line.py", EVERY_LINE)
    said = run([sys.executable, str(tmp_path / "every_line.py")], folder, COMMANDS)
    ends = [line for line in said.splitlines() if line.startswith("ended with")]
    assert not ran.exists(), ran.read_text()
    assert len(ends) == len(COMMANDS.splitlines())
    assert [end for end in ends if not end.startswith("ended with 0")] == []


def test_the_command_itself_runs_no_module_beside_the_case_files(folder: Path) -> None:
    ran = shadow(folder, own_names())
    said = run([str(CONSOLE_SCRIPT), "score", "cases.xls", "--rubric", "rubric.yaml"], folder)
    assert (ran.exists(), said) == (False, "")


def test_nor_does_python_m_once_the_program_itself_has_begun(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    save_text(tmp_path / "package" / "__main__.py", FOR_M)
    loaded = run([sys.executable, "-m", "package"], tmp_path).split()
    before = {name.partition(".")[0] for name in loaded}
    for name in before:
        (folder / f"{name}.py").unlink(missing_ok=True)
    ran = shadow(folder, own_names() - before)
    words = [sys.executable, "-m", "casefile_audit", "score", str(SAMPLE)]
    assert (run(words, folder), ran.exists()) == ("", False)
