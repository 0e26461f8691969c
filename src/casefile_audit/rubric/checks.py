"""What is wrong with a rubric whose YAML can be read: names that lead nowhere, clashes, slips."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Literal

from casefile_audit.english import did_you_mean, fold, heading_key, listing, quoted
from casefile_audit.rubric.conditions.base import Fault
from casefile_audit.rubric.conditions.moments import AS_OF
from casefile_audit.rubric.fields import GradeField
from casefile_audit.rubric.model import SECTOR, Criterion, Rubric


def faults_of(rubric: Rubric) -> Iterator[Fault]:
    """Every fault that can be told without running the rubric."""
    yield from _field_faults(rubric)
    yield from _word_faults(rubric)
    yield from _heading_clashes(rubric)
    yield from _sector_faults(rubric)
    yield from _grade_faults(rubric)
    setting = rubric.setting(dt.date.today())
    for fault in rubric.cases.faults(setting) if rubric.cases is not None else ():
        yield fault.below("cases")
    for name, grade in rubric.grades.items():
        for fault in grade.applies.faults(setting) if grade.applies is not None else ():
            yield fault.below("grades", name, "applies")
    for name, criterion in rubric.criteria.items():
        for key in ("applies", "met"):
            condition = getattr(criterion, key)
            for fault in condition.faults(setting) if condition is not None else ():
                yield fault.below("criteria", name, key)
        for fault in _criterion_faults(rubric, criterion):
            yield fault.below("criteria", name)


def _field_faults(rubric: Rubric) -> Iterator[Fault]:
    identifiers = [name for name, field in rubric.fields.items() if field.type == "identifier"]
    for name in identifiers[1:]:
        found = f"`{identifiers[0]}` is the identifier already"
        yield Fault(("fields", name, "type"), found, "a case has one reference: use `text`")
    if not identifiers:
        found = "no field is an identifier, so cases go by their rows and can't be matched or told"
        hint = "give the field of the case reference `type: identifier`"
        yield Fault(("fields",), f"{found} twice", hint, is_error=False)
    if AS_OF in rubric.fields:
        found = f"`{AS_OF}` is the audit's day, wherever a date may stand"
        yield Fault(("fields", AS_OF), found, "call the field something else")
    yield from _shared_faults(rubric)
    recorded = {grade.recorded for grade in rubric.grades.values()}
    for name, field in rubric.fields.items():
        if isinstance(field, GradeField) and name not in recorded:
            hint = f"add it under `grades`, with its scale and `recorded: {name}`"
            yield Fault(("fields", name), f"no grade records `{name}`", hint)
        for sector in field.by_sector:
            if sector not in rubric.sectors:
                yield _unknown(
                    ("fields", name, "by_sector", sector), "sector", sector, rubric.sectors
                )


def _shared_faults(rubric: Rubric) -> Iterator[Fault]:
    """A field that reads the column of one that isn't there, or that has none of its own."""
    for name, field in rubric.fields.items():
        place = ("fields", name, "same_column_as")
        other = field.same_column_as
        if other is None:
            continue
        if other not in rubric.fields:
            yield _unknown(place, "field", other, rubric.fields)
        elif other == name or rubric.fields[other].same_column_as is not None:
            found = f"`{other}` has no column of its own"
            yield Fault(place, found, "name the field whose headings the column has")
        elif rubric.fields[other].several_columns and not field.headings:
            found = f"`{other}` has several columns"
            hint = "say which by `headings`"
            if not field.several_columns:
                yield Fault(place, found, hint)


