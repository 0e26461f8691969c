"""A law: what a form was filled in with is what a score of it reads, over rubrics and formats."""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from filled import DAY, Answers, fill, fill_pages, fill_word
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile_audit import score
from casefile_audit.audit import ReadOptions, open_audit
from casefile_audit.files.workbook import open_workbook
from casefile_audit.forms.document import form_document
from casefile_audit.forms.plan import FormPlan, KnownCase
from casefile_audit.forms.questions import AnswerKind
from casefile_audit.forms.workbook import form_workbook
from casefile_audit.rubric.loading import load_rubric
from casefile_audit.rubric.model import Rubric
from casefile_audit.scoring.partial import ScoreOptions

# Titles that a heading must be told from: of other fields, with brackets, numbers and signs.
TITLES = st.sampled_from(
    ["", "Ethnicity", "Notes", "Review", "=1+1", "Is it so?", "1. First (due)", "Case ref",
     "Reader", "Rubric", "Date closed", "Ünïcode – title", "A, b; c"]
)  # fmt: skip
CODES = st.lists(
    st.sampled_from(["Yes, in part", "No", "High", "Low", "N/A", "04", "Not known", "x" * 40]),
    min_size=1,
    max_size=5,
    unique=True,
)


@st.composite
def fields(draw: st.DrawFn, name: str, title: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["yes-no", "code", "date", "dates", "number", "text"]))
    field: dict[str, Any] = {"type": kind, "title": title}
    if kind == "code":
        field["codes"] = draw(CODES)
    if kind == "dates":
        form = draw(st.sampled_from(["Review of {} {{n}}", "{{n}}. visit {}", "{} {{n}} (date)"]))
        field["headings"] = [form.format(name)]
    return field


@st.composite
def rubrics(draw: st.DrawFn) -> dict[str, Any]:
    titles = draw(st.lists(TITLES, min_size=1, max_size=5, unique=True))
    named = {f"f{n}": draw(fields(f"f{n}", title)) for n, title in enumerate(titles)}
    criteria = {
        f"c-{name}": {
            "question": f"Is {name} so?",
            "missing": f"without {name}",
            "met": {"yes" if its["type"] == "yes-no" else "recorded": name},
        }
        for name, its in named.items()
    }
    graded = draw(st.booleans())
    if graded:
        named["grade"] = {"type": "grade"}
    grades = {"overall": {"scale": ["good", "fair", "Poor, or worse"], "recorded": "grade"}}
    return {
        "rubric": "made",
        "title": "Made",
        "version": "1",
        "unanswered": draw(st.sampled_from(["not read yet", "nothing recorded"])),
        "fields": {"ref": {"type": "identifier"}, **named},
        "criteria": criteria,
        **({"grades": grades} if graded else {}),
    }


@dataclass(frozen=True)
class Filled:
    plan: FormPlan
    rows: list[Answers]


def answer(draw: st.DrawFn, kind: AnswerKind, choices: tuple[str, ...]) -> object:
    if draw(st.booleans()) and draw(st.booleans()):
        return None
    if kind is AnswerKind.CHOICE:
        return draw(st.sampled_from(choices))
    if kind is AnswerKind.DATE:
        return draw(st.dates(dt.date(2020, 1, 2), DAY))
    if kind is AnswerKind.NUMBER:
        return draw(st.integers(1, 60))
    return draw(st.sampled_from(["Somali", "=2+2", "not known", "Seen at home, twice"]))


def answers(draw: st.DrawFn, plan: FormPlan) -> Answers:
    return {
        (its.field, its.number): given
        for its in plan.questions("")[1:]
        if (given := answer(draw, its.kind, its.choices)) is not None
    }


def table(path: Path, filled: Filled) -> Path:
    """The same answers as a plain table."""
    questions = filled.plan.questions("")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([question.heading for question in questions])
        for case, row in zip(filled.plan.cases, filled.rows, strict=True):
            cells = {**case.cells, **row}
            writer.writerow([cells.get((its.field, its.number), "") for its in questions])
    return path


