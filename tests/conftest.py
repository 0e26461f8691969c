import compileall
import gc
import os
import signal
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, settings

from casefile_audit import cli
from workbooks import NIGHT_DUTY, Audit, Run, save_text

if TYPE_CHECKING:
    from casefile_audit.recording.session import Session

# Looking for rubbish, of which there is none, is a third of what it takes to list the tests.
gc.disable()

# The first example of a law may pay for an import.
settings.register_profile("laws", deadline=None)
# A mutant is dead by the first counterexample, whatever the smallest would be.
settings.register_profile(
    "mutants", deadline=None, max_examples=30, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("laws")

# No program that a test starts keeps what it compiled: some are stopped by a full disk while they
# write, and Python takes half a module for a whole one.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

# Tests that run in the background, where these may be ignored, would have the programs that they
# start ignore them too.
signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.platform != "win32":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_configure(config: pytest.Config) -> None:
    """Compile the program once, which is a quarter of what most programs that tests start cost."""
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(Path(__file__).parents[1] / "src", quiet=1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that all processes come to their end together."""
    items.sort(key=lambda item: item.path.parent.name not in ("scale", "trust"))


@pytest.fixture(scope="session", autouse=True)
def commands_made_once() -> Iterator[None]:
    """Keep each command that was made: it is a third of what most runs in this process take."""
    made = cache(cli.load_command)

    def load_command(name: str) -> object:
        gc.freeze()  # what a failed run left, such as half a workbook, troubles no other test
        return made(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "load_command", load_command)
        yield


def pytest_collection_finish() -> None:
    """Keep what was listed out of any further look for rubbish."""
    gc.freeze()
    gc.enable()


@pytest.fixture
def audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Audit:
    """Runs ``audit`` in this process, in a folder of its own that holds rubric.yaml."""
    save_text(tmp_path / "rubric.yaml", NIGHT_DUTY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*arguments: str | Path) -> Run:
        monkeypatch.setattr(sys, "argv", ["audit", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Run(int(end.value.code), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def made_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A form of a small rubric for three cases, made once, with the rubric beside it."""
    from forms_read import make_form

    return make_form(tmp_path_factory.mktemp("form"))


@pytest.fixture
def form(made_form: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The form in a folder of its own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    save_text(tmp_path / "rubric.yaml", made_form.with_name("rubric.yaml").read_text("utf-8"))
    path = tmp_path / "form.xlsx"
    path.write_bytes(made_form.read_bytes())
    return path


@pytest.fixture
def session(form: Path) -> "Iterator[Session]":
    """A reading of it."""
    from casefile_audit.recording.form import open_form
    from casefile_audit.recording.session import Session

    found = Session(open_form(form, None))
    yield found
    found.close()
