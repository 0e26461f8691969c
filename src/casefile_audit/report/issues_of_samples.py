"""What issues of samples say: one sentence for each code."""

from casefile_audit.english import count
from casefile_audit.issues import Issue, IssueCode
from casefile_audit.report.issue_words import Sentences


def _files_unavailable(issue: Issue) -> str:
    facts = issue.facts
    missing, applicable = int(facts["missing"]), int(facts["applicable"])
    said = (
        "{total:,} of the {of:,} cases taken up {was|were} not available{at}, and {is|are} in no "
        f"count. Had {{it|they all}} fallen short, it would be {missing + issue.total:,} of "
        f"{applicable + issue.total:,} {{phrase}}, and not {missing:,} of {applicable:,}"
    )
    if not facts["targets"]:
        return f"{said}."
    targets = count(int(facts["targets"]), "target")
    if facts["missed"] == facts["missed then"]:
        return f"{said}; as many targets would be missed ({{missed:,}} of {targets})."
    return f"{said}; {{missed then:,}} of {targets} would be missed, and not {{missed:,}}."


SENTENCES: Sentences = {
    IssueCode.FILES_UNAVAILABLE: _files_unavailable,
    IssueCode.UNAVAILABLE_ANSWERED: "{n case} {has|have} a reason why the file couldn't be read, "
    "and answers{in rows}: counted as read. Take one of the two out.",
    IssueCode.POPULATION_CHANGED: "{place} is another file than the sample was drawn from: it was "
    "changed since, or has the same name only. The figures are of the list as it was.",
    IssueCode.CASES_NOT_DRAWN: "{n case} {is|are} not in the sample{at}: counted, though not drawn "
    "by lot. Is a reference mistyped, or was a case added?",
    IssueCode.CASES_ABSENT: "{n case} that {was|were} drawn {is|are} not here, with no reason why"
    "{at}. If a file couldn't be read, keep its row and say why in the column “Not available "
    "because”.",
    IssueCode.RESERVE_SKIPPED: "{Places} {was|were} passed over, and a later one was read: what is "
    "found isn't by lot any more. Read {it|them}, or say why {it|they} couldn't be.",
    IssueCode.RESERVE_UNEXPLAINED: "{n reserve case} {was|were} read{at}, and no reason is given "
    "why the drawn case that each stands for wasn't available: say so in the column “Not available "
    "because”.",
    IssueCode.STRATUM_NOT_READ: "No case of the stratum {place} was read: shares of the "
    "population are of the others.",
}
