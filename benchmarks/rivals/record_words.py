"""What the made-up records hold, as every rival is told it: columns, words and the criteria.

Where `audit score` works out for itself what a cell means, the rivals are given the very words that
the records use, as somebody would who knew their own data. That is less work for them, not more.
"""

import json

WORDS_OF_COLUMNS = ["Worker", "Gender", "Age", "Ethnicity", "Disability", "Child seen",
                    "Child heard", "Referral needed", "Referral made", "Supervision",
                    "Result"]  # fmt: skip
DATES = ["Opened", "First visit", "Review 1", "Review 2", "Closed"]
NARRATIVE = "Narrative"
COLUMNS = [*WORDS_OF_COLUMNS, *DATES, NARRATIVE]

BLANK = ["", "-", "TBC", "Not recorded"]
UNKNOWN = ["N/K", "Not known", "Unknown"]
SILENT = [*BLANK, *UNKNOWN]
NOT_APPLICABLE = "N/A"
YES = ["Yes", "Y", "yes"]
PARTLY = ["Partly"]
NO = ["No", "N"]
ANSWERS = [*YES, *PARTLY, *NO, *SILENT]
ETHNICITIES = ["W1", "W2", "W3", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A4", "A9", "B1",
               "B2", "B9", "O2", "O9", "NS"]  # fmt: skip
# What an officer saw is not what the child says they are.
NO_ETHNICITY = [*BLANK, "IC1", "IC3"]
RESULTS = ["No further action", "Child in need plan", "Child protection plan", "Early help",
           "Care order"]  # fmt: skip
OLDEST = 17
DAYS_TO_VISIT = 10
DAYS_TO_REVIEW = 42
BLAMING = (
    r"(?i)\b(?:promiscuous|streetwise|attention[\s\-\"']+seeking|lifestyle[\s\-\"']+choice"
    r"|put[\s\-\"']+herself[\s\-\"']+at[\s\-\"']+risk)\b"
)

Counts = dict[str, tuple[int, int]]
"""For each criterion, how many cases are missing it, of how many that it applies to."""


def show(counts: Counts) -> None:
    """Print the counts as JSON."""
    print(json.dumps(counts))
