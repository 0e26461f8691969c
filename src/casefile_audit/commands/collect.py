"""``audit collect``: bring the forms that readers filled in together."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import MISSING
from pathlib import Path

from casefile_audit.allocation.lists import read_list
from casefile_audit.commands.bundles import argument, flag, option, with_bundles
from casefile_audit.commands.options import FileOptions, ForceOption, RubricOption, print_json
from casefile_audit.commands.outputs import say_written
from casefile_audit.english import fold, listing, quoted
from casefile_audit.errors import AuditError, UsageError
from casefile_audit.files.workbook import OpenOptions, Workbook, open_workbook
from casefile_audit.forms.answer import collected_answer
from casefile_audit.forms.collected_book import collected_workbook
from casefile_audit.forms.collection import Allotment, Collection, put_together
from casefile_audit.forms.known import known_cases
from casefile_audit.forms.progress import not_returned, progress_of, read_for_another
from casefile_audit.forms.returned import ReturnedFiles, ReturnedForm, open_returned
from casefile_audit.forms.returned_rows import ColumnKey, read_form
from casefile_audit.intake.form_order import questions_in_order
from casefile_audit.intake.form_stamp import named_rubric
from casefile_audit.intake.heading_names import HeadingNames
from casefile_audit.intake.sample_sheet import manifest_in
from casefile_audit.manifest import Manifest
from casefile_audit.output.writing import check_output, write_bytes
from casefile_audit.report.collect import collected_page
from casefile_audit.report.terminal import show
from casefile_audit.rubric.loading import DEFAULT_RUBRIC, load_rubric
from casefile_audit.rubric.model import Rubric


@with_bundles
def collect(
    files: list[Path] = argument("FILES…", "The forms that came back, or folders of them."),
    output: Path = option(
        "The workbook to write (.xlsx).", "FILE", default=MISSING, names=("-o", "--output")
    ),
    *,
    rota: Path | None = option(
        "The rota that `audit allocate` wrote: who was given which cases.", "FILE"
    ),
    cases: Path | None = option(
        "The sample that the forms are of: cases that nobody returned are named, and how they "
        "were drawn is kept.",
        "SAMPLE",
    ),
    rubric: RubricOption = None,
    full: bool = flag("Name everything, however much it is."),
    json: bool = flag("Print what was collected as JSON, and nothing else."),
    its: FileOptions,
    force: ForceOption = False,
) -> None:
    """Bring the forms that readers filled in together.

    It says what is missing, and holds back what contradicts itself.
    For example: audit collect returned/ --rota rota.xlsx -o all.xlsx
    """
    beside = [path for path in (rota, cases) if path]
    inputs = [*(path for path in files if not path.is_dir()), *beside]
    check_output(output, force, (".xlsx",), inputs=[*inputs, *its.files])
    opening = its.opening(inputs)
    returned = open_returned(files, beside, output, opening)
    named = rubric or _rubric_of(returned.forms)
    loaded = load_rubric(named)
    lists = [open_workbook(cases, opening)] if cases else []
    allotted = _allotted(rota, opening) if rota else ()
    found, sample = _found(returned, loaded, lists, allotted)
    progress = progress_of(found)
    content = collected_workbook(found, Path(named).name, dt.date.today(), progress, sample)
    write_bytes(output, content, force)
    if json:
        print_json(collected_answer(found, progress, returned.passed_over).as_json())
    else:
        show(collected_page(found, progress, returned.passed_over, str(output), full))
    say_written(output)


def _found(
    returned: ReturnedFiles,
    rubric: Rubric,
    lists: Sequence[Workbook],
    allotted: Sequence[Allotment],
) -> tuple[Collection, Manifest | None]:
    """What the forms come to together, with remarks on it; and how their cases were drawn."""
    known = known_cases(lists, rubric)[0] if lists else []
    listed = [str(case.cells.get((rubric.identifier or "", 0), "")) for case in known]
    rows = [read_form(form, rubric) for form in returned.forms]
    found = put_together(rows, rubric, _headings(rubric), allotted, listed)
    found.refused += returned.refused
    samples = _samples([*lists, *(form.workbook for form in returned.forms)], found)
    # Nobody is to read a reserve unless a file is unavailable.
    reserve = {fold(case.reference) for sample in samples for case in sample.reserves}
    found.unread = [row for row in found.unread if fold(row.reference) not in reserve]
    found.remarks += read_for_another(found)
    found.remarks += not_returned(found, [its for its in listed if fold(its) not in reserve])
    if len(samples) > 1:
        found.remarks.append(f"the forms are of {len(samples)} samples, and none of them is kept")
    return found, samples[0] if len(samples) == 1 else None


def _samples(workbooks: Sequence[Workbook], found: Collection) -> list[Manifest]:
    """How the cases were drawn, as lists and forms say, each once; notes which were changed."""
    samples: list[Manifest] = []
    for workbook in workbooks:
        try:
            manifest = manifest_in([workbook])
        except AuditError as error:
            found.remarks.append(f"how its cases were drawn isn't known: {error.what}")
            continue
        if manifest is not None and manifest not in samples:
            samples.append(manifest)
    return samples


def _rubric_of(forms: Sequence[ReturnedForm]) -> str:
    """The rubric that the forms were made from.

    Raises:
        UsageError: they are of different ones.
    """
    named = {form.stamp.rubric: form.name for form in forms if form.stamp is not None}
    if len(named) > 1:
        raise UsageError(
            "the forms were made from different rubrics",
            details=[f"{name}: `{rubric}`" for rubric, name in named.items()],
            hint=f"Collect those of one, or choose with --rubric: {listing(quoted(named), 'or')}.",
        )
    return next(map(named_rubric, named), DEFAULT_RUBRIC)


def _headings(rubric: Rubric) -> dict[ColumnKey, str]:
    """What the columns of a rubric's fields are called, in the order of its forms."""
    names = HeadingNames(rubric)
    order = dict.fromkeys(
        asked for sector in ("", *rubric.sectors) for asked in questions_in_order(rubric, sector)
    )
    return {ColumnKey(name, number): names.of(name, number) for name, number in order}


def _allotted(rota: Path, opening: OpenOptions) -> list[Allotment]:
    """Who was given which case.

    Raises:
        UsageError: the rota doesn't say.
    """
    found = [
        Allotment(case, team, reviewer)
        for row in read_list(rota, opening).rows
        for case, team in [(row.get("reference"), row.get("reviewing team"))]
        if case and (reviewer := row.get("reviewer") or team)
    ]
    if not found:
        raise UsageError(
            f"`{rota}` is no rota: it doesn't say which case was given to whom",
            hint="A rota has the columns Case reference, and Reviewer or Reviewing team.",
        )
    return found
