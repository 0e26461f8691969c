"""``audit report``: where the audits of a programme stand, from their saved results."""

from pathlib import Path
from typing import Annotated

import typer

from casefile_audit.commands.bundles import with_bundles
from casefile_audit.commands.options import AsOfOption, ForceOption, FullOption, day_of, print_json
from casefile_audit.commands.outputs import AnswerOptions, refuse_twice, say_written
from casefile_audit.errors import UsageError
from casefile_audit.output.writing import check_place, write_bytes
from casefile_audit.programme.actions import Action, check_actions, updated
from casefile_audit.programme.rolling import programme_of
from casefile_audit.report.figures import programme_figures
from casefile_audit.report.programme import programme_page
from casefile_audit.report.terminal import show
from casefile_audit.scoring.saved import read_result


@with_bundles
def report(
    results: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULT…",
            help="Saved results (.json) of one audit or several, or folders of them.",
        ),
    ],
    *,
    actions: Annotated[
        Path | None,
        typer.Option(
            "--actions",
            metavar="FILE.xlsx",
            help="Keep the areas for improvement in this workbook: made if it isn't there, else "
            "brought up to date, with all that people wrote in it.",
        ),
    ] = None,
    as_of: AsOfOption = None,
    full: FullOption = False,
    answer: AnswerOptions,
    force: ForceOption = False,
) -> None:
    """Show where each audit of a programme stands: the latest, what changed, and what is due.

    For example: audit report results/ --actions actions.xlsx -o meeting.docx
    """
    day = day_of(as_of)
    paths = [found for path in results for found in _results_in(path)]
    outputs = answer.checked([*paths, *answer.files], force)
    if actions is not None:
        check_actions(actions)
        check_place(actions, force=True)
        refuse_twice(actions, outputs.paths)
    names = dict.fromkeys(map(str, paths))
    programme = programme_of({name: read_result(Path(name)) for name in names})
    listed: list[Action] | None = None
    if actions is not None:
        there = actions.exists()
        content, listed = updated(actions, programme)
        write_bytes(actions, content, force=there)
        say_written(actions, " again, with the latest figures" if there else "")
    if outputs.paths:
        page = programme_page(programme, listed, day)
        outputs.save(programme, page, programme_figures(programme))
    if outputs.json:
        print_json(programme.as_json())
    else:
        show(programme_page(programme, listed, day, full))


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