def _word_faults(rubric: Rubric) -> Iterator[Fault]:
    """A word that a field gives two meanings, or another word for a grade that isn't there."""
    for name in rubric.fields:
        for sector in ("", *rubric.fields[name].by_sector):
            field = rubric.fields_of(sector)[name]
            place = ("fields", name, *(("by_sector", sector) if sector else ()))
            meanings: dict[str, str] = {}
            for key in ("blank", "unknown", "not_applicable", "yes", "partly", "no"):
                for word in getattr(field, key, ()):
                    first = meanings.setdefault(fold(word), key)
                    if first != key:
                        found = f"`{word}` stands under `{first}` and under `{key}`"
                        yield Fault((*place, key), found, "leave it to one of them")
        field = rubric.fields[name]
        scale = getattr(rubric.fields_of()[name], "scale", ())
        for word, grade in field.also.items() if isinstance(field, GradeField) and scale else ():
            place = ("fields", name, "also", word)
            if grade not in scale:
                yield Fault(place, f"`{grade}` isn't on the scale", did_you_mean(grade, scale))
            if fold(word) in map(fold, scale) and fold(word) != fold(grade):
                yield Fault(place, f"`{word}` is itself on the scale", "leave it out")


def _heading_clashes(rubric: Rubric) -> Iterator[Fault]:
    """Headings are compared as in a sheet, where a field's name and title are headings too.

    A sheet may hold the records of several sectors, so that their headings share one table.
    """
    claimed: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for sector in ("", *rubric.sectors):
        for name, field in rubric.fields_of(sector).items():
            if field.same_column_as is not None:
                continue
            for heading in filter(heading_key, (*field.headings, field.title, name)):
                key = heading_key(heading)
                first = claimed.setdefault(key, name)
                if first != name and (key, name) not in told:
                    told.add((key, name))
                    found = f"the heading `{heading}` is claimed by `{first}` and by `{name}`"
                    yield Fault(("fields", name, "headings"), found, "leave it to one of them")


def _sector_faults(rubric: Rubric) -> Iterator[Fault]:
    if rubric.sector is not None and rubric.sector not in rubric.fields:
        yield _unknown(("sector",), "field", rubric.sector, rubric.fields)
    if rubric.sector is not None and not rubric.sectors:
        yield Fault(("sector",), "there are no sectors", "list them under `sectors`")


def _grade_faults(rubric: Rubric) -> Iterator[Fault]:
    themes = {criterion.theme for criterion in rubric.criteria.values() if criterion.theme}
    recorders: dict[str, str] = {}
    for name, grade in rubric.grades.items():
        place: tuple[str, ...] = ("grades", name)
        first = recorders.setdefault(grade.recorded or name, name)
        if grade.recorded and first != name:
            found = f"`{grade.recorded}` records `{first}` already"
            yield Fault((*place, "recorded"), found, "each judgement needs a field of its own")
        if (
            isinstance(grade.scale, str)
            and len(parts := [its for its in map(str.strip, grade.scale.split(",")) if its]) > 1
        ):
            found = f"`{grade.scale}` is one text, and a scale is a list"
            hint = f"write it between brackets, best first: [{', '.join(parts)}]"
            yield Fault((*place, "scale"), found, hint)
            continue
        if isinstance(grade.scale, str) and grade.scale not in rubric.scales:
            yield _unknown((*place, "scale"), "scale", grade.scale, rubric.scales)
            continue
        if grade.recorded is None and not grade.bands:
            yield Fault(place, "it is neither recorded nor derived", "give `recorded` or `bands`")
        field = rubric.fields.get(grade.recorded) if grade.recorded else None
        if grade.recorded and field is None:
            yield _unknown((*place, "recorded"), "field", grade.recorded, rubric.fields)
        elif field is not None and field.type != "grade":
            found = f"`{grade.recorded}` is a {field.type} field"
            yield Fault((*place, "recorded"), found, "it has to be a grade field")
        if grade.theme is not None and grade.theme not in themes:
            hint = did_you_mean(grade.theme, sorted(themes)) or "no criterion has a `theme`"
            yield Fault((*place, "theme"), f"there is no theme `{grade.theme}`", hint)
        yield from _band_faults(rubric, name)


