"""What issues of cells say: one sentence for each code."""

from collections.abc import Callable, Mapping

from casefile_audit.english import count, listing
from casefile_audit.issues import Issue, IssueCode


def _missing_codes(issue: Issue) -> str:
    codes = str(issue.facts["codes"])
    looks = _s("looks like a code", "look like codes", issue)
    entry = f"words: {{{issue.field}: {{blank: [{codes.split(', ')[0]}]}}}}"
    return (
        f"{_cells(issue)} {looks} for a value that isn't there ({codes}){at(issue)}: counted in "
        f"neither direction. Say in a mapping what {_s('it is', 'they are', issue)}: `{entry}`, "
        "or `value:` in place of `blank:`."
    )


def _dates_month_first(issue: Issue) -> str:
    cells = count(issue.total, "cell")
    why = f"{cells} can be nothing else{at(issue)}, and none can only be day first"
    if beside := issue.facts.get("beside"):
        why = f"those of `{beside}` are, and {cells} could be either{at(issue)}"
    return (
        f"The dates of `{issue.field}` are read month first, as mm/dd: {why}. If that is wrong, "
        "write `dates: day-first` in a mapping."
    )


def _dates_of_two_orders(issue: Issue) -> str:
    return (
        f"Some dates of `{issue.field}` can only be day first and some only month first, so "
        f"{count(issue.total, 'cell')} that could be either {_s('is', 'are', issue)} not read"
        f"{at(issue)}. Put them right, or write `dates: month-first` or `dates: day-first` in a "
        "mapping."
    )


def _dates_turned(issue: Issue) -> str:
    return (
        f"A spreadsheet program made dates of some texts of `{issue.field}` and left others, so it "
        f"may have swapped day and month (month-first for day-first): {count(issue.total, 'cell')} "
        f"that could be either {_s('is', 'are', issue)} not read{at(issue)}. Export the column "
        "again as text, or write `dates: day-first` in a mapping if they are right."
    )


def _dates_far_ahead(issue: Issue) -> str:
    return (
        f"{_cells(issue)} {_s('is a date', 'are dates', issue)} after {issue.facts['year']}"
        f"{at(issue)}: is the year right?"
    )


def _day_far_away(issue: Issue) -> str:
    return (
        f"The cases are judged as of {issue.facts['day']}, {issue.facts['years']} years from "
        "today: is that the day you meant by --as-of?"
    )


def _offsets_dropped(issue: Issue) -> str:
    return (
        f"{_cells(issue)} {_s('says', 'say', issue)} how far the clock is from Greenwich (UTC), "
        "which is left out: the clock time stands as written. `time zone: Europe/London` in a "
        "mapping reads them by the clock there"
    )


def _references_as_dates(issue: Issue) -> str:
    return (
        f"{count(issue.total, 'case reference')} {_s('was', 'were', issue)} turned into "
        f"{_s('a date', 'dates', issue)} by a spreadsheet program{at(issue)}: put them right, or "
        "they match no other list of these cases."
    )


def _references_cut(issue: Issue) -> str:
    return (
        f"{count(issue.total, 'case reference')} lost digits in a spreadsheet program, as "
        f"1.23E+15 does{at(issue)}: several cases may have one reference now."
    )


def _references_alike(issue: Issue) -> str:
    named = [f"`{reference}`" for reference in issue.places]
    more = [f"{issue.total - len(named):,} more"] if issue.total > len(named) else []
    return (
        f"{count(issue.total, 'case reference')} are alike but for spaces, punctuation or noughts "
        f"({listing([*named, *more])}): where they are one case, it is counted more than once. "
        "Write it alike in every row."
    )


def _cases_entered_twice(issue: Issue) -> str:
    return (
        f"{count(issue.total, 'case')} {_s('was', 'were', issue)} entered by two people, such as "
        f"{listing([f'`{reference}`' for reference in issue.places[:2]])}: both entries are "
        "counted. Keep the one that was settled on, or see how far they agree with `audit agree`."
    )


def _percentages_mixed(issue: Issue) -> str:
    return (
        f"Some cells of `{issue.field}` are percentages, such as 95%, and "
        f"{count(issue.total, 'cell')} {_s('holds a fraction', 'hold fractions', issue)}"
        f"{at(issue)}: each is read as it stands, 95 or 0.95."
    )


def _commas_unclear(issue: Issue) -> str:
    return (
        f"{_cells(issue)} {_s('has', 'have', issue)} a comma that may stand for thousands or for a "
        f"decimal point, as the file is separated by semicolons{at(issue)}: counted in neither "
        "direction. Save it with points, or as .xlsx."
    )


def _texts_cut(issue: Issue) -> str:
    return (
        f"{_cells(issue)} {_s('is', 'are', issue)} exactly {issue.facts['length']:,} characters "
        f"long, and none is longer{at(issue)}: they were cut, and a phrase may be in what is "
        "missing."
    )


def _not_applicable_asked(issue: Issue) -> str:
    rows = f"{issue.total:,} of {issue.facts['rows']:,} rows"
    return (
        f"`NA` stands in {rows} of `{issue.field}`{at(issue)} and is read as not applicable, so "
        "its question is not asked of those cases. R and pandas write it for an empty cell: if "
        "that is what it is, write `blank: [NA]` in a mapping, and if not, `not_applicable: [NA]`."
    )


def _cells(issue: Issue) -> str:
    return f"{count(issue.total, 'cell')} of `{issue.field}`"


def _s(one: str, several: str, issue: Issue) -> str:
    return one if issue.total == 1 else several


def at(issue: Issue) -> str:
    """The first places of an issue in brackets; empty where none is named."""
    if not issue.places:
        return ""
    more = issue.total - len(issue.places)
    named = [*issue.places, *([f"{more:,} more"] if more > 0 else [])]
    where = f"{issue.sheet}!" if issue.sheet else ""
    return f" ({where}{listing(named)})"


SENTENCES: Mapping[IssueCode, Callable[[Issue], str]] = {
    IssueCode.MISSING_CODES: _missing_codes,
    IssueCode.DATES_MONTH_FIRST: _dates_month_first,
    IssueCode.DATES_OF_TWO_ORDERS: _dates_of_two_orders,
    IssueCode.DATES_TURNED: _dates_turned,
    IssueCode.DATES_FAR_AHEAD: _dates_far_ahead,
    IssueCode.DAY_FAR_AWAY: _day_far_away,
    IssueCode.OFFSETS_DROPPED: _offsets_dropped,
    IssueCode.REFERENCES_AS_DATES: _references_as_dates,
    IssueCode.REFERENCES_CUT: _references_cut,
    IssueCode.CASES_ENTERED_TWICE: _cases_entered_twice,
    IssueCode.REFERENCES_ALIKE: _references_alike,
    IssueCode.PERCENTAGES_MIXED: _percentages_mixed,
    IssueCode.COMMAS_UNCLEAR: _commas_unclear,
    IssueCode.TEXTS_CUT: _texts_cut,
    IssueCode.NOT_APPLICABLE_ASKED: _not_applicable_asked,
}
