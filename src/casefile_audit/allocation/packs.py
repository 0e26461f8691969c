"""What is handed out: the rota as a table, and a workbook for each reviewer."""

from collections.abc import Mapping

from casefile_audit.allocation.models import Rota
from casefile_audit.output.folders import file_names
from casefile_audit.output.writing import OutputTable, table_workbook

_ROTA_HEADINGS = ("Case reference", "Team", "Reviewing team", "Reviewer", "Workbook")


def pack_names(rota: Rota) -> dict[str, str]:
    """For each reviewer who reads anything, the name of their workbook."""
    teams = {review.reviewer: review.reviewing_team for review in rota.reviews}
    shown = {name: name if team == name else f"{team} - {name}" for name, team in teams.items()}
    files = file_names(shown.values(), ".xlsx")
    return {name: files[shown[name]] for name in teams}


def rota_table(rota: Rota, workbooks: Mapping[str, str]) -> OutputTable:
    """The rota, a row a reading."""
    rows = [
        (r.case, r.team, r.reviewing_team, r.reviewer, workbooks.get(r.reviewer, ""))
        for r in rota.reviews
    ]
    return OutputTable("Rota", _ROTA_HEADINGS, rows)


def packs(rota: Rota) -> dict[str, bytes]:
    """The workbook of each reviewer, by its name: their files, and nothing of anybody else's.

    In the order of the references, and alike whether a file is read once or twice.
    """
    return {
        file: table_workbook(
            OutputTable(
                "Cases",
                ("Case reference", "Team"),
                sorted((r.case, r.team) for r in rota.reviews if r.reviewer == name),
            )
        )
        for name, file in pack_names(rota).items()
    }
