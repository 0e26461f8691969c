"""The stamp of a form, in a property of the document and in sight: which rubric it is of."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from casefile_audit.english import fold
from casefile_audit.errors import RubricError, UsageError
from casefile_audit.files.workbook import Sheet, Workbook, text_of
from casefile_audit.issues import Issue, IssueCode, Level
from casefile_audit.rubric.loading import find_rubric
from casefile_audit.rubric.model import Rubric

PROPERTY = "casefile-audit form"
RUBRIC, VERSION, DIGEST, READER = "Rubric", "Version", "Digest", "Reader"
_SEARCHED, _SEARCHED_FOR_RUBRIC = 60, 40


class FormStamp(NamedTuple):
    """Which rubric a form was made from.

    Attributes:
        rubric: what ``--rubric`` calls it.
        digest: the SHA-256 of its file, and of those that it extends.
    """

    rubric: str
    version: str
    digest: str

    @property
    def text(self) -> str:
        """In one line, for the property."""
        return f"{self.rubric} {self.version} {self.digest}"

    @property
    def said(self) -> str:
        """In one line, for people."""
        return f"{self.rubric}, version {self.version}, form {self.digest[:8]}"


def stamp_of(rubric: Rubric, named: str) -> FormStamp:
    """The stamp of the forms that are made from a rubric."""
    return FormStamp(named, rubric.version, rubric.sha256)


def labelled_cells(sheets: Sequence[Sheet]) -> dict[str, str]:
    """What stands beside each of the stamp's labels, and the reader's, on the first of the sheets
    that has them.
    """  # noqa: D205 - one thought
    wanted = {fold(label): label for label in (RUBRIC, VERSION, DIGEST, READER)}
    found: dict[str, str] = {}
    for sheet in sheets:
        for cells in sheet.rows[:_SEARCHED]:
            texts = [text for text in map(text_of, cells) if text]
            if texts and (label := wanted.get(fold(texts[0]))) is not None:
                found.setdefault(label, texts[1] if len(texts) == 2 else "")
    return found


def stamp_in(sheets: Sequence[Sheet]) -> FormStamp | None:
    """The stamp that stands in sight; None of a workbook that no form is."""
    cells = labelled_cells(sheets)
    if not (cells.get(RUBRIC) and cells.get(DIGEST)):
        return None
    return FormStamp(cells[RUBRIC], cells.get(VERSION, ""), cells[DIGEST])


def other_version(workbook: Workbook, rubric: Rubric) -> Iterator[Issue]:
    """That a form was made from another rubric, or another version, than reads it."""
    stamp = stamp_in(workbook.sheets)
    if stamp is not None and rubric.sha256 and stamp.digest != rubric.sha256:
        yield Issue(
            IssueCode.FORM_OF_ANOTHER_VERSION,
            Level.NOTE,
            file=workbook.path.name,
            total=1,
            facts={
                "made from": f"{stamp.rubric} {stamp.version} ({stamp.digest[:8]})",
                "read by": f"{rubric.name} {rubric.version} ({rubric.sha256[:8]})",
            },
        )


def rubric_named_in(workbooks: Iterable[Workbook]) -> str | None:
    """The rubric that workbooks say they were made for; None if they don't say.

    A workbook says so in a row whose only two filled cells are ``Rubric`` and a name.

    Raises:
        UsageError: they name different rubrics.
    """
    named: dict[str, str] = {}
    for workbook in workbooks:
        for sheet in workbook.sheets:
            for row in sheet.rows[:_SEARCHED_FOR_RUBRIC]:
                texts = [text for text in map(text_of, row) if text]
                if len(texts) == 2 and fold(texts[0]) == "rubric":
                    named.setdefault(texts[1], workbook.path.name)
    if len(named) > 1:
        raise UsageError(
            "the workbooks were made for different rubrics",
            details=[f"{file}: `{rubric}`" for rubric, file in named.items()],
            hint="Score them one at a time, or choose with --rubric.",
        )
    return next(iter(named), None)


def named_rubric(name: str) -> str:
    """What a workbook calls its rubric, once that is known to be here.

    Raises:
        UsageError: it is a path, and a cell opens no file elsewhere; or there is none of that name.
    """
    if set("/\\:") & set(name) or name.startswith("."):
        raise UsageError(
            "the workbook names its rubric by a path, and what a cell holds is never a path",
            hint="Give the rubric with --rubric.",
        )
    try:
        find_rubric(name)
    except RubricError as error:
        raise UsageError(
            f"the workbook was made for the rubric `{name}`, which isn't here: {error.what}",
            hint="Run this in the folder that it is in, or give its path with --rubric.",
        ) from None
    return name
