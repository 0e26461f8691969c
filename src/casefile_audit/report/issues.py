"""What issues say: one sentence for each code, and the place at the top of a page for doubts."""

from collections.abc import Iterable, Iterator

from casefile_audit.english import count
from casefile_audit.issues import Issue, IssueCode, Level
from casefile_audit.report import issues_of_cells, issues_of_samples
from casefile_audit.report.blocks import Block, Heading, Items
from casefile_audit.report.issue_words import Sentences, alike_but_for_fields, filled


def _language_reviewed(issue: Issue) -> str:
    of, digest = int(issue.facts["decisions"]), str(issue.facts["sha256"])[:8]
    if not of:
        return "Nothing is decided in {file}: each term goes by what the rules propose."
    said = f"{{total:,}} of the {of:,} decisions of {{file}} ({digest}) {{holds|hold}} here"
    if issue.total == of:
        return f"{said}, and how those terms are meant goes by them."
    return f"{said}: the others are of other cases, or of words that have changed since."


def _forms_unread(issue: Issue) -> str:
    some = f"{{total:,}} of {count(int(issue.facts['forms']), 'form')}"
    if issue.total == issue.facts["forms"] == 1:
        some = "The form"
    return (
        f"{some} {{is|are}} not yet read, as no question is answered{{at}}: counted in no figure "
        "here. Add --count-unread if blank means that nothing is recorded."
    )


def _rows_joined(issue: Issue) -> str:
    cases = count(int(issue.facts["cases"]), "case")
    return f"{{n row}} brought together into {cases}, as the mapping says"


_SENTENCES: Sentences = {
    IssueCode.LANGUAGE_REVIEWED: _language_reviewed,
    IssueCode.REFERENCE_REPEATED: "{n case} {has|have} the same reference as another case, and "
    "every one is counted{at}. Remove the row that is there twice, or give each case a reference "
    "of its own.",
    IssueCode.ROWS_JOINED: _rows_joined,
    IssueCode.ROWS_CONTRADICT: "The rows of {n case} say different things of `{field}`{at}: the "
    "first is counted. Put right which it is.",
    IssueCode.CASES_NOT_READ: "{total:,} of {of:,} cases {isn't|aren't} read yet, as nothing is "
    "answered{in rows}: counted in no figure here. Add --count-unread if blank means that nothing "
    "is recorded.",
    IssueCode.ROWS_UNTOLD: "{n row} may {be a case|be cases} that {is|are} asked for, but what "
    "tells it is blank or can't be read{in rows}: left out. Fill it in to have {it|them} counted.",
    IssueCode.COLUMN_BLANK: "{column} is blank in all {n case}: was it filled in, or exported? "
    "“{question}” is set aside until it is. Add --count-blank {field} if blank means that nothing "
    "is recorded.",
    IssueCode.COLUMN_WITH_REMARK: "{column} “{heading}” was not read: what stands in brackets may "
    "change what it holds. Map it to {field} with --map if it doesn't.",
    IssueCode.COLUMN_HIDDEN: "Column {column} “{heading}” is hidden and was read, and column "
    "{beside} “{its heading}”, which is not, was left: choose with "
    '--map {field}="column {beside}" or "column {column}".',
    IssueCode.COLUMNS_DISAGREE: "Column {beside} “{its heading}” gives {n case} another answer "
    "than column {column} “{heading}”, which was read{at}: choose with "
    '--map {field}="column {beside}" or "column {column}".',
    IssueCode.SHEET_WITHOUT_HEADINGS: "{n row} {looks like a case|look like cases} on a sheet "
    "without headings{in rows}, under those of sheet {beside}: {it was not|none was} read. Copy "
    "the headings over {it if it is one|them if they are}.",
    IssueCode.ROW_WITHOUT_REFERENCE: "{n row} {has|have} no case reference and {was|were} left out"
    "{in rows}: give {it one if it is a case|those that are cases one}.",
    IssueCode.ROWS_STRUCK_OUT: "{n case} {is|are} struck out{in rows}, and counted: delete {its "
    "row if it was|the rows of those that were} taken back.",
    IssueCode.ROW_UNLIKE_CASES: "{n row} {was|were} left out, as nothing in {it is|them is} like a "
    "case{in rows}: look at {it|them}.",
    IssueCode.FORMS_UNREAD: _forms_unread,
    IssueCode.FORM_BEYOND_READING: "{file} may hold answers that aren't read: {what}.",
    IssueCode.FORMS_PRINTED_SO: "{n answer} {was|were} read by how {it looks|they look}, as one of "
    "several choices is filled in or bold, and it is always “{word}”{at}: if the form was printed "
    "so, nobody gave {it|them}.",
    IssueCode.FILES_WITHOUT_FORM: "{n document} {has|have} no form that the rubric knows, so no "
    "case was read from {it|them}{at}.",
    IssueCode.FORM_OF_ANOTHER_VERSION: "{file} is a form made from {made from}, and was read by "
    "{read by}: what that one didn't ask is asked of none of its cases.",
    IssueCode.ROWS_OUT_OF_PLACE: "{Rows} {hasn't|haven't} as many cells as there are headings "
    "({headings}), so nobody can tell which is which: {its|their} answers count in neither "
    "direction. A comma in a text that isn't between quotation marks does that.",
    IssueCode.ROWS_MOVED: "{Rows} {seems|seem} to have moved a cell to the {way}: what can't be "
    "read in {it|them} is what the columns beside hold. {Its|Their} other answers are read from "
    "the wrong columns: put {it|them} right.",
    IssueCode.ROWS_BROKEN: "{Rows} {goes|go} on in the next: a text with a line break isn't "
    "between quotation marks. What it answers counts in neither direction.",
    IssueCode.ROWS_SWALLOWED: "{Rows} {holds|hold} whole rows in a cell, and those aren't among "
    "the cases: a quotation mark there begins a text that ends in another row. Remove it, or write "
    "it twice; until then what the row answers counts in neither direction.",
    IssueCode.ODD_BYTES: "{n byte} of the text {is|are} not UTF-8, and read as Windows-1252",
    IssueCode.NUL_BYTES: "{n NUL byte} left out, which no text has",
    **issues_of_cells.SENTENCES,
    **issues_of_samples.SENTENCES,
}


def sentence(*alike: Issue) -> str:
    """An issue in a sentence; or several that are alike but for their fields."""
    return filled(_SENTENCES[alike[0].code], alike)


def doubts(issues: Iterable[Issue]) -> Iterator[Block]:
    """What could change a count, to stand before any finding; nothing where nothing could."""
    said = _said(issue for issue in issues if issue.level is Level.DOUBT)
    if said:
        yield Heading("In doubt, and it matters")
        yield Items(said)


def notes(issues: Iterable[Issue]) -> list[str]:
    """The sentences on what ought to be known of how the files were read."""
    return _said(issue for issue in issues if issue.level is Level.NOTE)


def _said(issues: Iterable[Issue]) -> list[str]:
    return [sentence(*alike) for alike in alike_but_for_fields(_SENTENCES, issues)]
