"""``audit report``: where the audits of a programme stand, from their saved results."""

from pathlib import Path

from casefile_audit.commands.bundles import argument, option, with_bundles
from casefile_audit.commands.options import AsOfOption, ForceOption, FullOption, day_of
from casefile_audit.commands.outputs import AnswerOptions, refuse_twice, say_written
from casefile_audit.commands.publishing import PublishOptions
from casefile_audit.errors import UsageError
from casefile_audit.intake.pseudonyms import read_key
from casefile_audit.output.writing import check_place, write_bytes
from casefile_audit.programme.actions import Action, check_actions, updated
from casefile_audit.programme.rolling import Programme, audits_of, programme_of
from casefile_audit.publishing.programmes import publish_programme
from casefile_audit.report.programme import programme_figures, programme_page
from casefile_audit.report.published_programme import (
    published_programme_figures,
    published_programme_page,
)
from casefile_audit.report.reports import Report
from casefile_audit.report.terminal import show
from casefile_audit.scoring.saved import read_result


@with_bundles
def report(
    results: list[Path] = argument(
        "RESULT…", "Saved results (.json) of one audit or several, or folders of them."
    ),
    *,
    actions: Path | None = option(
        "Keep the areas for improvement in this workbook: made if it isn't there, else "
        "brought up to date, with all that people wrote in it.",
        "FILE.xlsx",
    ),
    pseudonyms: Path | None = option(
        "Take saved results only whose cases are called by pseudonyms of the key in this file.",
        "KEYFILE",
    ),
    as_of: AsOfOption = None,
    full: FullOption = False,
    answer: AnswerOptions,
    publishing: PublishOptions,
    force: ForceOption = False,
) -> None:
    """Show where each audit of a programme stands, and what is due.

    It says what changed since the time before.
    For example: audit report results/ --actions actions.xlsx -o meeting.docx
    """
    day = day_of(as_of)
    hiding = publishing.checked(details=False)
    if hiding is not None and actions is not None:
        raise UsageError(
            "--actions keeps counts that --publish would hide",
            hint="Bring the actions up to date in a run of their own, without --publish.",
        )
    paths = [*dict.fromkeys(found for path in results for found in _results_in(path))]
    outputs = answer.checked([*paths, *answer.files, *publishing.published], force)
    if actions is not None:
        check_actions(actions)
        check_place(actions, force=True)
        refuse_twice(actions, outputs.paths)
    called = None if pseudonyms is None else read_key(pseudonyms)
    saved = {str(path): read_result(path, called) for path in paths}
    if hiding is not None:
        rule = hiding.rule([*saved.values()])
        hidden = publish_programme(audits_of(saved), rule, hiding.earlier)
        page, figures = published_programme_page(hidden), published_programme_figures(hidden)
        outputs.publish(hidden, page, figures)
        return
    programme = programme_of(saved)
    listed = None if actions is None else _kept(actions, programme)
    outputs.give(
        programme,
        lambda _: Report(programme_page(programme, listed, day), programme_figures(programme)),
        lambda: show(programme_page(programme, listed, day, full)),
    )


def _kept(path: Path, programme: Programme) -> list[Action]:
    """Bring the workbook of actions up to date; and what it lists."""
    there = path.exists()
    content, listed = updated(path, programme)
    write_bytes(path, content, force=there)
    say_written(path, " again, with the latest figures" if there else "")
    return listed


def _results_in(path: Path) -> list[Path]:
    """A saved result, or those of a folder in the order of their names."""
    if not path.is_dir():
        if path.suffix.lower() != ".json":
            raise UsageError(
                f"`{path}` is no saved result",
                hint=f"Save one: `audit score {path} --as-of DAY -o FILE.json`.",
            )
        return [path]
    found = sorted(each for each in path.iterdir() if each.suffix.lower() == ".json")
    if not found:
        raise UsageError(
            f"there is no saved result (.json) in the folder `{path}`",
            hint="Save one: `audit score CASES --as-of DAY -o FILE.json`.",
        )
    return found
