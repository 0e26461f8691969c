import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from casefile_audit import __version__
from casefile_audit.cli import COMMANDS, load_command
from workbooks import Audit

SAMPLES = Path(__file__).parents[2] / "samples"
HEAVY = {"pandas", "numpy", "pydantic", "scipy", "pyarrow", "polars", "openpyxl", "holidays", "re2"}
ONLY_FOR_OTHER_WORK = {
    *("openpyxl", "holidays", "rich.markdown", "rich.progress", "numpy.ma", "html.entities"),
    *("concurrent.futures", "logging"),
    *(
        f"casefile_audit.files.{name}"
        for name in (
            *("docx", "ods", "csv", "ragged", "parquet", "sandbox", "xls", "xlsb", "binary_markup"),
            *("long_csv", "long_parquet", "frames", "record_ends"),
        )
    ),
    "casefile_audit.scoring.cluster",
    "casefile_audit.publishing.publication",
}
RUBRICS = {
    "casefile_audit.rubric.model",
    "casefile_audit.rubric.fields",
    "casefile_audit.rubric.conditions.table",
}


def modules_after(*arguments: str) -> set[str]:
    """The modules that a run of ``audit`` imports."""
    script = """
import sys
from casefile_audit.__main__ import main
try:
    main()
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
    command = [sys.executable, "-c", script, *arguments]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return set(run.stderr.split())


def test_until_an_interruption_is_heeded_nothing_heavy_is_imported() -> None:
    script = "import sys, casefile_audit.__main__; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {name for name in loaded if name.startswith("casefile_audit")} == {
        "casefile_audit",
        "casefile_audit.__main__",
        "casefile_audit.interrupts",
        "casefile_audit.version",
        # Each holds a sentence: see the package's own first lines.
        *("casefile_audit.agree", "casefile_audit.compare", "casefile_audit.trend"),
    }
    assert not {"typer", "typing", "rich", *HEAVY} & loaded


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_comes_without_waiting_for_the_heavy_libraries(option: str) -> None:
    loaded = modules_after(option)
    assert "casefile_audit.cli" in loaded
    assert not {*HEAVY, *RUBRICS, "rich"} & loaded


@pytest.mark.parametrize(
    ("command", "sample"),
    [
        ("score", "case-reviews-2024.xlsx"),
        ("score", "dip-samples-2024.xlsx"),
        ("score", "police-protection-2024.xlsx"),
        ("check", "dip-samples-2024.xlsx"),
    ],
)
def test_a_workbook_does_not_wait_for_what_only_other_work_needs(command: str, sample: str) -> None:
    loaded = modules_after(command, str(SAMPLES / sample))
    assert {"numpy", "python_calamine"} <= loaded
    assert not {"pandas", "polars", "pyarrow", "scipy", *ONLY_FOR_OTHER_WORK} & loaded


def test_plugins_of_pydantic_that_somebody_installed_are_left_alone(tmp_path: Path) -> None:
    told = tmp_path / "plugin-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 1\n")
    (told / "entry_points.txt").write_text("[pydantic]\nplugin = plugin:plugin\n")
    (tmp_path / "plugin.py").write_text("plugin = open('ran.txt', 'w')")
    script = """
import pydantic
from casefile_audit.__main__ import main
main()
"""
    command = [sys.executable, "-c", script, "check", str(SAMPLES / "case-reviews-2024.xlsx")]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert run.returncode == 0, run.stderr
    assert not (tmp_path / "ran.txt").exists()


def test_models_patterns_and_threads_that_a_run_has_no_use_for_are_never_made() -> None:
    """Nor many dataclasses, each of which takes six times as long to make as a named tuple."""
    script = f"""
import dataclasses, pathlib, re2, sys
patterns, compiled = re2.compile, []
re2.compile = lambda *given: compiled.append(given) or patterns(*given)
sys.argv = ["audit", "score", {str(SAMPLES / "case-reviews-2024.xlsx")!r}]
from casefile_audit.__main__ import main
try:
    main()
except SystemExit:
    own = [module for name, module in sys.modules.items() if name.startswith("casefile_audit.")]
    classes = {{its for each in own for its in vars(each).values() if isinstance(its, type)}}
    records = [its for its in classes if dataclasses.is_dataclass(its)]
    from casefile_audit.agree.models import PairResult
    from casefile_audit.rubric.model import Rubric
    made = Rubric.__pydantic_complete__, PairResult.__pydantic_complete__
    threads = len([*pathlib.Path("/proc/self/task").glob("*")])  # none where there is no such place
    print(*made, sum(len(its[0]) for its in compiled), len(records), threads, file=sys.stderr)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    *models, letters, records, threads = run.stderr.split()
    assert models == ["True", "False"]
    # Of the forms in whose words a case is written, and of what tells how a term is meant.
    assert int(letters) <= 38_000
    assert int(records) <= 80
    assert int(threads) <= 1


def test_the_command_is_installed() -> None:
    script = Path(sysconfig.get_path("scripts")) / "audit"
    run = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert run.stdout == f"casefile-audit {__version__}\n"


@pytest.mark.parametrize("group", [(), ("language",), ("rubric",), ("result",)])
def test_what_a_command_does_fits_a_line_of_the_list(
    group: tuple[str, ...], audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = audit(*group, "-h").out.partition("Commands:")[2]
    assert listed
    assert "..." not in listed


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_of_itself_what_the_list_of_commands_says(name: str) -> None:
    assert load_command(name).help.split("\n")[0] == COMMANDS[name]


DRAWING = {"matplotlib", "docx", "xlsxwriter", "jinja2"}


@pytest.mark.parametrize(
    ("suffix", "draws"),
    [
        (".html", {"jinja2"}),
        (".md", set()),
        (".csv", set()),
        (".xlsx", {"xlsxwriter"}),
        (".docx", {"docx", "matplotlib"}),
    ],
)
def test_a_report_imports_what_draws_it_and_no_more(
    suffix: str, draws: set[str], tmp_path: Path
) -> None:
    """What it costs more than a score is mostly this; 48 cases take half a megabyte at most."""
    made = tmp_path / f"report{suffix}"
    loaded = modules_after("score", str(SAMPLES / "case-reviews-2024.xlsx"), "-o", str(made))
    assert loaded & DRAWING == draws
    assert made.stat().st_size < 500_000
