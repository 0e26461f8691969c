"""The forms that came back: which files they are, whose, and of which version of the rubric."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casefile_audit.errors import UsageError, WorkbookError
from casefile_audit.files.workbook import OpenOptions, Sheet, Workbook, open_workbook
from casefile_audit.intake.form_marks import form_marks
from casefile_audit.intake.form_stamp import READER, FormStamp, labelled_cells, stamp_in

# What an operating system keeps in a folder, beside names that begin with a full stop.
_OF_SYSTEMS = ("thumbs.db", "desktop.ini")
# What a spreadsheet or a word processor keeps beside a file that is open.
_LOCKS = ("~$", ".~lock.")
# What a copy of a file is called: Bury (1), Bury - Copy, Copy of Bury.
_COPY_RE = re.compile(r"^copy of |( ?\(\d+\)| ?[-–] ?copy)+$", re.IGNORECASE)


COLLECTED = ": collected"
"""What the title of what was collected ends in."""

_MOST_PROPERTIES = 100_000

NOT_SAID = "that isn't said"
"""The version of a file that isn't a form of this program."""


def version_said(version: str, digest: str) -> str:
    """A version of a rubric as it is named, so that two of one number are told apart."""
    return f"{version} ({digest[:8]})"


@dataclass(frozen=True)
class ReturnedForm:
    """A file that came back.

    Attributes:
        name: the file's name, with its folder's where two are called alike.
        workbook: what it holds, hidden sheets of cases made visible.
        reader: who filled it in: as the form says, else as its file is called.
        stamp: which rubric it was made from; None of a file that isn't a form of this program.
        unhidden: the sheets of cases that were hidden.
    """

    name: str
    workbook: Workbook
    reader: str
    stamp: FormStamp | None
    unhidden: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Of which version of its rubric it is: two may bear one number, and differ."""
        return version_said(self.stamp.version, self.stamp.digest) if self.stamp else NOT_SAID


@dataclass(frozen=True)
class ReturnedFiles:
    """The files that were given.

    Attributes:
        passed_over: sentences on those that needn't be.
        refused: sentences on those that can't be.
    """

    forms: tuple[ReturnedForm, ...]
    passed_over: tuple[str, ...]
    refused: tuple[str, ...]


def open_returned(
    paths: Sequence[Path], lists: Sequence[Path], output: Path, opening: OpenOptions
) -> ReturnedFiles:
    """Open the files that came back, and all files in the folders among them.

    Args:
        lists: files that are no forms, and may stand in one of the folders.
        output: what is to be written, which may stand in one of them since last time.

    Raises:
        UsageError: there is none.
        WorkbookError: there is one, and it can't be read; or one that is named isn't there.
    """
    passed: list[str] = []
    damaged: dict[str, WorkbookError] = {}
    forms: dict[str, ReturnedForm] = {}
    for path in _in_folders(paths, lists, output):
        if path.name.startswith(_LOCKS):
            passed.append(f"{path.name} is what a program keeps beside a file that is open there")
            continue
        try:
            workbook = open_workbook(path, opening)
        except WorkbookError as error:
            if not path.is_file():
                raise
            damaged[path.name] = error
            continue
        if (other := forms.get(workbook.sha256)) is not None:
            passed.append(f"{path.name} is the very same file as {other.name}")
            continue
        forms[workbook.sha256] = _returned(workbook)
    refused = [
        f"{name}: nothing was read: {error.what}. {error.hint}".rstrip()
        for name, error in damaged.items()
    ]
    if not forms:
        if len(damaged) == 1:
            raise next(iter(damaged.values()))
        raise UsageError(
            "there is no form among these files",
            details=[*refused, *passed],
            hint="Give the files that came back, or the folder that they are in.",
        )
    return ReturnedFiles(tuple(_told_apart(forms.values())), tuple(passed), tuple(refused))


def _in_folders(paths: Iterable[Path], lists: Iterable[Path], output: Path) -> Iterator[Path]:
    known = {path.resolve() for path in lists}
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        # Whatever it is: a form that was saved as .doc must not go without a word.
        inside = (
            each
            for each in path.rglob("*")
            if each.is_file()
            and each.name.lower() not in _OF_SYSTEMS
            and (not each.name.startswith(".") or each.name.lower().startswith(_LOCKS))
        )
        # The shortest name first: a copy is called after its original.
        for each in sorted(inside, key=lambda each: (len(each.name), each.name, each)):
            if each.resolve() in known:
                continue
            if each.resolve() != output.resolve():
                yield each
            elif not _is_collected(each):
                raise UsageError(
                    f"`{output}` is one of the files that came back, and is never written to",
                    hint="Give the output a new name.",
                )


def _is_collected(path: Path) -> bool:
    """Whether a workbook is what was collected last time, by its title."""
    try:
        with zipfile.ZipFile(path) as parts, parts.open("docProps/core.xml") as properties:
            return COLLECTED.encode() + b"</dc:title>" in properties.read(_MOST_PROPERTIES)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _returned(workbook: Workbook) -> ReturnedForm:
    sheets = tuple(_visible(sheet) for sheet in workbook.sheets)
    hidden = [old.name for old, new in zip(workbook.sheets, sheets, strict=True) if old is not new]
    said = labelled_cells(sheets).get(READER, "")
    reader = said or _COPY_RE.sub("", workbook.path.stem).strip()
    whole = workbook._replace(sheets=sheets)
    return ReturnedForm(workbook.path.name, whole, reader, stamp_in(sheets), unhidden=tuple(hidden))


def _told_apart(forms: Iterable[ReturnedForm]) -> Iterator[ReturnedForm]:
    """Forms of one name in several folders, each by its folder too."""
    forms = list(forms)
    times = Counter(form.name for form in forms)
    for form in forms:
        folder = form.workbook.path.resolve().parent.name
        yield replace(form, name=f"{folder}/{form.name}") if times[form.name] > 1 else form


def _visible(sheet: Sheet) -> Sheet:
    """A sheet of cases of a form in sight: what somebody hid is data too."""
    if sheet.visible or form_marks(sheet) is None:
        return sheet
    return replace(sheet, visible=True)
