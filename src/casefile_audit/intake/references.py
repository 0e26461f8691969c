"""What cases are called: by their references, or else by their rows; and which have the same."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from casefile_audit.cases import Cases, State
from casefile_audit.english import cells_at, fold
from casefile_audit.files.workbook import address
from casefile_audit.intake.cells import Block
from casefile_audit.intake.duplicates import sectors_of_cases
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.redaction import redacted
from casefile_audit.results import CellProblem
from casefile_audit.rubric.model import Rubric


def named(
    cases: Cases, data: DataSheet, block: Block, rubric: Rubric
) -> tuple[Cases, list[CellProblem]]:
    """The cases with their references, and the cells where one should be and isn't."""
    columns = block.header.of_field(rubric.identifier) if rubric.identifier else []
    if not columns or rubric.identifier is None:
        references = np.array([data.name_of(row) for row in cases.row], dtype=object)
        return replace(cases, references=references), []
    named, states = cases.column(rubric.identifier)
    references = named.rows().copy()
    column = columns[0]
    problems = []
    for case in np.flatnonzero(states != State.VALUE).tolist():
        row = int(cases.row[case]) - 1
        references[case] = data.name_of(row + 1)
        problems.append(
            CellProblem(
                file=data.file.name,
                sheet=data.name,
                cell=column.place or address(row, column.index),
                field=rubric.identifier,
                found=redacted(block.text(block.places[case], column.index)),
                expected=f"a case reference; the case is called {references[case]}",
                row=row,
                column=column.index,
            )
        )
    return replace(cases, references=references), problems


def repeated_references(cases: Cases, layout: Layout) -> Iterator[CellProblem]:
    """Cases whose reference another has already."""
    if layout.rubric.identifier is None:
        return
    keys: Iterable[object] = map(fold, cases.references)
    if layout.rubric.sectors:
        keys = zip(keys, sectors_of_cases(cases), strict=True)
    first_of: dict[object, int] = {}
    for case, key in enumerate(keys):
        first = first_of.setdefault(key, case)
        if first != case:
            places = ((int(cases.sheet[i]), int(cases.row[i])) for i in (case, first))
            yield repeated_reference(layout, str(cases.references[case]), *places)


def repeated_reference(
    layout: Layout, reference: str, again: tuple[int, int], first: tuple[int, int]
) -> CellProblem:
    """The problem of a case that has the reference of another.

    Args:
        again: the case's data sheet, and its row counted from 1.
        first: those of the other.
    """
    data, first_data = layout.sheets[again[0]], layout.sheets[first[0]]
    file = "" if data.file == first_data.file else first_data.file.name
    at = cells_at(file, first_data.name, first_data.reference_at(first[1] - 1))
    row, column = again[1] - 1, data.rules.identifier or 0
    return CellProblem(
        file=data.file.name,
        sheet=data.name,
        cell=data.reference_at(row) if data.is_form else address(row, column),
        field=layout.rubric.identifier or "",
        found=redacted(reference, reference),
        expected=f"a reference of its own; {at} has it too, and both are counted",
        other=at,
        repeats=reference,
        row=row,
        column=column,
    )
