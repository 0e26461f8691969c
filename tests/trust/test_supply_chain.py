import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import (
    Distribution,
    PackageNotFoundError,
    distribution,
    packages_distributions,
)
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
# The tools of long runs by hand are no part of development on every machine.
EVERYTHING = RUNTIME + [
    Requirement(line)
    for name, extra in PROJECT["optional-dependencies"].items()
    if name != "deep"
    for line in extra
]
LOCKS = {"requirements.lock": RUNTIME, "requirements-dev.lock": EVERYTHING}
MACHINES = [
    {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system}
    for python in ("3.11", "3.12", "3.13", "3.14")
    for system in ("linux", "win32", "darwin")
]
DOCS = (ROOT / "docs" / "dependencies.md").read_text("utf-8")

# What packages without an SPDX expression call the licences that these docs name by SPDX.
CLASSIFIED = {
    "Python Software Foundation License": "PSF-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
}


def pins(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Each locked version, and the lines of its hashes."""
    for entry in re.split(r"\n(?=\w)", (ROOT / lock).read_text("utf-8")):
        pinned, *hashes = re.sub(r"\n    # .*", "", entry.rstrip()).split(" \\\n    ")
        yield Requirement(pinned), "\n".join(hashes)


def locked(lock: str, machine: dict[str, str]) -> dict[str, Version]:
    """The version of each package on one kind of machine."""
    versions = [
        (canonicalize_name(pin.name), Version(next(iter(pin.specifier)).version))
        for pin, _ in pins(lock)
        if pin.marker is None or pin.marker.evaluate(machine)
    ]
    assert len(dict(versions)) == len(versions), "one package is locked twice"
    return dict(versions)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda it: " ".join(it.values()))
@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_holds_what_the_project_asks_for(lock: str, machine: dict[str, str]) -> None:
    versions = locked(lock, machine)
    for asked in LOCKS[lock]:
        if asked.marker is None or asked.marker.evaluate({**machine, "extra": ""}):
            version = versions.get(canonicalize_name(asked.name))
            found = f"{asked} is asked for, {version} is locked: run .ci/lock"
            assert version is not None, found
            assert asked.specifier.contains(version, prereleases=True), found


@pytest.mark.parametrize("machine", MACHINES, ids=lambda it: " ".join(it.values()))
def test_development_has_the_versions_that_users_get(machine: dict[str, str]) -> None:
    everything = locked("requirements-dev.lock", machine)
    for name, version in locked("requirements.lock", machine).items():
        assert everything.get(name, version) == version, f"{name}: run .ci/lock"


@pytest.mark.parametrize("lock", [*LOCKS, ".ci/sbom.lock"])
def test_every_locked_file_has_its_hash_and_no_address(lock: str) -> None:
    for pin, hashes in pins(lock):
        assert re.fullmatch(r"(--hash=sha256:[0-9a-f]{64}\n?)+", hashes), pin
    assert "://" not in (ROOT / lock).read_text("utf-8")


def test_the_lock_for_users_is_the_same_on_every_machine() -> None:
    marked = [pin for pin, _ in pins("requirements.lock") if pin.marker is not None]
    for machine in MACHINES:
        assert all(pin.marker is not None and pin.marker.evaluate(machine) for pin in marked)


def rows_of(heading: str) -> dict[str, list[str]]:
    """The table under a heading of docs/dependencies.md: the other cells by package."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", DOCS, re.M | re.S)
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return {cells[0].strip("`"): cells[1:] for cells in lines[2:]}


DIRECT, BROUGHT = rows_of("What the program itself uses"), rows_of("What these bring with them")


def test_the_docs_have_a_row_for_each_dependency_and_no_other() -> None:
    assert list(DIRECT) == sorted(asked.name for asked in RUNTIME)
    assert all(len(cells) == 5 and all(cells) for cells in DIRECT.values())
    everything = {canonicalize_name(pin.name) for pin, _ in pins("requirements.lock")}
    brought = everything - {canonicalize_name(name) for name in DIRECT}
    assert list(BROUGHT) == sorted(brought)


def installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:  # what another system needs
        return None


def test_the_licences_in_the_docs_are_those_of_the_packages() -> None:
    checked = 0
    for name, (licence, *_) in (DIRECT | BROUGHT).items():
        package = installed(name)
        if package is None:
            assert name in ("colorama", "tzdata")
            continue
        checked += 1
        expressions = package.metadata.get_all("License-Expression", [])
        if expressions:
            assert [licence] == expressions, name
            continue
        kinds = package.metadata.get_all("Classifier", [])
        said = [kind.split(" :: ")[-1] for kind in kinds if kind.startswith("License ::")]
        assert said or licence == package.metadata["License"], name
        for kind in said:
            assert CLASSIFIED[kind] in licence, name
    assert checked > 15


def test_what_the_program_imports_is_what_it_asks_for() -> None:
    own = {"casefile_audit", *sys.stdlib_module_names}
    trees = [ast.parse(path.read_bytes()) for path in (ROOT / "src").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    modules = {name.split(".")[0] for name in names} - own
    of_modules = packages_distributions()
    packages = {name for module in modules for name in of_modules.get(module, [module])}
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"].get("scale", [])]
    expected = {canonicalize_name(Requirement(line).name) for line in asked}
    # The parser of pydantic is a package of its own, which pydantic pins.
    assert {canonicalize_name(name) for name in packages} - {"pydantic-core"} == expected


def test_what_security_md_names_is_there() -> None:
    named = re.findall(r"`((?:src|tests|docs)/[^`]*)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(named) > 20
    assert [path for path in named if not [*ROOT.glob(path)]] == []
