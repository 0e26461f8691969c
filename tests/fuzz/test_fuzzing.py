from collections import Counter
from dataclasses import replace

import pytest
from fuzzing import Target, target_of

# CONTRIBUTING.md names the command that tries many more.
_INPUTS_A_TEST = 100
# A form takes as long as ten tables.
_FEWER = {"forms": 20}


@pytest.fixture(scope="module", params=["intake", "rubrics", "rows", "forms"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Target:
    return target_of(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture
def target(made: Target) -> Target:
    """What no input was tried of, from the seeds that are made once."""
    return replace(made, tried=0, read=0, findings=Counter())


def test_seeds_are_read_and_come_to_numbers_that_add_up(target: Target) -> None:
    target.run_all(target.seeds)
    assert not target.findings, f"the files and tracebacks are in {target.folder}"
    assert target.read == len(target.seeds)


@pytest.mark.parametrize("first", range(0, 200, _INPUTS_A_TEST))
def test_changed_files_come_to_a_message_or_to_numbers_that_add_up(
    target: Target, first: int
) -> None:
    inputs = _FEWER.get(target.folder.name.rstrip("0"), _INPUTS_A_TEST)
    target.run_all(target.input(0, n) for n in range(first, first + inputs))
    assert not target.findings, f"the files and tracebacks are in {target.folder}"
    assert target.read
