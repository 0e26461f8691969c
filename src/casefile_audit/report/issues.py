"""What issues say: one sentence for each code, and the place at the top of a page for doubts."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from casefile_audit.english import count, listing
from casefile_audit.issues import PLACES_NAMED, Issue, IssueCode, Level
from casefile_audit.report import issues_of_samples
from casefile_audit.report.blocks import Block, Heading, Items
from casefile_audit.report.issues_of_cells import SENTENCES, at


def _reference_repeated(issue: Issue) -> str:
    has = "has" if issue.total == 1 else "have"
    return (
        f"{count(issue.total, 'case')} {has} the same reference as another case, and every one is "
        f"counted{at(issue)}. Remove the row that is there twice, or give each case a reference of "
        "its own."
    )


def _forms_unread(issue: Issue) -> str:
    some = f"{issue.total:,} of {count(int(issue.facts['forms']), 'form')}"
    if issue.total == issue.facts["forms"] == 1:
        some = "The form"
    verb = "is" if issue.total == 1 else "are"
    return (
        f"{some} {verb} not yet read, as no question is answered{at(issue)}: counted in no figure "
        "here. Add --count-unread if blank means that nothing is recorded."
    )


def _files_without_form(issue: Issue) -> str:
    has = "has" if issue.total == 1 else "have"
    return (
        f"{count(issue.total, 'document')} {has} no form that the rubric knows, so no case was "
        f"read from {'it' if issue.total == 1 else 'them'}{at(issue)}."
    )


def _form_of_another_version(issue: Issue) -> str:
    facts = issue.facts
    return (
        f"{issue.file} is a form made from {facts['made from']}, and was read by "
        f"{facts['read by']}: what that one didn't ask is asked of none of its cases."
    )


def _cases_not_read(issue: Issue) -> str:
    are = "isn't" if issue.total == 1 else "aren't"
    return (
        f"{issue.total:,} of {issue.facts['of']:,} cases {are} read yet, as nothing is answered"
        f"{_in_rows(issue)}: counted in no figure here. Add --count-unread if blank means that "
        "nothing is recorded."
    )


def _rows_untold(issue: Issue) -> str:
    one = issue.total == 1
    return (
        f"{count(issue.total, 'row')} may {'be a case' if one else 'be cases'} that "
        f"{'is' if one else 'are'} asked for, but what tells it is blank or can't be read"
        f"{_in_rows(issue)}: left out. Fill it in to have {'it' if one else 'them'} counted."
    )


def _column_blank(issue: Issue) -> str:
    return (
        f"{issue.facts['column']} is blank in all {count(issue.total, 'case')}: was it filled in, "
        f"or exported? “{issue.facts['question']}” is set aside until it is. Add --count-blank "
        f"{issue.field} if blank means that nothing is recorded."
    )


def _column_with_remark(issue: Issue) -> str:
    return (
        f"{issue.facts['column']} “{issue.facts['heading']}” was not read: what stands in brackets "
        f"may change what it holds. Map it to {issue.field} with --map if it doesn't."
    )


def _column_hidden(issue: Issue) -> str:
    facts = issue.facts
    return (
        f"Column {facts['column']} “{facts['heading']}” is hidden and was read, and column "
        f"{facts['beside']} “{facts['its heading']}”, which is not, was left: choose with "
        f'--map {issue.field}="column {facts["beside"]}" or "column {facts["column"]}".'
    )


def _row_without_reference(issue: Issue) -> str:
    rows = count(issue.total, "row")
    if issue.total == 1:
        return (
            f"{rows} has no case reference and was left out{_in_rows(issue)}: "
            "give it one if it is a case."
        )
    return (
        f"{rows} have no case reference and were left out{_in_rows(issue)}: "
        "give those that are cases one."
    )


def _row_unlike_cases(issue: Issue) -> str:
    one = issue.total == 1
    return (
        f"{count(issue.total, 'row')} {'was' if one else 'were'} left out, as nothing in "
        f"{'it is' if one else 'them is'} like a case{_in_rows(issue)}: look at "
        f"{'it' if one else 'them'}."
    )


def _rows_struck_out(issue: Issue) -> str:
    one = issue.total == 1
    what = "its row if it was" if one else "the rows of those that were"
    return (
        f"{count(issue.total, 'case')} {'is' if one else 'are'} struck out{_in_rows(issue)}, and "
        f"counted: delete {what} taken back."
    )


def _formula_not_calculated(issue: Issue) -> str:
    return (
        f"{count(issue.total, 'cell')} of `{issue.field}` {_holds(issue)} a formula that was never "
        f"calculated, so {_its(issue)} answer isn't in {issue.file}{at(issue)}: counted in "
        "neither direction. Open the workbook in Excel or LibreOffice, save it, and run this again."
    )


def _cells_of_errors(issue: Issue) -> str:
    return (
        f"{count(issue.total, 'cell')} of `{issue.field}` {_holds(issue)} an error in place of an "
        f"answer{at(issue)}: counted in neither direction. Put the formulas right, or paste what "
        "they should show as values."
    )


def _cells_unreadable(issue: Issue) -> str:
    return (
        f"{count(issue.total, 'cell')} of `{issue.field}` can't be read"
        f"{at(issue)}: counted in neither direction, so what is said of it is of the others. Put "
        "them right first, or say in the rubric or a mapping what those words mean."
    )


def _holds(issue: Issue) -> str:
    return "holds" if issue.total == 1 else "hold"


def _its(issue: Issue) -> str:
    return "its" if issue.total == 1 else "their"


def _rows_out_of_place(issue: Issue) -> str:
    has = "hasn't" if issue.total == 1 else "haven't"
    return (
        f"{_rows(issue)} {has} as many cells as there are headings ({issue.facts['headings']}), so "
        f"nobody can tell which is which: {_its(issue)} answers count in neither direction. A "
        "comma in a text that isn't between quotation marks does that."
    )


def _rows_broken(issue: Issue) -> str:
    return (
        f"{_rows(issue)} {'goes' if issue.total == 1 else 'go'} on in the next: a text with a "
        "line break isn't between quotation marks. What it answers counts in neither direction."
    )


def _rows_swallowed(issue: Issue) -> str:
    return (
        f"{_rows(issue)} {_holds(issue)} whole rows in a cell, and those aren't among the cases: a "
        "quotation mark there begins a text that ends in another row. Remove it, or write it "
        "twice; until then what the row answers counts in neither direction."
    )


def _odd_bytes(issue: Issue) -> str:
    are = "is" if issue.total == 1 else "are"
    return f"{count(issue.total, 'byte')} of the text {are} not UTF-8, and read as Windows-1252"


def _nul_bytes(issue: Issue) -> str:
    return f"{count(issue.total, 'NUL byte')} left out, which no text has"


def _rows(issue: Issue) -> str:
    """``row 7 of cases.csv``, or the first of several."""
    if issue.total == 1:
        return f"{issue.places[0].capitalize()} of {issue.file}"
    numbers = [place.removeprefix("row ") for place in issue.places]
    more = issue.total - len(numbers)
    return f"Rows {listing([*numbers, *([f'{more:,} more'] if more else [])])} of {issue.file}"


def _rows_joined(issue: Issue) -> str:
    cases = count(int(issue.facts["cases"]), "case")
    return f"{count(issue.total, 'row')} brought together into {cases}, as the mapping says"


def _rows_contradict(issue: Issue) -> str:
    return (
        f"The rows of {count(issue.total, 'case')} say different things of `{issue.field}`"
        f"{at(issue)}: the first is counted. Put right which it is."
    )


_SENTENCES: Mapping[IssueCode, Callable[[Issue], str]] = {
    IssueCode.REFERENCE_REPEATED: _reference_repeated,
    IssueCode.ROWS_JOINED: _rows_joined,
    IssueCode.ROWS_CONTRADICT: _rows_contradict,
    IssueCode.CASES_NOT_READ: _cases_not_read,
    IssueCode.ROWS_UNTOLD: _rows_untold,
    IssueCode.COLUMN_BLANK: _column_blank,
    IssueCode.COLUMN_WITH_REMARK: _column_with_remark,
    IssueCode.COLUMN_HIDDEN: _column_hidden,
    IssueCode.ROW_WITHOUT_REFERENCE: _row_without_reference,
    IssueCode.ROWS_STRUCK_OUT: _rows_struck_out,
    IssueCode.ROW_UNLIKE_CASES: _row_unlike_cases,
    IssueCode.FORMULA_NOT_CALCULATED: _formula_not_calculated,
    IssueCode.CELLS_UNREADABLE: _cells_unreadable,
    IssueCode.CELLS_OF_ERRORS: _cells_of_errors,
    IssueCode.FORMS_UNREAD: _forms_unread,
    IssueCode.FILES_WITHOUT_FORM: _files_without_form,
    IssueCode.FORM_OF_ANOTHER_VERSION: _form_of_another_version,
    IssueCode.ROWS_OUT_OF_PLACE: _rows_out_of_place,
    IssueCode.ROWS_BROKEN: _rows_broken,
    IssueCode.ROWS_SWALLOWED: _rows_swallowed,
    IssueCode.ODD_BYTES: _odd_bytes,
    IssueCode.NUL_BYTES: _nul_bytes,
    **SENTENCES,
    **issues_of_samples.SENTENCES,
}


def sentence(issue: Issue) -> str:
    """An issue in a sentence."""
    return _SENTENCES[issue.code](issue)


def doubts(issues: Iterable[Issue]) -> Iterator[Block]:
    """What could change a count, to stand before any finding; nothing where nothing could."""
    said = [sentence(issue) for issue in issues if issue.level is Level.DOUBT]
    if said:
        yield Heading("In doubt, and it matters")
        yield Items(said)


def notes(issues: Iterable[Issue]) -> list[str]:
    """The sentences on what ought to be known of how the files were read."""
    return [sentence(issue) for issue in issues if issue.level is Level.NOTE]


def _in_rows(issue: Issue) -> str:
    """The sheet and rows of an issue in brackets."""
    more = ["others"] if len(issue.places) == PLACES_NAMED else []
    return f" ({issue.file}, {issue.sheet}: {listing([*issue.places, *more])})"
