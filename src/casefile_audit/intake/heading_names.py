"""What to head the columns of a new workbook, so that intake knows each field of a rubric again."""

from casefile_audit.intake.headings import matcher_of
from casefile_audit.intake.mapping import SheetMapping
from casefile_audit.rubric.model import Rubric


class HeadingNames:
    """The headings by which the fields of a rubric are known again."""

    def __init__(self, rubric: Rubric) -> None:
        """Args: the rubric."""
        self._rubric = rubric
        self._matcher = matcher_of(rubric, SheetMapping())

    def of(self, name: str, number: int = 0) -> str:
        """A heading that is read as this field, or as so many-th of its columns, and no other."""
        field = self._rubric.fields[name]
        titles = [self._rubric.title_of("fields", name), field.title, *field.headings]
        if any(other.same_column_as == name for other in self._rubric.fields.values()):
            titles.sort(key=lambda text: "{n}" not in text)  # another goes by one of those numbers
        for heading in titles:
            text = heading.replace("{n}", str(number)) if number else heading
            text = f"{text} {number}" if number and "{n}" not in heading else text
            found = self._matcher.field_of(text) if text else None
            if found is not None and found.field == name:
                return text
        return f"{name} {number}" if number else name
