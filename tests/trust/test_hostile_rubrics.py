"""Rubrics of ill will, or by accident: a right answer or one clear message, and never more."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile_runs import Watched

from workbooks import Run, save_csv, save_xlsx

STEERS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
HOSTILE = (
    '"\\e[31mred\\u202e\\u2066\\a\\x9b2J\\u2028\\0[bold]b[/bold]:smile:\\r\\nerror: all is well"'
)
HEAD = "rubric: x\ntitle: X\nversion: 1.0\n"
FIELDS = """fields:
  ref: {type: identifier}
  note: {type: text}
  day: {type: date}
  done: {type: date}
  reviews: {type: dates}
  n: {type: number}
  answer: {type: yes-no}
"""
GRADES = "grades: {scale: [good, bad], bands: {good: 50}}\n"


def asks(met: str, **more: str) -> str:
    """A whole rubric of one criterion."""
    keys = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"{HEAD}{FIELDS}criteria:\n  a:\n    question: q\n    missing: m\n    met: {met}\n{keys}"


def several(n: int, form: str) -> str:
    return ", ".join(form.format(i) for i in range(n))


def pattern(source: str) -> str:
    return asks(f"{{matches: {{note: {json.dumps(source)}}}}}")


PLAIN = asks("{recorded: note}")
MANY_LIKE = "{:x}: {{question: q, missing: m, met: {{recorded: note}}}}"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)

REFUSED: dict[str, tuple[str | bytes, str]] = {
    # What makes a small file a huge one, or runs code.
    "aliases that explode": (HEAD + BOMB, "anchors and aliases"),
    "merge key": (HEAD + "base: &b {x: 1}\nfields:\n  <<: *b\n", "anchors and aliases"),
    "anchor alone": (asks("{recorded: &x note}"), "anchors and aliases"),
    "tag that calls": (
        asks("{recorded: !!python/object/apply:os.system ['touch pwned']}"),
        "the tag `tag:yaml.org,2002:python/object/apply:os.system` isn't read",
    ),
    "tag that names": (HEAD + "criteria: !!python/name:os.system\n", "isn't read"),
    "tag of a type": (asks("{recorded: !!binary note}"), "isn't read"),
    "tag of its own": ("%TAG ! tag:evil,2000:\n---\n" + asks("{recorded: !x note}"), "isn't read"),
    # Depth.
    "brackets never closed": (HEAD + "x: " + "[" * 100_000, "nested more than 24 deep"),
    "brackets closed": (HEAD + "x: " + "[" * 5000 + "]" * 5000, "nested more than 24 deep"),
    "braces": (HEAD + "x: " + "{a: " * 5000 + "}" * 5000, "nested more than 24 deep"),
    "indents": (HEAD + "".join(" " * i + "a:\n" for i in range(1500)), "nested more than 24 deep"),
    # Keys.
    "key twice": (HEAD + FIELDS + PLAIN, "is there twice"),
    "criterion twice": (PLAIN + "  a: {question: other}\n", "`a` is there twice"),
    "key that is a list": (HEAD + "? [a, b]\n: 1\n", "a key has to be plain text"),
    "two documents": (PLAIN + "---\na: 1\n", "a second document"),
    "other version of YAML": ("%YAML 9.9\n---\n" + PLAIN, "is not YAML"),
    # Regular expressions.
    "pattern too large": (pattern("((a{100}){100}){100}"), "the pattern can't be read"),
    "pattern that repeats too often": (pattern("a{1001}"), "the pattern can't be read"),
    "pattern of many words": (pattern("|".join(f"w{i}" for i in range(9000))), "32,767"),
    "back-reference": (pattern(r"(a)\1"), "the pattern can't be read"),
    "look-ahead": (pattern("(?=a)b"), "the pattern can't be read"),
    "pattern never closed": (pattern("("), "the pattern can't be read"),
    # Numbers.
    **{
        f"weight {weight}": (asks("{recorded: note}", weight=weight) + GRADES, "a → weight")
        for weight in ("nan", ".nan", "inf", "-inf", "1e999", "-1", "1e308", "9" * 5000, '""')
    },
    "target of nan": (asks("{recorded: note}", target="nan"), "a → target"),
    "target of 1e999": (asks("{recorded: note}", target="1e999"), "a → target"),
    "bound of nan": (asks("{at_least: {n: nan}}"), "`nan` isn't a number"),
    "bound of 1e999": (asks("{at_most: {n: 1e999}}"), "`1e999` isn't a number"),
    "band of inf": (PLAIN + "grades: {scale: [a, b], bands: {a: .inf}}\n", "bands → a"),
    "centuries of days": (asks("{within: {days: 99999999, of: day, date: done}}"), "36525 or less"),
    "days of 5,000 digits": (
        asks(f"{{within: {{days: {'9' * 5000}, of: day, date: done}}}}"),
        "within → days",
    ),
    "hours of 1e999": (asks("{within: {hours: 1e999, of: day, date: done}}"), "within → hours"),
    "working days without end": (
        asks("{every: {working_days: 1e18, of: day, any: reviews}}"),
        "every → working_days",
    ),
    "count of nan": (asks("{count_of: {at_least: nan, of: [{recorded: note}]}}"), "at_least"),
    "day in year 99999": (asks("{on_or_before: {day: 99999-01-01}}"), "isn't a date"),
    "day in year 1": (asks("{on_or_before: {day: 0001-01-01}}"), "isn't a date"),
    "the 30th of February": (asks("{on_or_before: {day: 2024-02-30}}"), "isn't a date"),
    "time limit too long": (asks("{recorded: note}", due="99999 months"), "isn't a time limit"),
    # How many.
    "tens of thousands of criteria": (
        f"{HEAD}{FIELDS}criteria: {{{several(30_000, '{:x}: {{}}')}}}",
        "criteria: 30,000 stand here, and no more than 1,000 can",
    ),
    "whole criteria, as many as fit": (
        f"{HEAD}{FIELDS}criteria: {{{several(32_000, MANY_LIKE)}}}",
        "criteria: 32,000 stand here, and no more than 1,000 can",
    ),
    "tens of thousands of fields": (
        f"{HEAD}fields: {{{several(30_000, 'f{}: {{type: text}}')}}}",
        "fields: 30,000 stand here",
    ),
    "tens of thousands of sectors": (
        f"{PLAIN}sectors: {{{several(30_000, 's{}: {{}}')}}}\n",
        "sectors: 30,000 stand here",
    ),
    "tens of thousands of unknown keys": (
        PLAIN + "".join(f"k{i}: 1\n" for i in range(30_000)),
        "and 29,900 more",
    ),
    "tens of thousands of words never held": (
        asks(f"{{is: {{answer: [{several(30_000, 'maybe{}')}]}}}}"),
        "and 29,900 more",
    ),
    "tens of thousands of phrases": (
        asks(f"{{mentions: {{note: [{several(30_000, 'phrase {}')}]}}}}"),
        "no more than 2,000 can stand here",
    ),
    "a phrase of many stars": (
        asks(f"{{mentions: {{note: [{'a* ' * 9000}]}}}}"),
        "a phrase is longer than 200 characters",
    ),
    "tens of thousands of grades": (
        f"{PLAIN}grades: {{scale: [{several(30_000, 'g{}')}], bands: {{g0: 50}}}}\n",
        "no more than 100 can stand here",
    ),
    "many conditions in one": (
        asks(f"{{any: [{several(30_000, '{{recorded: note}}')}]}}"),
        "no more than 100 can stand here",
    ),
    "many tests of one criterion": (
        asks(
            "{recorded: note}", tests=f"[{several(30_000, '{{given: {{note: x}}, expect: met}}')}]"
        ),
        "no more than 100 can stand here",
    ),
    # How long.
    "more than 2 MB": ("#" + "x" * 2_000_001, "larger than 2 MB"),
    "a title of 1 MB": (PLAIN.replace("title: X", "title: " + "x" * 1_000_000), "32,767"),
    "a name of 1 MB": (PLAIN.replace("  a:", "  ? " + "a" * 1_000_000 + "\n  :"), "32,767"),
    "a name of many hyphens": (
        PLAIN.replace("rubric: x", "rubric: " + "a-" * 16_000),
        "can't be a name",
    ),
    "a quotation never closed": (HEAD + 'description: "' + "x" * 1_900_000, "is not YAML"),
    # Not a rubric's text.
    "empty": ("", "has no keys"),
    "a comment": ("# nothing\n", "has no keys"),
    "a list": ("- a\n- b\n", "has no keys"),
    "words": ("just words", "has no keys"),
    "nothing under its keys": ("rubric:\ntitle:\nversion:\nfields:\ncriteria:\n", "mistakes"),
    "wrong shapes": (
        "rubric: [x]\ntitle: {a: 1}\nversion: [1]\nfields: [a]\ncriteria: x\ngrades: [1]\n"
        "sectors: 1\nscales: x\nlexicons: [[]]\ndrop: {a: 1}\nsource: []\n",
        "mistakes",
    ),
    "NULs": (b"\0" * 1000, "is not UTF-8 text"),
    "a NUL in a word": (PLAIN.replace("q\n", "q\0q\n"), "is not UTF-8 text"),
    "bytes": (bytes(range(256)) * 50, "is not UTF-8 text"),
    "Latin-1": (PLAIN.replace("q\n", "caf\xe9\n").encode("latin-1"), "is not UTF-8 text"),
    "UTF-32": (PLAIN.encode("utf-32"), "is not UTF-8 text"),
    "a surrogate in bytes": (PLAIN.encode().replace(b": q", b": \xed\xa0\x80"), "not UTF-8 text"),
    "an escape as it is": (PLAIN.replace("title: X", "title: \x1b[31mred"), "is not UTF-8 text"),
    "a surrogate as a name": (PLAIN.replace("  a:", '  "\\ud800":'), "is not YAML"),
    # Paths.
    **{
        f"extends {what}": (f"{HEAD}extends: {name}\n", said)
        for what, name, said in (
            ("itself", "rubric.yaml", "extends itself"),
            ("one that extends it", "circle.yaml", "extends itself"),
            ("a file that isn't YAML", "../../../../../../../../etc/passwd", "isn't a rubric"),
            ("a device", "/dev/zero", "is not an ordinary file"),
            ("a pipe", "pipe.yaml", "is not an ordinary file"),
            ("a folder", "folder", "is a folder"),
            ("nothing", '""', "there is no rubric"),
            ("a NUL", '"a\\0b.yaml"', "there is no"),
            ("a surrogate", '"a\\ud800b.yaml"', "is not YAML"),
            ("a name too long for the system", "a" * 5000, "there is no rubric"),
            ("a long chain", "chain0.yaml", "more than 10 rubrics extend each other"),
        )
    },
}
RIGHT: dict[str, str | bytes] = {
    "UTF-16, which YAML may be": PLAIN.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "the line ends of Windows": PLAIN.replace("\n", "\r\n"),
    "a long comment": PLAIN + "#" + "x" * 1_900_000,
    "a thousand criteria": f"{HEAD}{FIELDS}criteria: {{{several(1000, MANY_LIKE)}}}",
    "nested as deep as can be": asks("{not: " * 20 + "{recorded: note}" + "}" * 20),
    "tens of thousands of words": PLAIN.replace(
        "{type: yes-no}", f"{{type: yes-no, yes: [{several(30_000, 'word{}')}]}}"
    ),
    "tens of thousands of headings": PLAIN.replace(
        "{type: text}", f"{{type: text, headings: [{several(30_000, 'heading {}')}]}}"
    ),
    "tens of thousands of codes": PLAIN.replace(
        "{type: text}", f"{{type: code, codes: [{several(30_000, 'code{}')}]}}"
    ),
    "two thousand phrases": asks(f"{{mentions: {{note: [{several(2000, 'the phrase* of {}')}]}}}}"),
    "a pattern that backtracks elsewhere": pattern("(a+)+$"),
    "a pattern of many brackets": pattern("(" * 2000 + ")" * 2000),
    "another": pattern("(a|a)*b"),
    "a pattern of every letter": pattern(r"[\p{L}\p{N}]{1,1000}"),
    "weights of nothing": asks("{recorded: note}", weight="0") + GRADES,
    "weights too small to tell": asks("{recorded: note}", weight="1e-320") + GRADES,
    "the longest limits": asks(
        "{all: [{within: {working_days: 36525, of: day, date: done}}, {within: {hours: 876600, "
        "of: day, date: done}}, {every: {days: 36525, first: 36525, of: day, any: reviews}}]}"
    ),
    "the last day there is": asks("{on_or_before: {day: 9999-12-31}}"),
    "numbers as large as can be": asks("{between: {n: ['-1e308', '1e308']}}"),
    "a deadline after the last day": asks("{recorded: note}", due="999 months", target="95")
    + "source: {title: T, published: 9999-12-31}\n",
}
STEERING = {
    "everywhere it is printed": asks(
        f"{{mentions: {{note: [{HOSTILE}]}}}}", theme=HOSTILE, source=HOSTILE, title=HOSTILE
    ).replace("question: q", f"question: {HOSTILE}").replace("missing: m", f"missing: {HOSTILE}")
    .replace("title: X", f"title: {HOSTILE}").replace("1.0", HOSTILE)
    .replace("{type: text}", f"{{type: text, title: {HOSTILE}, headings: [{HOSTILE}, note]}}")
    + f"description: {HOSTILE}\nsource: {{title: {HOSTILE}}}\n"
    + f"lexicons:\n  l: {{title: {HOSTILE}, phrases: [{HOSTILE}]}}\n"
    + f"grades: {{scale: [{HOSTILE}, bad], bands: {{{HOSTILE}: 50}}, title: {HOSTILE}}}\n",
    "surrogates": asks("{recorded: note}", theme='"\\ud800"')
    .replace("question: q", 'question: "q\\ud800q"').replace("missing: m", 'missing: "\\udfff"')
    .replace("title: X", 'title: "\\ud83d"'),
    "an unknown key": PLAIN + f"{HOSTILE}: 1\n",
    "a name": PLAIN.replace("rubric: x", f"rubric: {HOSTILE}"),
    "a criterion's name": PLAIN.replace("  a:", f"  {HOSTILE}:"),
    "a type": PLAIN.replace("{type: number}", f"{{type: {HOSTILE}}}"),
    "a condition": asks(f"{{{HOSTILE}: note}}"),
    "a field that isn't there": asks(f"{{recorded: {HOSTILE}}}"),
    "a grade that isn't there": asks("{recorded: note}", limits=HOSTILE) + GRADES,
    "what it extends": f"{HEAD}extends: {HOSTILE}\n",
    "a pattern": pattern("(\x1b[31m\u202e"),
    "characters that turn the line": PLAIN.replace("title: X", "title: a\u202eb\u2066c\u200f"),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cases, what hostile rubrics extend, and what can't be a rubric."""
    folder = tmp_path_factory.mktemp("rubrics")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    (folder / "circle.yaml").write_text(f"{HEAD}extends: rubric.yaml\n")
    for i in range(30):
        (folder / f"chain{i}.yaml").write_text(f"{HEAD}extends: chain{i + 1}.yaml\n")
    (folder / "secret.txt").write_text("password: hunter2\nline two [\n")
    save_xlsx(folder / "book.xlsx", {"Sheet": [["rubric"]]})
    with (folder / "huge.yaml").open("wb") as file:
        file.truncate(8 << 30)  # it takes no room on the disk
    heading = ["ref", "note", "day", "done", "reviews", "n", "answer"]
    dates = ("01/02/2024", "03/02/2024", "03/02/2024")
    cases = [[f"C{i}", "a" * 5000 + "!", *dates, str(i), "yes"] for i in range(40)]
    save_csv(folder / "cases.csv", [heading, *cases])
    return folder


