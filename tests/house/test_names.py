import ast
from collections import Counter
from pathlib import Path

import pytest

Trees = dict[Path, ast.Module]


@pytest.fixture(scope="module")
def trees() -> Trees:
    sources = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))
    return {path: ast.parse(path.read_bytes()) for path in sources}


def test_no_two_public_classes_share_a_name(trees: Trees) -> None:
    nodes = [node for tree in trees.values() for node in tree.body]
    classes = [node.name for node in nodes if isinstance(node, ast.ClassDef)]
    public = Counter(name for name in classes if not name.startswith("_"))
    assert len(public) > 100
    assert [name for name, times in public.items() if times > 1] == []


def test_nothing_goes_by_the_order_of_a_set(trees: Trees) -> None:
    """It differs from run to run, and what is printed with it."""
    found = [
        f"{path.name}:{its.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        for its in gone_through(node)
        if is_set(its)
    ]
    assert found == []


def gone_through(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.For):
        return [node.iter]
    # What becomes a set in its turn has no order to lose.
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
        return [each.iter for each in node.generators]
    return []


def is_set(its: ast.expr) -> bool:
    if isinstance(its, ast.BinOp):
        return is_set(its.left) or is_set(its.right)
    if isinstance(its, ast.Call) and isinstance(its.func, ast.Name):
        return its.func.id in ("set", "frozenset")
    if isinstance(its, ast.Call) and isinstance(its.func, ast.Attribute):
        return its.func.attr in ("union", "intersection", "difference")
    return isinstance(its, ast.Set | ast.SetComp)