def _band_faults(rubric: Rubric, name: str) -> Iterator[Fault]:
    scale, bands = rubric.scale(name), rubric.grades[name].bands
    for grade in bands:
        if grade not in scale:
            place = ("grades", name, "bands", grade)
            yield Fault(place, f"`{grade}` isn't on the scale", did_you_mean(grade, scale))
    if not set(bands) <= set(scale):
        return
    floors = [bands[grade] for grade in scale if grade in bands]
    if floors != sorted(floors, reverse=True) or len(set(floors)) < len(floors):
        hint = f"best first: {listing(scale)}"
        yield Fault(("grades", name, "bands"), "a worse grade needs as high a score", hint)
    if bands and len(bands) == len(scale) and floors[-1] > 0:
        hint = f"leave `{scale[-1]}` out, or let it need 0"
        yield Fault(("grades", name, "bands"), f"a score under {floors[-1]:g} has no grade", hint)
    if bands and len(set(scale) - set(bands)) > 1:
        without = listing(quoted(g for g in scale if g not in bands))
        hint = "one grade, the worst, takes the rest"
        yield Fault(("grades", name, "bands"), f"{without} have no score", hint)


def _criterion_faults(rubric: Rubric, criterion: Criterion) -> Iterator[Fault]:
    for index, sector in enumerate(criterion.sectors):
        if sector not in rubric.sectors:
            yield _unknown(("sectors", index), "sector", sector, rubric.sectors)
    yield from _bound_faults(rubric, criterion, "limits")
    yield from _bound_faults(rubric, criterion, "floors")
    if criterion.target is not None and 0 < criterion.target < 1:
        found = f"a target of {criterion.target:g} is less than one in a hundred"
        yield Fault(("target",), found, "it is a percentage: write 95 for 95%")
    if criterion.due is not None and not (rubric.source and rubric.source.published):
        hint = "give `published` under `source`"
        yield Fault(("due",), "there is no publication date to count from", hint)
    for index, test in enumerate(criterion.tests):
        for name in test.given:
            for fault in _cell_faults(rubric, name, test.given[name]):
                yield fault.below("tests", index, "given", name)
    if not criterion.tests:
        hint = "add `tests:` with example cells and the outcome expected"
        yield Fault((), "it has no test", hint, is_error=False)


def _cell_faults(rubric: Rubric, name: str, cell: str | list[str]) -> Iterator[Fault]:
    if name == SECTOR and rubric.sectors:
        if cell not in rubric.sectors:
            yield _unknown((), "sector", str(cell), rubric.sectors)
    elif name not in rubric.fields:
        yield _unknown((), "field", name, rubric.fields)
    elif isinstance(cell, list) and not rubric.fields[name].several_columns:
        yield Fault((), f"`{name}` has one cell", "only a `dates` field has a list of them")


def _bound_faults(
    rubric: Rubric, criterion: Criterion, which: Literal["limits", "floors"]
) -> Iterator[Fault]:
    bound: str | dict[str, str] = getattr(criterion, which)
    derived = {
        name: rubric.scale(name)
        for name, grade in rubric.grades.items()
        if grade.bands and grade.theme in (None, criterion.theme)
    }
    if bound and not derived:
        yield Fault((which,), "no grade is derived from this criterion", "give a grade `bands`")
        return
    wanted = dict.fromkeys(derived, bound) if isinstance(bound, str) else bound
    for name, grade in wanted.items():
        place = (which,) if isinstance(bound, str) else (which, name)
        if name not in derived:
            yield _unknown(place, "derived grade", name, derived)
        elif grade and grade not in derived[name]:
            found = f"`{grade}` isn't on the scale of `{name}`"
            yield Fault(place, found, did_you_mean(grade, derived[name]))


def _unknown(place: tuple[str | int, ...], kind: str, name: str, known: Iterable[str]) -> Fault:
    hint = did_you_mean(name, list(known)) or f"there are none: list them under `{kind}s`"
    return Fault(place, f"there is no {kind} `{name}`", hint)
