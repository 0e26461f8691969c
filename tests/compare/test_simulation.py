import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from casefile_audit.compare.verdicts import Verdict
from casefile_audit.statistics.comparison import unpaired_p

ROOT = Path(__file__).parents[2]
ALPHA = 0.05


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "simulate_verdicts", ROOT / "benchmarks" / "simulate_verdicts.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("n_before", "n_after"), [(4, 4), (6, 6), (12, 12), (4, 12), (12, 40)])
def test_clear_stays_under_its_rate_when_nothing_changed(
    simulation: ModuleType, n_before: int, n_after: int
) -> None:
    chances = simulation.unpaired_chances(n_before, n_after)
    assert 0 < simulation.total(chances, Verdict.CLEAR).max() <= ALPHA
    assert np.sum(list(chances.values()), axis=0) == pytest.approx(1)


@pytest.mark.parametrize("n", [5, 12, 20])
def test_clear_stays_under_its_rate_in_the_same_cases_and_over_twenty_questions(
    simulation: ModuleType, n: int
) -> None:
    for tie in simulation.TIES:
        chances = simulation.paired_chances(n, tie)
        assert 0 < simulation.total(chances, Verdict.CLEAR).max() <= ALPHA
        assert simulation.paired_family(n, tie).max() <= ALPHA
    assert simulation.unpaired_family(n, n).max() <= ALPHA


def test_p_values_of_the_simulation_are_the_programs(simulation: ModuleType) -> None:
    p = simulation.boschloo(7, 9)
    for k in range(8):
        for m in range(10):
            assert p[k, m] == pytest.approx(unpaired_p(k, 7, m, 9).value, abs=2e-4)


def test_the_docs_show_what_the_simulation_prints(
    simulation: ModuleType,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    docs = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
    monkeypatch.setattr(simulation, "SIZES", ((4, 4), (12, 12)))
    monkeypatch.setattr(simulation, "EQUAL", (4, 12))
    for rows in (
        simulation.one_question_rows(),
        simulation.paired_rows(),
        simulation.family_rows(),
    ):
        simulation.table(["cases"], rows)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert len(printed) == 9
    assert {line for line in printed if line != "| cases |"} <= set(docs.splitlines())


@pytest.mark.parametrize(("smaller", "larger"), [(4, 20_000), (13, 1_000_000), (40, 5_000)])
def test_clear_stays_under_its_rate_however_far_apart_the_samples_are(
    simulation: ModuleType, smaller: int, larger: int
) -> None:
    assert 0 < simulation.large_chances(smaller, larger, ALPHA).max() <= ALPHA
    several = 1 - (1 - simulation.large_chances(smaller, larger, ALPHA / 20)) ** 20
    assert several.max() <= ALPHA


@pytest.mark.parametrize("sizes", [(200, 2), (200, 12), (60, 3)])
def test_grades_are_clear_no_more_often_beside_a_small_sample(
    simulation: ModuleType, monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, int]
) -> None:
    monkeypatch.setattr(simulation, "GRADE_RUNS", 400)
    monkeypatch.setattr(simulation, "GRADE_SIZES", (sizes,))
    ((_, clear, _, held, _),) = simulation.grade_rows(np.random.default_rng(7))
    # Four standard errors of 400 runs beside the 5% and the 95%.
    assert float(clear.strip("*%")) <= 100 * ALPHA + 4.4
    assert float(held.strip("%")) >= 95 - 5
