"""A rubric with a mistake is refused with the file, the line, what was found and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit.errors import RubricError
from casefile_audit.intake.mapping import read_mapping
from casefile_audit.rubric.loading import load_rubric, read_rubric

BASE = """\
rubric: base
title: Base
version: 1
source: {title: Terms}
fields:
  case_ref: {type: identifier, headings: [Case ref]}
  ethnicity: {type: code, codes: police-ethnicity-18+1}
  protected: {type: yes-no}
  opened: {type: date}
  reviews: {type: dates, headings: ["Review {n}"]}
  age: {type: number}
  notes: {type: text}
  grade:
    type: grade
    also: {RI: requires improvement}
lexicons:
  victim-blaming: {phrases: [lifestyle choice*]}
criteria:
  asked:
    question: Is it so?
    missing: without it
    theme: Recording
    met: {recorded: ethnicity}
    tests: [{given: {ethnicity: W1}, expect: met}]
grades:
  scale: [good, adequate, requires improvement]
  recorded: grade
  bands: {good: 85, adequate: 65}
"""
MET = "{recorded: ethnicity}"


def save(folder: Path, text: str | bytes, name: str = "mine.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def changed(old: str, new: str) -> str:
    assert BASE.count(old) == 1
    return BASE.replace(old, new)


def mistakes(path: Path) -> list[str]:
    with pytest.raises(RubricError) as refused:
        load_rubric(str(path))
    assert len(refused.value.details) > 0
    return [detail.removeprefix(f"{path}, ") for detail in refused.value.details]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("title: Base", "title: a: b", ["2 | title: a: b", "            ^"]),
        ("title: Base", "title: Base\ntitle: B", ["3 | title: B", "    ^"]),
        ("title: Base", "title: [Base", ["2 | title: [Base", "           ^"]),
        ("title: Base", "\ttitle: Base", ["2 |  title: Base", "    ^"]),
        ("title: Base", f"title: {'a' * 200}: b", [f"2 | {'a' * 50}: b", f"{' ' * 54}^"]),
    ],
)
def test_a_slip_of_yaml_is_shown_with_a_caret(
    tmp_path: Path, old: str, new: str, shown: list[str]
) -> None:
    with pytest.raises(RubricError) as refused:
        load_rubric(str(save(tmp_path, changed(old, new))))
    assert list(refused.value.details) == shown


def test_a_mapping_is_no_rubric_and_a_rubric_no_mapping(tmp_path: Path) -> None:
    mapping = save(tmp_path, "fields: {ethnicity: Ethnic origin}", "mapping.yaml")
    with pytest.raises(RubricError, match="is a mapping of headings to fields, not a rubric"):
        load_rubric(str(mapping))
    with pytest.raises(RubricError, match="is a rubric, not a mapping") as refused:
        read_mapping(save(tmp_path, BASE), (), ["ethnicity"])
    assert "--rubric" in refused.value.hint


def test_a_rubric_without_an_identifier_is_warned_about(tmp_path: Path) -> None:
    path = save(tmp_path, changed("{type: identifier, headings: [Case ref]}", "{type: text}"))
    (warning,) = read_rubric(str(path))[2]
    assert not warning.is_error
    assert "no field is an identifier" in warning.found


def test_the_rubric_that_the_mistakes_are_made_in_is_well(tmp_path: Path) -> None:
    assert read_rubric(str(save(tmp_path, BASE)))[2] == []


@pytest.mark.parametrize(
    ("old", "new", "token", "found"),
    [
        # a key that isn't known, at every level
        (
            "title: Base",
            "title: Base\ntilte: B",
            "tilte",
            "unknown key `tilte`; did you mean `title`?",
        ),
        (
            "headings: [Case",
            "headngs: [Case",
            "headngs",
            "unknown key `headngs`; did you mean `headings`?",
        ),
        ("{type: number}", "{type: number, codes: [a]}", "codes: [a]", "unknown key `codes`"),
        ("theme:", "them:", "them:", "unknown key `them`; did you mean `theme`?"),
        ("  recorded: grade", "  recordd: grade", "recordd", "did you mean `recorded`?"),
        (
            "{phrases:",
            "{exept: [a], phrases:",
            "exept",
            "unknown key `exept`; did you mean `except`?",
        ),
        ("{title: Terms}", "{title: Terms, publshed: x}", "publshed", "did you mean `published`?"),
        (MET, "{within: {day: 7, of: opened, any: reviews}}", "day:", "did you mean `days`?"),
        (
            MET,
            "{every: {days: 7, of: opened, any: reviews, frist: 3}}",
            "frist",
            "did you mean `first`?",
        ),
        (
            MET,
            "{count_of: {at_last: 1, of: [{yes: protected}]}}",
            "at_last",
            "did you mean `at_least`?",
        ),
        ("expect: met", "expect: met, asof: 2024-01-01", "asof", "did you mean `as_of`?"),
        (
            "{type: number}",
            "{type: number, by_sector: {a: {blnk: x}}}",
            "blnk",
            "did you mean `blank`?",
        ),
        ("fields:", "sectors: {police: {sheet: P*}}\nfields:", "sheet:", "did you mean `sheets`?"),
        # names, conditions, lists and dates that are written otherwise
        ("  asked:", "  asked_:", "asked_", "a name may not end in an underscore; write `asked`"),
        ("  asked:", "  asked-:", "asked-", "a name may not end in a hyphen; write `asked`"),
        ("  asked:", "  _asked:", "_asked", "a name may not start with an underscore"),
        ("  asked:", "  Asked:", "Asked", "a name has small letters only; write `asked`"),
        ("  asked:", "  is it:", "is it", "hyphens or underscores between them; write `is_it`"),
        ("  asked:", "  is__it:", "is__it", "no two hyphens or underscores in a row"),
        (
            MET,
            "{equals: {notes: a}}",
            "equals",
            "there is no condition `equals`; did you mean `is`? near it are `yes`,",
        ),
        (MET, "{zzz: notes}", "zzz", "there is no condition `zzz`; the nearest are `"),
        (
            "scale: [good, adequate, requires improvement]",
            "scale: good, adequate",
            "scale:",
            "a scale is a list; write it between brackets, best first: [good, adequate]",
        ),
        (
            "grades:\n  scale: [good, adequate, requires improvement]\n  recorded: grade\n"
            "  bands: {good: 85, adequate: 65}\n",
            "grades: {scale: good, adequate, poor, recorded: grade}\n",
            "scale: good",
            "`good, adequate, poor` is no list without its brackets; write `scale: [good, ",
        ),
        (
            "age: {type: number}",
            "age: {type: number, headings: Age, Years}",
            "headings: Age",
            "`Age, Years` is no list without its brackets; write `headings: [Age, Years]`",
        ),
        (
            "codes: police-ethnicity-18+1",
            "codes: 'High, Low'",
            "High",
            "codes are a list; write it between brackets: [High, Low]",
        ),
        (
            MET,
            "{is: {notes: North, South}}",
            "North",
            "`North, South` is no list without its brackets; write `notes: [North, South]`",
        ),
        (
            MET,
            "{on_or_before: {opened: 2024-13-01}}",
            "2024-13",
            "and it isn't a date; write a day such as 2024-12-31, or a date: `opened`",
        ),
        (MET, "{on_or_before: {opened: 2024}}", "2024", "`2024`, and it isn't a date"),
        (MET, "{on_or_before: {opened: zzz}}", "zzz", "it isn't a date; it can be `opened`"),
        (MET, "{is: {notes: grade}}", "is:", "to compare the two write `same_as: {notes: grade}`"),
        ("  age:", "  as_of: {type: date}\n  age:", "as_of", "`as_of` is the audit's day"),
        # keys that are missing or hold something else
        ("title: Base\n", "", "rubric: base", "`title` is missing"),
        ("    question: Is it so?\n", "", "asked:", "criteria → asked: `question` is missing"),
        ("question: Is it so?", "question:", "question:\n", "text should stand here"),
        ("question: Is it so?", "question: [a]", "question:", "text should stand here"),
        ("{type: number}", "number", "age:", "keys with their values should stand here"),
        ("{type: number}", "{headings: [Age]}", "age:", "`type` is missing; it can be `text`"),
        (
            "{type: number}",
            "{type: nmber}",
            "nmber",
            "no type of field `nmber`; did you mean `number`?",
        ),
        ("rubric: base", "rubric: My Rubric", "rubric:", "`My Rubric` can't be a name"),
        ("  asked:", "  Asked it:", "Asked it", "`Asked it` can't be a name"),
        ("title: Base", "title: Base\nnation: Wales", "Wales", "it can be `england-and-wales`"),
        ("theme: Recording", "target: 950", "950", "`950` isn't 100 or less"),
        ("theme: Recording", "target: 95%", "95%", "`95%` isn't a number"),
        ("theme: Recording", "target: nan", "nan", "`nan` isn't"),
        ("theme: Recording", "weight: inf", "inf", "`inf` isn't a number"),
        ("theme: Recording", "weight: -1", "weight", "`-1` isn't 0 or more"),
        (
            "theme: Recording",
            "due: a fortnight",
            "fortnight",
            "isn't a time limit, such as `immediately`",
        ),
        ("theme: Recording", "due: 3 months", "due:", "no publication date to count from"),
        ("theme: Recording", "target: 0.95", "target:", "it is a percentage: write 95 for 95%"),
        (
            "{title: Terms}",
            "{title: T, published: 2024-02-31}",
            "published",
            "isn't a date, such as",
        ),
        ("expect: met", "expect: mett", "mett", "`mett` can't stand here; did you mean `met`?"),
        # conditions
        (
            MET,
            "{recoded: ethnicity}",
            "recoded",
            "no condition `recoded`; did you mean `recorded`?",
        ),
        (MET, "{recorded: ethnicity, known: age}", "met: {", "has one key, and this has 2"),
        (MET, "ethnicity", "met: eth", "this isn't a condition; write one, such as `recorded:"),
        (MET, "[ethnicity]", "met: [", "this isn't a condition"),
        (MET, "", "met: ", "this isn't a condition"),
        (MET, "{}", "met: {}", "this isn't a condition"),
        (MET, "{recorded: ethnicty}", "ethnicty", "no field `ethnicty`; did you mean `ethnicity`?"),
        (MET, "{yes: age}", "yes: age", "`age` is a number field; this asks for a `yes-no` field"),
        (
            MET,
            "{all: [{yes: protected}, {any: [{not: {yes: protcted}}]}]}",
            "protcted",
            "all → 2 → any → 1 → not → yes",
        ),
        (
            MET,
            "{all: [{yes: protected}, {any: [{yess: protected}]}]}",
            "yess",
            "met → all → 2 → any → 1 → yess: ",
        ),
        (
            MET,
            "{count_of: {at_least: 1, of: [{yes: protcted}]}}",
            "protcted",
            "count_of → of → 1 → yes",
        ),
        (
            MET,
            "{count_of: {at_least: 0, of: [{yes: protected}]}}",
            "at_least: 0",
            "`0` isn't 1 or more",
        ),
        (MET, "{all: []}", "all", "at least 1 should stand here"),
        (
            MET,
            "{within: {days: seven, of: opened, any: reviews}}",
            "seven",
            "`seven` isn't a whole number",
        ),
        (
            MET,
            "{within: {days: 99999999999, of: opened, any: reviews}}",
            "999",
            "isn't 36525 or less",
        ),
        (MET, "{within: {hours: inf, of: opened, any: reviews}}", "inf", "`inf` isn't"),
        (
            MET,
            "{within: {days: 1, hours: 2, of: opened, any: reviews}}",
            "hours",
            "it needs one limit",
        ),
        (
            MET,
            "{within: {hours: 24, earliest: 2, of: opened, any: reviews}}",
            "within",
            "`earliest` goes with a limit in days",
        ),
        (
            MET,
            "{within: {days: 7, earliest: 8, of: opened, any: reviews}}",
            "within",
            "the earliest day, 8, comes after the last, 7",
        ),
        (MET, "{within: {days: 1, of: opened}}", "within", "either `date` (one date) or `any`"),
        (
            MET,
            "{within: {days: 1, of: opened, any: opened}}",
            "any: opened",
            "this asks for a `dates` field",
        ),
        (
            MET,
            "{every: {of: opened, any: reviews}}",
            "every",
            "it needs one limit: `days`, `working_days`, `months` or `years`",
        ),
        (MET, "{is: {ethnicity: W7}}", "W7", "`ethnicity` never holds `W7`; it holds a code of"),
        (
            MET,
            "{is: {protected: [Yes, maybe]}}",
            "maybe",
            "is → protected → 2: `protected` never holds `maybe`",
        ),
        (MET, "{is: {grade: goood}}", "goood", "did you mean `good`?"),
        (MET, "{is: {grade: good, age: 4}}", "is:", "no more than 1 can stand here"),
        (MET, "{is: {grade: []}}", "is:", "at least 1 should stand here"),
        (MET, "{is: [grade, good]}", "is:", "keys with their values should stand here"),
        (MET, "{at_least: {age: ten}}", "ten", "`ten` isn't a number"),
        (
            MET,
            "{at_least: {grade: adequat}}",
            "adequat}",
            "isn't on the scale; did you mean `adequate`?",
        ),
        (MET, "{between: {age: [1, 2, 3]}}", "between", "no more than 2 can stand here"),
        (MET, "{on_or_before: {opened: 2024-02-31}}", "2024-02-31", "and it isn't a date"),
        (MET, "{on_or_after: {opened: 04/13/2024}}", "04/13", "and it isn't a date"),
        (MET, "{on_or_after: {opened: age}}", "age}}", "`age` is a number field"),
        (MET, "{matches: {notes: 'a(b'}}", "a(b", "the pattern can't be read: missing )"),
        (
            MET,
            "{matches: {notes: '(a)\\1'}}",
            "matches",
            "the pattern can't be read: invalid escape",
        ),
        (MET, "{matches: {notes: '(?=a)b'}}", "matches", "the pattern can't be read"),
        (MET, "{mentions: {notes: victim-blamin}}", "blamin}", "did you mean `victim-blaming`?"),
        (MET, "{free_of: {notes: ''}}", "free_of", "has a place without a word"),
        (
            "[lifestyle choice*]",
            "[lifestyle choice*, '*']",
            "phrases",
            "has a place without a word",
        ),
        ("[lifestyle choice*]", "[him/ at risk]", "him/", "has a place without a word"),
        ("[lifestyle choice*]", "['*blame']", "blame'", "elsewhere than at the end of a word"),
        ("[lifestyle choice*]", "[]", "phrases", "at least 1 should stand here"),
        (
            MET,
            "{count_of: {at_least: 3, of: [{yes: protected}]}}",
            "at_least",
            "at_least: at least 3 of 1",
        ),
        # fields
        ("18+1}", "18}", "ethnicity: {", "did you mean `police-ethnicity-18+1`?"),
        ("codes: police-ethnicity-18+1", "codes: [A, a.]", "codes", "could be `A` or `a.`"),
        ("codes: police-ethnicity-18+1", "codes: []", "codes", "at least 1 should stand here"),
        (
            "codes: police-ethnicity-18+1",
            "codes: {a: [b]}",
            "codes",
            "codes → a: text should stand here",
        ),
        (
            "{type: number}",
            "{type: number, headings: [Case-Ref]}",
            "Case-Ref",
            "claimed by `case_ref` and by `age`",
        ),
        (
            "{type: number}",
            "{type: number, headings: [Opened]}",
            "[Opened]",
            "claimed by `opened` and by `age`",
        ),
        (
            "{type: number}",
            "{type: number, title: Notes}",
            "notes:",
            "claimed by `age` and by `notes`",
        ),
        ("{type: number}", "{type: identifier}", "age:", "`case_ref` is the identifier already"),
        (
            "{type: number}",
            "{type: number, blank: [x], unknown: [X]}",
            "unknown",
            "stands under `blank` and under `unknown`",
        ),
        (
            "{type: yes-no}",
            "{type: yes-no, yes: [seen], no: [seen]}",
            "seen",
            "stands under `yes` and under `no`",
        ),
        (
            "{type: number}",
            "{type: number, by_sector: {health: {blank: x}}}",
            "health",
            "no sector `health`",
        ),
        (
            "{type: number}",
            "{type: number, by_sector: {a: {codes: [x]}}}",
            "by_sector",
            "only a field of type `code`",
        ),
        (
            "RI: requires improvement",
            "RI: requires improvment",
            "RI",
            "did you mean `requires improvement`?",
        ),
        ("RI: requires improvement", "Good: adequate", "Good", "`Good` is itself on the scale"),
        # sectors, limits, tests, what is dropped
        ("theme: Recording", "sectors: [polce]", "polce", "no sector `polce`; there are none"),
        ("title: Base", "title: Base\nsector: agncy", "agncy", "there is no field `agncy`"),
        (
            "theme: Recording",
            "limits: adequat",
            "adequat\n",
            "isn't on the scale of `overall`; did you mean",
        ),
        ("theme: Recording", "floors: {overal: good}", "overal:", "did you mean `overall`?"),
        (
            "{given: {ethnicity: W1}",
            "{given: {ethncity: W1}",
            "ethncity",
            "did you mean `ethnicity`?",
        ),
        (
            "{given: {ethnicity: W1}",
            "{given: {ethnicity: [W1, B1]}",
            "[W1",
            "`ethnicity` has one cell",
        ),
        (
            "title: Base",
            "title: Base\ndrop: [askd]",
            "drop",
            "no criterion `askd` to drop; did you mean `asked`?",
        ),
        ("title: Base", "title: Base\ndrop: {asked: it}", "drop", "a list should stand here"),
        # grades
        ("{good: 85,", "{god: 85,", "god", "`god` isn't on the scale; did you mean `good`?"),
        (
            "{good: 85, adequate: 65}",
            "{good: 65, adequate: 85}",
            "bands",
            "a worse grade needs as high a score",
        ),
        (
            "{good: 85, adequate: 65}",
            "{good: 85}",
            "bands",
            "`adequate` and `requires improvement` have no score",
        ),
        (
            "{good: 85, adequate: 65}",
            "{good: 85, adequate: 165}",
            "bands",
            "`165` isn't 100 or less",
        ),
        (
            "[good, adequate, requires improvement]",
            "[good]",
            "scale",
            ": a scale has two grades or more",
        ),
        (
            "[good, adequate, requires improvement]",
            "[good, Good]",
            "scale",
            "is on the scale twice",
        ),
        ("[good, adequate, requires improvement]", "four", "scale", "there is no scale `four`"),
        (
            "{type: number}",
            "{type: code, codes: ['']}",
            "['']",
            ": `codes` has a blank among its codes",
        ),
        (
            "{type: number}",
            "{type: code, codes: [a, A]}",
            "[a, A]",
            "`A` in `codes` could be `a` or `A`",
        ),
        ("  recorded: grade", "  recorded: grad", "recorded: grad\n", "did you mean `grade`?"),
        ("  recorded: grade", "  recorded: age", "recorded: age", "`age` is a number field"),
        ("  bands: {", "  theme: Recordng\n  bands: {", "Recordng", "did you mean `Recording`?"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, token: str, found: str
) -> None:
    text = changed(old, new)
    told = mistakes(save(tmp_path, text))
    (line,) = {n for n, line in enumerate(text.splitlines(True), 1) if token in line}
    assert any(each.startswith(f"line {line}: ") and found in each for each in told), told


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = BASE.replace("title: Base", "titel: Base").replace("{type: number}", "{type: nmber}")
    text = text.replace("theme:", "them:").replace(MET, "{yess: protected}")
    told = mistakes(save(tmp_path, text.replace("good: 85", "good: 850")))
    words = ("`title` is missing", "`titel`", "`nmber`", "`them`", "`yess`", "`850`")
    assert all(any(word in each for each in told) for word in words)
    assert len(told) == len(words)


def test_all_names_that_lead_nowhere_are_told_at_once(tmp_path: Path) -> None:
    text = changed(MET, "{all: [{yes: a}, {no: age}, {is: {grade: x}}]}")
    text = text.replace("theme: Recording", "limits: x").replace("good: 85", "god: 85")
    assert len(mistakes(save(tmp_path, text))) == 5


def refusal(read: Callable[[], object]) -> str:
    try:
        read()
    except RubricError as refused:
        return refused.what
    return ""


@given(
    place=st.integers(0, len(BASE)),
    cut=st.integers(0, 3),
    junk=st.text(alphabet="{}[]:,&*!|>'\"%@`#-? \n\ta1", max_size=3),
)
@settings(max_examples=200)
def test_a_slip_of_the_keyboard_is_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, place: int, cut: int, junk: str
) -> None:
    text = BASE[:place] + junk + BASE[place + cut :]
    path = save(tmp_path_factory.getbasetemp(), text, "slip.yaml")
    told = refusal(lambda: load_rubric(str(path)))
    assert not told or str(path) in told