Answer = Callable[..., Run]


@pytest.fixture(scope="module")
def answer(folder: Path) -> Iterator[Answer]:
    """What the program says of a rubric; nothing was written, and nothing steers the terminal."""

    def answered(content: str | bytes, *arguments: str) -> Run:
        data = content.encode() if isinstance(content, str) else content
        (folder / "rubric.yaml").write_bytes(data)
        before = sorted(os.listdir(folder))
        ended = audit(*arguments)
        assert ended.broken == []
        assert sorted(os.listdir(folder)) == before
        assert STEERS.search(ended.out + ended.err) is None
        assert "\nerror: all is well" not in ended.out + ended.err
        assert len(re.findall("^error: ", ended.err, re.MULTILINE)) == (ended.code == 2)
        assert len(ended.err) < 200_000
        return ended

    with Watched(folder) as audit:
        yield answered


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_message(name: str, answer: Answer) -> None:
    content, said = REFUSED[name]
    ended = answer(content, "score", "cases.csv", "--rubric", "rubric.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize("name", RIGHT)
def test_it_is_large_or_strange_but_right(name: str, answer: Answer) -> None:
    checked = answer(RIGHT[name], "rubric", "check", "rubric.yaml")
    assert checked.code == 0
    assert checked.out.startswith("Nothing is wrong with rubric.yaml")
    scored = answer(RIGHT[name], "score", "cases.csv", "--rubric", "rubric.yaml", "--json")
    assert scored.code == 0
    assert json.loads(scored.out)["cases"] == 40


@pytest.mark.parametrize("name", STEERING)
def test_nothing_in_it_steers_the_terminal(name: str, answer: Answer) -> None:
    for arguments in (
        ("rubric", "check", "rubric.yaml"),
        ("rubric", "show", "rubric.yaml"),
        ("score", "cases.csv", "--rubric", "rubric.yaml", "--details"),
        ("score", "cases.csv", "--rubric", "rubric.yaml", "--json"),
    ):
        assert answer(STEERING[name], *arguments).code in (0, 2)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("folder", "is a folder"),
        ("pipe.yaml", "is not an ordinary file"),
        ("/dev/zero", "is not an ordinary file"),
        ("book.xlsx", "is not UTF-8 text"),
        ("huge.yaml", "larger than 2 MB"),
        ("a" * 5000, "there is no rubric"),
    ],
)
def test_what_cannot_be_a_rubric_is_told_from_its_file(
    name: str, said: str, answer: Answer
) -> None:
    ended = answer(PLAIN, "score", "cases.csv", "--rubric", name)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_what_it_extends_is_not_quoted(answer: Answer) -> None:
    ended = answer(f"{HEAD}extends: secret.txt\n", "rubric", "check", "rubric.yaml")
    assert ended.code == 2
    assert "hunter2" not in ended.err
