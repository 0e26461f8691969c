"""What commands share that write something to publish: the options, and which counts are small."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Protocol

import typer

from casefile_audit.commands.options import print_json
from casefile_audit.commands.outputs import write_answer
from casefile_audit.errors import UsageError
from casefile_audit.publishing.models import DEFAULT_RULE, HidingRule, Publication
from casefile_audit.report.reports import Report
from casefile_audit.report.terminal import show
from casefile_audit.results import Result
from casefile_audit.rubric.model import small_counts


class SaysJson(Protocol):
    """Whatever can be saved as JSON."""

    def as_json(self) -> str:
        """It as JSON text."""


PublishOption = Annotated[
    bool,
    typer.Option(
        "--publish",
        help="Hide small numbers, and what they could be worked out from, in all that is printed "
        "and saved.",
    ),
]
HideOption = Annotated[
    str | None,
    typer.Option(
        "--hide",
        metavar="COUNTS",
        help="The counts that --publish hides, such as '1 to 7'. By default as the rubric says, or "
        f"else '1 to {DEFAULT_RULE.up_to}'.",
    ),
]

PublishedOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--published",
        metavar="FILE",
        help="With --publish, what was published before of what may be the same cases: nothing may "
        "be worked out from both together. May be given again.",
    ),
]


def published_earlier(paths: Sequence[Path] | None, publish: bool) -> list[Publication]:
    """What was published before.

    Raises:
        UsageError: a file isn't a publication, or nothing is to be published.
    """
    if paths and not publish:
        raise UsageError("--published goes with --publish", hint="Add --publish.")
    from casefile_audit.publishing.publication import saved_publications

    earlier: list[Publication] = []
    for path in paths or []:
        found = saved_publications(path)
        if not found:
            raise UsageError(
                f"--published: `{path}` can't be read, or holds no publication saved as JSON",
                hint="Give what --publish -o FILE.json wrote.",
            )
        earlier += found
    return earlier


def hidden_from(hide: str | None, publish: bool) -> int | None:
    """The largest count that ``--hide`` says is small.

    Raises:
        UsageError: it isn't a range from 1, or nothing is to be published.
    """
    if hide is None:
        return None
    if not publish:
        raise UsageError("--hide goes with --publish", hint="Add --publish.")
    try:
        return small_counts(hide)
    except ValueError as error:
        raise UsageError(f"--hide: {error}", hint="Write it as --hide '1 to 4'.") from None


def rule_of(up_to: int | None, results: Sequence[Result]) -> HidingRule:
    """Which counts are small: as the user says, or else the rubrics, or else by default."""
    if up_to is not None:
        return HidingRule(up_to=up_to, set_by="whoever published it")
    by_rubric = [r.rubric.hides_up_to for r in results if r.rubric.hides_up_to is not None]
    if by_rubric:
        return HidingRule(up_to=max(by_rubric), set_by="the rubric")
    return DEFAULT_RULE


def write_published(
    answer: SaysJson,
    report: Report,
    outputs: Sequence[Path],
    json: bool,
    force: bool,
) -> None:
    """Print and save what may be published."""
    for path in outputs:
        write_answer(path, report, answer.as_json(), force)
    if json:
        print_json(answer.as_json())
    else:
        show(report.page)


def check_published(findings: bool, case_by_case: bool) -> None:
    """Refuse with ``--publish`` what tells of cases one by one.

    Raises:
        UsageError: ``--details``, or a file of findings.
    """
    if case_by_case:
        raise UsageError(
            "--details lists case references, which are never published",
            hint="Leave out --details, or --publish.",
        )
    if findings:
        raise UsageError(
            "--findings would write the findings case by case, which are never published",
            hint="Leave out --findings, or --publish.",
        )
