"""What issues of cells say: one sentence for each code."""

from casefile_audit.issues import Issue, IssueCode
from casefile_audit.report.issue_words import Sentences

_CELLS = "{n cell} of {fields}"
_NEITHER = "counted in neither direction"


def _first_rows_looked_at(issue: Issue) -> str:
    if issue.field:
        return (
            "`{field}` holds too many different texts to be kept: how it is filled in was told "
            "from the first {n row} of {file}."
        )
    return (
        "How case references look, and whether a case takes several rows, was told from the first "
        "{n row} of {file}."
    )


def _dates_month_first(issue: Issue) -> str:
    why = "{n cell} can be nothing else{at}, and none can only be day first"
    if issue.facts.get("beside"):
        why = "those of `{beside}` are, and {n cell} could be either{at}"
    return (
        f"The dates of `{{field}}` are read month first, as mm/dd: {why}. If that is wrong, write "
        "`dates: day-first` in a mapping."
    )


SENTENCES: Sentences = {
    IssueCode.FORMULA_NOT_CALCULATED: f"{_CELLS} {{holds|hold}} a formula that was never "
    "calculated, so {its|their} answer isn't in {file}{at}: "
    f"{_NEITHER}. Open the workbook in Excel or LibreOffice, save it, and run this again.",
    IssueCode.CELLS_OF_ERRORS: f"{_CELLS} {{holds|hold}} an error in place of an answer{{at}}: "
    f"{_NEITHER}. Put the formulas right, or paste what they should show as values.",
    IssueCode.CELLS_STRUCK_OUT: f"{_CELLS} {{is|are}} struck out{{at}}, and read all the same: "
    "delete {it if it was|those that were} taken back.",
    IssueCode.CELLS_UNREADABLE: f"{_CELLS} can't be read{{at}}: {_NEITHER}, so what is said of it "
    "is of the others. Put them right first, or say in the rubric or a mapping what those words "
    "mean.",
    IssueCode.MISSING_CODES: f"{_CELLS} {{looks like a code|look like codes}} for a value that "
    f"isn't there ({{codes}}){{at}}: {_NEITHER}. Say in a mapping what {{it is|they are}}: "
    "`words: {{{field}: {{blank: [{first code}]}}}}`, or `value:` in place of `blank:`.",
    IssueCode.DATES_MONTH_FIRST: _dates_month_first,
    IssueCode.DATES_OF_TWO_ORDERS: "Some dates of `{field}` can only be day first and some only "
    "month first, so {n cell} that could be either {is|are} not read{at}. Put them right, or write "
    "`dates: month-first` or `dates: day-first` in a mapping.",
    IssueCode.DATES_TURNED: "A spreadsheet program made dates of some texts of `{field}` and left "
    "others, so it may have swapped day and month (month-first for day-first): {n cell} that could "
    "be either {is|are} not read{at}. Export the column again as text, or write `dates: day-first` "
    "in a mapping if they are right.",
    IssueCode.DATES_FAR_AHEAD: f"{_CELLS} {{is a date|are dates}} as far ahead as {{year}}{{at}}: "
    "is the year right?",
    IssueCode.DAY_FAR_AWAY: "The cases are judged as of {day}, {years} years from today: is that "
    "the day you meant by --as-of?",
    IssueCode.OFFSETS_DROPPED: f"{_CELLS} {{says|say}} how far the clock is from Greenwich (UTC), "
    "which is left out: the clock time stands as written. `time zone: Europe/London` in a mapping "
    "reads them by the clock there",
    IssueCode.REFERENCES_AS_DATES: "{n case reference} {was|were} turned into {a date|dates} by a "
    "spreadsheet program{at}: put them right, or they match no other list of these cases.",
    IssueCode.REFERENCES_CUT: "{n case reference} lost digits in a spreadsheet program, as "
    "1.23E+15 does{at}: several cases may have one reference now.",
    IssueCode.CASES_ENTERED_TWICE: "{n case} {was|were} entered by two people, such as {both "
    "references}: both entries are counted. Keep the one that was settled on, or see how far they "
    "agree with `audit agree`.",
    IssueCode.REFERENCES_ALIKE: "{n case reference} are alike but for spaces, punctuation or "
    "noughts ({references}): where they are one case, it is counted more than once. Write it alike "
    "in every row.",
    IssueCode.SAMPLES_ALIKE: "{n case reference} of the two samples are alike but for spaces, "
    "punctuation or noughts ({references}): samples that share cases are not independent. Write "
    "each alike in all files, and compare with --paired if the same cases were read again.",
    IssueCode.FRACTIONS_UNCLEAR: "{n cell} of `{field}` {holds a fraction|hold fractions}{at}, "
    "such as 0.95, where percentages stand or are asked for: each is read as it stands. Write all "
    "alike, such as 95.",
    IssueCode.COMMAS_UNCLEAR: f"{_CELLS} {{has|have}} a comma that may stand for thousands or for "
    f"a decimal point, as the file is separated by semicolons{{at}}: {_NEITHER}. Save it with "
    "points, or as .xlsx.",
    IssueCode.TEXTS_CUT: f"{_CELLS} {{is|are}} exactly {{length:,}} characters long, and none is "
    "longer{at}: they were cut, and a phrase may be in what is missing.",
    IssueCode.NOT_APPLICABLE_ASKED: "`NA` stands in {total:,} of {rows:,} rows of `{field}`{at} "
    "and is read as not applicable, so its question is not asked of those cases. R and pandas "
    "write it for an empty cell: if that is what it is, write `blank: [NA]` in a mapping, and if "
    "not, `not_applicable: [NA]`.",
    IssueCode.ASKED_WHETHER: "{n cell} of `{field}` {says|say} no under a heading that asks "
    "whether it is recorded{at}, and {is|are} read as not recorded. If {it says|they say} instead "
    "that there is none, write `value: [No]` in a mapping.",
    IssueCode.NOTHING_WRITTEN: "{n cell} of `{field}` {says|say} no more than a word for nothing, "
    "such as None, where others hold accounts{at}: {it is|they are} read as something that is "
    "recorded. Write `blank: [None]` in a mapping if nothing is, and `value: [None]` if that is.",
    IssueCode.FIRST_ROWS_LOOKED_AT: _first_rows_looked_at,
}
