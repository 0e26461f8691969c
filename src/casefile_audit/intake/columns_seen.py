"""How the columns of long files are filled in, told by all their rows and not by the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from casefile_audit.files.workbook import Sheet
from casefile_audit.intake.habits import habits_of
from casefile_audit.intake.layout import DataSheet, Layout
from casefile_audit.intake.texts_seen import TextsSeen
from casefile_audit.issues import Issue, IssueCode, Level
from casefile_audit.rubric.habits import NO_HABIT, Habit


@dataclass
class ColumnsSeen:
    """What the columns of long data sheets hold, by the sheets' and the columns' indexes."""

    by_sheet: dict[int, dict[int, TextsSeen]] = field(default_factory=dict)

    def add(self, sheet: int, seen: Mapping[int, TextsSeen]) -> None:
        """What those of the next piece hold."""
        if not seen:
            return
        own = self.by_sheet.setdefault(sheet, {})
        for index, texts in seen.items():
            own.setdefault(index, TextsSeen()).add(texts)

    def habits(
        self, layout: Layout, heads: Sequence[Sheet]
    ) -> dict[int, tuple[dict[str, Habit], list[Issue]]]:
        """The habits of each field of each of the sheets, and what could change a count.

        Args:
            heads: the first rows of each data sheet.
        """
        return {
            index: self._habits(layout, layout.sheets[index], heads[index])
            for index in self.by_sheet
        }

    def _habits(
        self, layout: Layout, data: DataSheet, head: Sheet
    ) -> tuple[dict[str, Habit], list[Issue]]:
        columns, rubric = self.by_sheet[data.index], layout.rubric
        given = (data.file.name, head, data.header, rubric, layout.mapping)
        habits, issues = habits_of(*given, columns)
        by_field = {name: data.header.of_field(name) for name in rubric.fields}
        untold = [
            name
            for name, own in by_field.items()
            if any(columns[c.index].are_too_many for c in own)
        ]
        if untold:
            first, of_first = habits_of(*given)
            habits |= {name: first.get(name, NO_HABIT) for name in untold}
            issues = [issue for issue in issues if issue.field not in untold]
            issues += [issue for issue in of_first if issue.field in untold]
        told_by = len(head.rows) - data.first_row
        looked_at = Issue(
            IssueCode.FIRST_ROWS_LOOKED_AT, Level.NOTE, data.file.name, data.name, total=told_by
        )
        if max((its.rows for its in columns.values()), default=0) > told_by:
            issues += [looked_at, *(replace(looked_at, field=name) for name in untold)]
        return {name: habit for name, habit in habits.items() if habit != NO_HABIT}, issues
