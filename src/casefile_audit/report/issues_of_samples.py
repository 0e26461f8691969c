"""What issues of samples say: one sentence for each code."""

from collections.abc import Callable, Mapping

from casefile_audit.english import count, listing, sentence_case
from casefile_audit.issues import Issue, IssueCode
from casefile_audit.report.issues_of_cells import at


def _named(issue: Issue) -> str:
    more = issue.total - len(issue.places)
    named = [*issue.places, *([f"{more:,} more"] if more > 0 else [])]
    return f" ({listing(named)})" if issue.places else ""


def _files_unavailable(issue: Issue) -> str:
    facts, one = issue.facts, issue.total == 1
    missing, applicable = int(facts["missing"]), int(facts["applicable"])
    said = (
        f"{issue.total:,} of the {facts['of']:,} cases taken up {'was' if one else 'were'} not "
        f"available{_named(issue)}, and {'is' if one else 'are'} in no count. Had "
        f"{'it' if one else 'they all'} fallen short, it would be {missing + issue.total:,} of "
        f"{applicable + issue.total:,} {facts['phrase']}, and not {missing:,} of {applicable:,}"
    )
    if not facts["targets"]:
        return f"{said}."
    missed, then = facts["missed"], facts["missed then"]
    targets = count(int(facts["targets"]), "target")
    if missed == then:
        return f"{said}; as many targets would be missed ({missed:,} of {targets})."
    return f"{said}; {then:,} of {targets} would be missed, and not {missed:,}."


def _unavailable_answered(issue: Issue) -> str:
    has = "has" if issue.total == 1 else "have"
    return (
        f"{count(issue.total, 'case')} {has} a reason why the file couldn't be read, and answers"
        f"{at(issue)}: counted as read. Take one of the two out."
    )


def _population_changed(issue: Issue) -> str:
    return (
        f"{issue.places[0]} is another file than the sample was drawn from: it was changed since, "
        "or has the same name only. The figures are of the list as it was."
    )


def _cases_not_drawn(issue: Issue) -> str:
    one = issue.total == 1
    return (
        f"{count(issue.total, 'case')} {'is' if one else 'are'} not in the sample{_named(issue)}: "
        f"counted, though not drawn by lot. Is a reference mistyped, or was a case added?"
    )


def _cases_absent(issue: Issue) -> str:
    one = issue.total == 1
    return (
        f"{count(issue.total, 'case')} that {'was' if one else 'were'} drawn "
        f"{'is' if one else 'are'} not here, with no reason why{_named(issue)}. If a file couldn't "
        "be read, keep its row and say why in the column “Not available because”."
    )


def _reserve_skipped(issue: Issue) -> str:
    one = issue.total == 1
    skipped = sentence_case(listing(issue.places))
    return (
        f"{skipped} {'was' if one else 'were'} passed over, and a later one was read: what is "
        f"found isn't by lot any more. Read {'it' if one else 'them'}, or say why "
        f"{'it' if one else 'they'} couldn't be."
    )


def _reserve_unexplained(issue: Issue) -> str:
    one = issue.total == 1
    return (
        f"{count(issue.total, 'reserve case')} {'was' if one else 'were'} read{_named(issue)}, and "
        "no reason is given why a drawn one wasn't available: say so in the column “Not available "
        "because”."
    )


def _stratum_not_read(issue: Issue) -> str:
    return (
        f"No case of the stratum {issue.places[0]} was read: shares of the population are of the "
        "others."
    )


SENTENCES: Mapping[IssueCode, Callable[[Issue], str]] = {
    IssueCode.FILES_UNAVAILABLE: _files_unavailable,
    IssueCode.UNAVAILABLE_ANSWERED: _unavailable_answered,
    IssueCode.POPULATION_CHANGED: _population_changed,
    IssueCode.CASES_NOT_DRAWN: _cases_not_drawn,
    IssueCode.CASES_ABSENT: _cases_absent,
    IssueCode.RESERVE_SKIPPED: _reserve_skipped,
    IssueCode.RESERVE_UNEXPLAINED: _reserve_unexplained,
    IssueCode.STRATUM_NOT_READ: _stratum_not_read,
}
