"""The words that need explaining, each in a sentence or two: for reports, and docs/glossary.md."""

from collections.abc import Iterator

from casefile_audit.report.blocks import Block, Definitions, Heading

TERMS = {
    "AC2": "Gwet's AC2 says how far readers agree on a scale where 1 is perfect. Readers who guess "
    "score more than 0 on it where most cases are alike, so what guessing scores stands beside it.",
    "Area for improvement": "A question that fell below its target. It can be closed when a later "
    "audit meets the target by more than chance could explain.",
    "As of": "The day that the audit speaks of: what falls due later is not yet missed.",
    "Can't be told from chance": "The samples are too small, or too alike, to say. That is not the "
    "same as no change.",
    "Case file": "One row of the workbook, or one form: the record of one case.",
    "Case reference": "What names a case, so that it can be found again and matched. Where there "
    "is none, its sheet and row do.",
    "Census": "Every case of a period, not a sample. Its counts are facts: there is no range.",
    "Chance": "What samples do though nothing has changed. “By more than chance could explain” "
    "means that fewer than 1 sample in 40 would be so far on that side of the target if the target "
    "were just reached; “may be chance” that it isn't so rare.",
    "Clear": "A change is clear if one this large would turn up in fewer than 1 in 20 comparisons "
    "though nothing had changed, allowing for how many questions were compared.",
    "Coefficient": "One number for how far readers agree beyond what guessing would do. Counts say "
    "more: quote them first.",
    "Doubt": "Something in the files that could change a count, said before any finding. Nothing "
    "is called clear while one stands.",
    "Falls short": "A case in which the record says no, or says nothing. Counts of findings are of "
    "these, so fewer is better.",
    "Kappa": "Linear-weighted kappa says how far two readers agree: 1 is perfect, and 0 is what "
    "they would score by guessing as often as each of them gives each grade.",
    "Krippendorff's alpha": "Like kappa, for any number of readers, of whom some may not have read "
    "every case: 1 is perfect, 0 is guessing.",
    "Left out": "A row that is no case, such as a row of totals. Each is named with its reason.",
    "Limits": "What a month's rate would seldom go outside by chance if nothing changed.",
    "Long-run rate": "The rate over all the periods shown, or over those that were fixed as the "
    "baseline: the line that each is held against.",
    "Met": "The record shows what the question asks for. Met in part counts neither as met nor as "
    "falling short, and a target is for what is met.",
    "More generous": "The reader who more often gave the better of two grades, by more than "
    "chance could explain.",
    "No answer": "A blank, a dash or “TBC”: the record is silent, which counts as falling short. "
    "“Not known” is an answer where a question allows it.",
    "Not applicable": "The question does not arise in this case, which is in no count for it.",
    "Not read yet": "A case with no answer to any question. It is left out, and said first.",
    "Points towards": "A change that is not clear, though one as large would turn up in fewer than "
    "1 in 5 comparisons if nothing had changed. It settles nothing.",
    "Points": "Percentage points: from 75% to 85% is 10 points.",
    "Range": "Where the rate would probably lie (95 times in 100) among all such cases, had these "
    "been drawn at random. It allows for chance only, not for how the cases were chosen or read. "
    "Of fewer than 10 cases none is given.",
    "Rare event": "Something that falls short in no more than one case a period, and one in ten. "
    "The number of cases between one and the next says more than its rate.",
    "Re-based": "Limits that start afresh where somebody said that the process changed, and why.",
    "Rubric": "The questions of an audit with their targets and grades, and how each column is "
    "read, in a file of its own.",
    "Run": "Periods in a row on one side of the long-run rate, more than chance would give.",
    "Set aside": "A question whose column is blank in every case: nobody can tell whether nothing "
    "was done or nobody filled it in. `--count-blank` counts it.",
    "Split": "How many cases have each grade.",
    "Stands out": "A period outside its limits. Chance would seldom give that: ask what happened.",
    "Target": "The share of cases that should meet a question. Missed or reached is a fact about "
    "these cases; whether chance could explain it is said beside it.",
}


def words_used(*terms: str) -> Iterator[Block]:
    """What some terms mean, to end a page with."""
    yield Heading("What the words mean", annex=True)
    yield Definitions([(term, TERMS[term]) for term in terms])