def as_csv(form: Path) -> Path:
    """The sheet of cases as a spreadsheet saves it as csv."""
    sheet = open_workbook(form).sheets[1]
    with form.with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(sheet.rows)
    return form.with_suffix(".csv")


def findings(
    path: Path, rubric: Path, answered: list[str], *, is_form: bool
) -> dict[str, dict[str, str]]:
    """What each case that somebody answered comes to. Of a form it need not be said which are."""
    options = ReadOptions(count_unread=not is_form)
    result = open_audit([path], str(rubric), options).result(ScoreOptions(DAY))
    if is_form:
        assert result.each_case().references == answered
    each = result.each_case()
    found = {
        name: {
            case: outcome.label
            for case, outcome in zip(each.references, each.of(name), strict=True)
            if case in answered
        }
        for name in result.criteria
    }
    for name, grade in result.grades.items():
        recorded = zip(each.references, (its.recorded or "" for its in grade.cases), strict=True)
        found[name] = {case: word for case, word in recorded if case in answered}
    return found


@given(data=st.data(), made=rubrics(), shape=st.sampled_from(["rows", "pages", "csv", "word"]))
@settings(max_examples=20)
def test_a_score_reads_what_a_form_was_filled_in_with(
    data: st.DataObject, made: dict[str, Any], shape: str
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.yaml")
        path.write_text(yaml.safe_dump(made), "utf-8")
        rubric: Rubric = load_rubric(str(path))
        cases = [KnownCase({("ref", 0): f"CF-{n}"}) for n in range(1, 4)]
        plan = FormPlan(rubric, "made.yaml", DAY, cases=cases)
        rows = [data.draw(st.composite(answers)(plan)) for _ in cases]
        filled = Filled(plan, rows)
        answered = [f"CF-{n}" for n, row in enumerate(rows, 1) if any(map(said, row.values()))]
        if not answered:
            return
        form = Path(folder, "form.docx" if shape == "word" else "form.xlsx")
        if shape == "word":
            form.write_bytes(form_document(plan))
        else:
            form.write_bytes(form_workbook(plan, one_case_a_sheet=shape == "pages"))
        {"pages": fill_pages, "word": fill_word}.get(shape, fill)(form, rows)
        read = as_csv(form) if shape == "csv" else form
        plain = table(Path(folder, "plain.csv"), filled)
        assert findings(read, path, answered, is_form=True) == findings(
            plain, path, answered, is_form=False
        )


def said(answer: object) -> bool:
    """Whether anything is written."""
    return any(map(str.isalnum, str(answer)))


SHARED = """
rubric: shared
title: Shared
version: "1"
fields:
  ref: {type: identifier}
  opened: {type: date}
  reviews: {type: dates, headings: ["Review {n}"]}
  first_review: {type: date, same_column_as: reviews, headings: [Review 1]}
criteria:
  first:
    question: Was the first review within 7 days?
    missing: without a first review in 7 days
    met: {within: {days: 7, of: opened, date: first_review}}
"""


def test_a_column_that_two_fields_read_is_asked_once(tmp_path: Path) -> None:
    path = tmp_path / "shared.yaml"
    path.write_text(SHARED, "utf-8")
    plan = FormPlan(load_rubric(str(path)), str(path), DAY)
    questions = plan.questions("")
    assert [its.heading for its in questions if its.number <= 1] == ["Ref", "Opened", "Review 1"]
    assert "first review" in questions[2].asks
    form = tmp_path / "form.xlsx"
    form.write_bytes(form_workbook(plan))
    days = {("ref", 0): "C1", ("opened", 0): DAY, ("reviews", 1): DAY, ("reviews", 2): DAY}
    late = {**days, ("ref", 0): "C2", ("reviews", 1): dt.date(2026, 4, 2)}
    result = score(fill(form, [days, late]), path)
    assert result.criteria["first"].missing_cases == ["C2"]
