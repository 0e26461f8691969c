import ast
from collections import Counter
from pathlib import Path

SOURCES = (Path(__file__).parents[2] / "src").rglob("*.py")


def test_no_two_public_classes_share_a_name() -> None:
    trees = [ast.parse(path.read_bytes()) for path in SOURCES]
    classes = [node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    public = Counter(name for name in classes if not name.startswith("_"))
    assert len(public) > 100
    assert [name for name, times in public.items() if times > 1] == []
