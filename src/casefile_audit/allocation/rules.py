"""What a round must heed: the pairs of last time, conflicts, and what was handed out already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from casefile_audit.allocation.lists import ListRow, read_list, read_pairs
from casefile_audit.allocation.models import CaseFile, Review, Reviewer, Tag
from casefile_audit.english import count, fold, listing
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.names import near_people, near_teams, person_key, spellings, team_key

_MOST_NAMED = 8


@dataclass
class Everyone:
    """Who and what a round knows, by which other lists are understood.

    Attributes:
        teams, people, references: the spelling of each, by its key.
        warnings: what is to be said of names that nobody knows.
    """

    teams: dict[str, str]
    people: dict[str, str]
    references: dict[str, str]
    team_of: dict[str, str]
    warnings: list[str] = field(default_factory=list)

    @staticmethod
    def of(
        reviewers: Sequence[Reviewer], cases: Sequence[CaseFile], readers_are_people: bool
    ) -> "Everyone":
        """Those of a round."""
        teams = {who.team for who in reviewers} | {case.team for case in cases}
        people = {who.name for who in reviewers if readers_are_people}
        people |= {name for case in cases for name in case.workers}
        return Everyone(
            spellings(sorted(teams), team_key),
            spellings(sorted(people), person_key),
            {fold(case.reference): case.reference for case in cases},
            {who.name: who.team for who in reviewers},
        )

    def team(self, name: str, place: str) -> str | None:
        """The team of a name as it is spelled here; None if there is none.

        Raises:
            UsageError: there is one whose name is so near that it may be meant.
        """
        found = self.teams.get(team_key(name))
        if found is None and self.team_of.get(person := self.person(name) or "") == person:
            return person  # who has no team but themselves
        if found is None and (near := near_teams(name, self.teams.values())):
            raise UsageError(
                f"{place}: is `{name}` the same as `{near[0]}`?",
                hint="If it is, write it in the same way in both files; if it is another, which "
                "takes no part, take the row out.",
            )
        return found

    def person(self, name: str) -> str | None:
        """The person of a name as it is spelled here; None if there is none."""
        return self.people.get(person_key(name))


def previous_pairs(
    paths: Sequence[Path], everyone: Everyone, opening: OpenOptions
) -> frozenset[tuple[str, str]]:
    """The pairs of teams of earlier rotas, the reading team first.

    Raises:
        UsageError: a list doesn't say who reviewed whom, or a name is nearly a team's.
    """
    found, unknown = set(), []
    for path in paths:
        its = read_list(path, opening, may_be_bare=False)
        if "team" not in its.kinds or not {"reviewing team", "reviewer"} & its.kinds:
            raise UsageError(
                f"{path.name} doesn't say who reviewed whom",
                hint="It has a column “Reviewing team” and a column “Team”, whose files were "
                "reviewed, as a rota of `audit allocate` has.",
            )
        for row in its.rows:
            reader, owner = _reading_team(row, everyone), everyone.team(row.get("team"), row.place)
            if reader and owner:
                found.add((reader, owner))
            else:
                unknown.append(row.place)
    if unknown:
        everyone.warnings.append(
            f"{count(len(unknown), 'row')} of last time's pairs {_name(len(unknown))} a team that "
            f"takes no part: {listing(unknown, most=_MOST_NAMED)}."
        )
    return frozenset(found)


def _name(n: int) -> str:
    return "names" if n == 1 else "name"


def _reading_team(row: ListRow, everyone: Everyone) -> str | None:
    if name := row.get("reviewing team"):
        return everyone.team(name, row.place)
    name = row.get("reviewer")
    if (person := everyone.person(name)) in everyone.team_of:
        return everyone.team_of[str(person)]
    return everyone.team(name, row.place)


def declared_conflicts(
    paths: Sequence[Path], everyone: Everyone, opening: OpenOptions
) -> frozenset[frozenset[Tag]]:
    """What lists of two columns keep apart: teams, people and files, whichever is in which column.

    Raises:
        UsageError: a list can't be read, or a name is nearly a team's.
    """
    found, unknown = set(), []
    for path in paths:
        for at, (place, names) in enumerate(read_pairs(path, opening)):
            tags = [_tags(name, place, everyone) for name in names]
            if all(tags):
                found |= {frozenset(pair) for pair in product(*tags) if pair[0] != pair[1]}
            elif at or any(tags):  # the first row has headings, perhaps
                missing = [name for name, known in zip(names, tags, strict=True) if not known]
                unknown.append(f"{place} ({listing(f'“{name}”' for name in missing)})")
    if unknown:
        everyone.warnings.append(
            f"{count(len(unknown), 'conflict')} {_name(len(unknown))} nobody in this round, and "
            f"{'keeps' if len(unknown) == 1 else 'keep'} nothing apart: "
            f"{listing(unknown, most=_MOST_NAMED)}."
        )
    return frozenset(found)


def _tags(name: str, place: str, everyone: Everyone) -> list[Tag]:
    tags: list[Tag] = []
    if (reference := everyone.references.get(fold(name))) is not None:
        tags.append(("case", reference))
    if (person := everyone.person(name)) is not None:
        tags.append(("person", person))
    if not tags:
        near = near_people(name, everyone.people.values())
        tags += [("person", other) for other in near]
        if near:
            everyone.warnings.append(
                f"{place}: “{name}” may be {listing(near, 'or')}, and is kept apart as if so."
            )
    if not tags or team_key(name) in everyone.teams:
        team = everyone.team(name, place)
        tags += [("team", team)] if team is not None else []
    return tags


def alike_people(
    reviewers: Sequence[Reviewer], cases: Sequence[CaseFile], everyone: Everyone
) -> frozenset[frozenset[Tag]]:
    """Reviewers kept apart from people who worked on files and may be the same, by their names."""
    workers = sorted({name for case in cases for name in case.workers})
    found = set()
    for who in sorted(reviewers, key=lambda who: who.name):
        if near := near_people(who.name, workers):
            found |= {frozenset((("person", who.name), ("person", other))) for other in near}
            everyone.warnings.append(
                f"{who.name}, who reads, may be {listing(near, 'or', most=_MOST_NAMED)}, who "
                "worked on files, and is kept from those."
            )
    return frozenset(found)


def handed_out(path: Path, everyone: Everyone, opening: OpenOptions) -> list[Review]:
    """The reviews of a rota that was handed out, in the names of this round.

    Raises:
        UsageError: it isn't a rota.
    """
    its = read_list(path, opening, may_be_bare=False)
    if "reference" not in its.kinds or not {"reviewing team", "reviewer"} & its.kinds:
        raise UsageError(
            f"{path.name} is no rota: it doesn't say who reads which file",
            hint="Give --keep the rota that `audit allocate -o` wrote.",
        )
    return list(_reviews(its.rows, everyone))


def _reviews(rows: Sequence[ListRow], everyone: Everyone) -> Iterator[Review]:
    for row in rows:
        reference, reviewer = row.get("reference"), row.get("reviewer")
        team = everyone.teams.get(team_key(row.get("team")), row.get("team"))
        reading = row.get("reviewing team") or reviewer
        reading = everyone.teams.get(team_key(reading), reading)
        person = everyone.person(reviewer) or everyone.teams.get(team_key(reviewer)) or reviewer
        yield Review(
            case=everyone.references.get(fold(reference), reference),
            team=team,
            reviewing_team=reading,
            reviewer=person or reading,
        )
