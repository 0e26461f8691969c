"""In which order a form asks a rubric's fields: its questions are numbered so, from 1 on."""

from casefile_audit.rubric.model import Rubric

COLUMNS_OF_DATES = 6
"""Of several dates of one kind, a form has room for so many."""


def questions_in_order(rubric: Rubric, sector: str = "") -> list[tuple[str, int]]:
    """The fields that a form asks, each with its number if it is a column of several, else nought.

    The case reference comes first, then what is known of a case, then what is asked, in the order
    of the criteria: so those that sectors share come in the same order in each.
    """
    return [
        (name, number)
        for name in _fields_in_order(rubric, sector)
        for number in (
            range(1, COLUMNS_OF_DATES + 1) if rubric.fields[name].several_columns else (0,)
        )
    ]


def _fields_in_order(rubric: Rubric, sector: str) -> list[str]:
    asked: dict[str, set[str]] = {}
    for criterion in rubric.criteria.values():
        for condition in filter(None, (criterion.applies, criterion.met)):
            for field, _ in condition.uses():
                # What another reads of its column is asked with it.
                sectors = asked.setdefault(rubric.column_of(field), set())
                sectors.update(criterion.sectors or ("", *rubric.sectors))
    grades = [grade.recorded for grade in rubric.grades.values() if grade.recorded]
    own = (name for name in rubric.fields if rubric.column_of(name) == name)
    others = [name for name in own if name not in asked and name not in grades]
    first = [name for name in (rubric.identifier,) if name]
    ordered = dict.fromkeys((*first, *others, *asked, *grades))
    elsewhere = {name for name, sectors in asked.items() if sector and sector not in sectors}
    return [name for name in ordered if name not in elsewhere | {rubric.sector}]
