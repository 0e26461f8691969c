"""Make the sample workbooks: ``python samples/make_samples.py [FOLDER]``.

They come out the same, byte for byte, whenever and wherever this is run.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import samples_2014
import samples_2024
import samples_2025
import samples_agree
import samples_allocate
import samples_forms
import samples_trend
from sample_books import SampleBook, write_book
from sample_case_reviews import case_reviews

SAMPLES: tuple[Callable[[], SampleBook], ...] = (
    case_reviews,
    samples_2024.dip_samples,
    samples_2024.police_protection,
    samples_2024.missing_children,
    samples_2024.encompass_before,
    samples_2024.encompass_after,
    samples_2024.child_deaths,
    samples_2024.online_extortion,
    samples_2024.judgements,
    samples_2014.self_assessment,
    samples_2014.inspectors,
    samples_2014.further_cases,
    samples_2014.police_detention,
    samples_2014.police_protection,
    samples_2014.local_authorities,
    samples_2025.peer_review,
    samples_2025.victim_records,
    samples_agree.reviewer_a,
    samples_agree.reviewer_b,
    samples_agree.reviewer_c,
    samples_trend.encompass_monthly,
    samples_forms.form_sheets,
)


def main(folder: Path) -> None:
    """Write every sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        print(write_book(sample(), folder))
    for path in (*samples_forms.write_forms(folder), *samples_allocate.write_lists(folder)):
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
