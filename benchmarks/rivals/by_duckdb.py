"""A DuckDB query: one pass over the file, with two filtered counts for each criterion."""

import sys
from pathlib import Path

import duckdb
import record_words as rw
from record_words import show

TEXTS = """
select coalesce("Worker", '') as worker, coalesce("Gender", '') as gender,
    coalesce("Age", '') as age, coalesce("Ethnicity", '') as ethnicity,
    coalesce("Disability", '') as disability,
    coalesce("Opened"[:10], '') as opened, coalesce("First visit"[:10], '') as visit,
    coalesce("Review 1"[:10], '') as review_1, coalesce("Review 2"[:10], '') as review_2,
    coalesce("Closed"[:10], '') as closed,
    coalesce("Child seen", '') as seen, coalesce("Child heard", '') as heard,
    coalesce("Referral needed", '') as needed, coalesce("Referral made", '') as made,
    coalesce("Supervision", '') as supervised, coalesce("Result", '') as result,
    {narrative} as narrative
from {source}
"""
VALUES = """
select *, try_cast(age as integer) as years, try_cast(opened as date) as start,
    try_cast(visit as date) as visit_day, try_cast(review_1 as date) as review_1_day,
    try_cast(review_2 as date) as review_2_day, try_cast(closed as date) as "end"
from texts
"""
READ = """
select *, start is not null or opened in {SILENT} as started,
    visit_day is not null or visit in {SILENT} as visit_asked,
    coalesce(visit_day - start between 0 and {DAYS_TO_VISIT}, false) as visited,
    coalesce(review_1_day - start between 0 and {DAYS_TO_REVIEW}, false)
        or coalesce(review_2_day - start between 0 and {DAYS_TO_REVIEW}, false) as reviewed,
    (review_1_day is not null or review_1 in {KNOWN})
        and (review_2_day is not null or review_2 in {KNOWN})
        and not (review_1 = 'N/A' and review_2 = 'N/A') as review_asked,
    heard in {YES} or supervised in {YES} as listened,
    heard in {PARTLY} or supervised in {PARTLY} as partly,
    heard in {ALL} and supervised in {ALL}
        and not (heard = 'N/A' and supervised = 'N/A') as listening_asked
from "values"
"""
# For each criterion the cases that it applies to, and those that are missing it.
CRITERIA = {
    "ethnicity-recorded": ("ethnicity in {ETHNICITY_ASKED}", "ethnicity in {NO_ETHNICITY}"),
    "gender-known": ("gender <> 'N/A'", "gender in {SILENT}"),
    "age-in-range": (
        "years is not null or age in {SILENT}",
        "years not between 0 and {OLDEST} or age in {SILENT}",
    ),
    "details-complete": (
        "not (worker = 'N/A' and gender = 'N/A' and disability = 'N/A')",
        "worker in {BLANK} or gender in {BLANK} or disability in {BLANK}",
    ),
    "visit-in-time": (
        "opened in {SILENT} or (start is not null and visit_asked)",
        "opened in {SILENT} or (start is not null and visit_asked and not visited)",
    ),
    "review-in-time": (
        "opened in {SILENT} or (start is not null and (reviewed or review_asked))",
        "opened in {SILENT} or (start is not null and review_asked and not reviewed)",
    ),
    "closed-after-opened": (
        '"end" is not null and started',
        '"end" is not null and started and coalesce("end" < start, true)',
    ),
    "child-seen": ("seen in {ANSWERS}", "seen in {LACKING}"),
    "listened-to": (
        "listened or listening_asked",
        "listening_asked and not listened and not partly",
    ),
    "referral-made": (
        "needed in {NEEDED} and made in {ANSWERS}",
        "needed in {NEEDED} and made in {LACKING}",
    ),
    "result-listed": ("result <> 'N/A'", "result <> 'N/A' and result not in {RESULTS}"),
    "no-blaming-words": ("narrative <> ''", "regexp_matches(narrative, {BLAMING})"),
}


def words() -> dict[str, str]:
    """What stands in the query for each name in braces."""
    lists = {
        "SILENT": rw.SILENT,
        "KNOWN": [*rw.SILENT, rw.NOT_APPLICABLE],
        "ALL": [*rw.ANSWERS, rw.NOT_APPLICABLE],
        "ANSWERS": rw.ANSWERS,
        "LACKING": [*rw.NO, *rw.SILENT],
        "NEEDED": [*rw.YES, *rw.PARTLY],
        "YES": rw.YES,
        "PARTLY": rw.PARTLY,
        "BLANK": rw.BLANK,
        "RESULTS": rw.RESULTS,
        "NO_ETHNICITY": rw.NO_ETHNICITY,
        "ETHNICITY_ASKED": [*rw.ETHNICITIES, *rw.UNKNOWN, *rw.NO_ETHNICITY],
    }
    numbers = {"OLDEST": rw.OLDEST, "DAYS_TO_VISIT": rw.DAYS_TO_VISIT}
    numbers["DAYS_TO_REVIEW"] = rw.DAYS_TO_REVIEW
    return (
        {name: f"({', '.join(map(literal, texts))})" for name, texts in lists.items()}
        | {name: str(number) for name, number in numbers.items()}
        | {"BLAMING": literal(rw.BLAMING)}
    )


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def source_of(path: Path) -> str:
    """What the query reads the file from."""
    if path.suffix == ".csv":
        return f"read_csv({literal(str(path))}, all_varchar = true, header = true)"
    if path.suffix == ".parquet":
        return f"read_parquet({literal(str(path))})"
    import fastexcel  # only workbooks need it

    duckdb.register("cells", fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_arrow())
    return "cells"


def main(path: Path) -> None:
    """Count."""
    source = source_of(path)
    there = rw.NARRATIVE in duckdb.sql(f"select * from {source} limit 0").columns
    asked = [name for name in CRITERIA if there or name != "no-blaming-words"]
    counts = ", ".join(
        f"count(*) filter (where {missing}), count(*) filter (where {applicable})"
        for applicable, missing in (CRITERIA[name] for name in asked)
    )
    narrative = "coalesce(\"Narrative\", '')" if there else "''"
    texts = TEXTS.format(source=source, narrative=narrative)
    row = duckdb.execute(
        f'with texts as ({texts}), "values" as ({VALUES}), read as ({READ.format(**words())}) '
        f"select {counts.format(**words())} from read"
    ).fetchone()
    show({name: (row[2 * place], row[2 * place + 1]) for place, name in enumerate(asked)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
