"""From lists as people keep them to a round: who reads, what is read, and how many each."""

import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from casefile_audit.allocation.drawing import drawn
from casefile_audit.allocation.lists import ListRow, NamedList, read_list
from casefile_audit.allocation.loads import doubles_of, with_loads
from casefile_audit.allocation.models import CaseFile, Review, Reviewer, Round
from casefile_audit.allocation.rules import (
    Everyone,
    alike_people,
    declared_conflicts,
    handed_out,
    previous_pairs,
)
from casefile_audit.english import count, fold, listing
from casefile_audit.errors import UsageError
from casefile_audit.files.workbook import OpenOptions
from casefile_audit.issues import Issue
from casefile_audit.names import near_teams, person_key, spellings, team_key

_MOST_NAMED = 8
# More digits are a slip: so many files would fill the memory.
_LONGEST_NUMBER = 6
_BETWEEN_PEOPLE_RE = re.compile(r"\s*[;/&]\s*|\s+and\s+")


@dataclass(frozen=True)
class RoundFiles:
    """The files of a round.

    Attributes:
        main: the list of cases, of teams or of people.
        readers: who reads, where that is not the teams of the main list.
        keep: the rota to be changed as little as can be.
    """

    main: Path
    readers: Path | None = None
    previous: Sequence[Path] = ()
    conflicts: Sequence[Path] = ()
    keep: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """All of them."""
        several = (self.main, self.readers, *self.previous, *self.conflicts, self.keep)
        return [path for path in several if path is not None]


@dataclass(frozen=True)
class RoundTerms:
    """What is asked of a round.

    Attributes:
        per_team: how many files of each team are read, and how many it reads.
        per_pair: how many of one team's files go to the same other team at most.
        double: how many files are read twice: ``10%`` or ``4``.
        seed: settles what the rules leave open; None makes one.
        mapped: the kinds of headings that say nothing, by their keys.
    """

    per_team: int | None = None
    per_pair: int | None = None
    double: str | None = None
    seed: str | None = None
    sheets: Sequence[str] = ()
    mapped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PreparedRound:
    """A round that is ready to be shared out.

    Attributes:
        people: whether people read, rather than teams as a whole.
        before: the reviews of the rota that is kept.
    """

    round: Round
    people: bool
    before: list[Review]
    warnings: list[str]
    issues: tuple[Issue, ...] = ()


def prepare(files: RoundFiles, terms: RoundTerms, opening: OpenOptions) -> PreparedRound:
    """Read the lists of a round, and put the round together.

    Raises:
        WorkbookError: a list can't be read.
        UsageError: a list, or what is asked, doesn't make a round.
    """
    main = read_list(files.main, opening, terms.sheets, terms.mapped)
    readers = read_list(files.readers, opening, (), terms.mapped) if files.readers else None
    warnings = [*main.notes, *(readers.notes if readers else ())]
    issues = (*main.issues, *(readers.issues if readers else ()))
    who = readers or main
    has_cases = "reference" in main.kinds
    reviewers: list[tuple[Reviewer, int | None]]
    if readers is None and has_cases:
        reviewers = [(Reviewer(team, team), None) for team in _case_teams(main)]
    else:
        reviewers = _reviewers(who)
        warnings += _near_in(who, {r.team for r, _ in reviewers})
    listed = {team_key(r.team): r.team for r, _ in reviewers}
    gets = {**_files_of(main, listed), **(_files_of(readers, listed) if readers else {})}
    cases = _cases(main, listed, warnings) if has_cases else _numbered(main, listed, gets, terms)
    cases = _in_one_spelling(cases, [r.name for r, _ in reviewers])
    people = "reviewer" in who.kinds or "team" not in main.kinds
    own = Everyone.of([r for r, _ in reviewers], cases, people)
    before = handed_out(files.keep, own, opening) if files.keep else []
    seed = terms.seed if terms.seed is not None else secrets.token_hex(4)
    cases = _chosen(cases, gets, terms.per_team, seed, before, warnings)
    if not cases:
        raise UsageError("there is no file to be read", hint="Check the list, and --per-team.")
    round_ = Round(
        reviewers=tuple(sorted((r for r, _ in reviewers), key=lambda r: (r.team, r.name))),
        cases=tuple(sorted(cases, key=lambda case: (case.team, case.reference))),
        reads={},
        per_pair=terms.per_pair or (1 if terms.per_team else len(cases)),
        seed=seed,
        doubles=_doubles(terms.double, cases, before),
        previous=previous_pairs(files.previous, own, opening),
        conflicts=declared_conflicts(files.conflicts, own, opening)
        | (alike_people([r for r, _ in reviewers], cases, own) if people else frozenset()),
    )
    if len(round_.reviewers) < 2:
        raise UsageError(
            f"{round_.reviewers[0].name} is the only one that reads, and nobody reads their own",
            hint="List all who read, one a row.",
        )
    round_ = replace(round_, kept=_kept(round_, before))
    numbers = {r.name: n for r, n in reviewers if n is not None}
    round_ = with_loads(round_, numbers, by_team=not people or terms.per_team is not None)
    return PreparedRound(round_, people, before, [*warnings, *own.warnings], issues)


def _case_teams(main: NamedList) -> list[str]:
    """The teams that a list of cases names; without teams, the people who worked on them.

    Raises:
        UsageError: it names neither, or two names that may be one team's.
    """
    if "team" in main.kinds:
        names = spellings((name for row in main.rows if (name := row.get("team"))), team_key)
        counts = Counter(team_key(row.get("team")) for row in main.rows)
        near = [
            f"`{one}` ({count(counts[team_key(one)], 'file')}) and `{other}` "
            f"({count(counts[team_key(other)], 'file')})"
            for one, other in combinations(sorted(names.values()), 2)
            if near_teams(one, [other])
        ]
        if near:
            raise UsageError(
                f"{main.name}: some names may be the same team's, which would then read its own",
                details=near,
                hint="Write each team in one way. If they are two teams, list every team, one a "
                "row, in a file of its own, and give that with --readers.",
            )
        return sorted(names.values())
    if "worker" not in main.kinds:
        raise UsageError(
            f"{main.name} doesn't say whose each file is",
            hint="It has a column “Team”, “District” or “Social worker”; or name it, as --map "
            'team="Home unit".',
        )
    workers = (name for row in main.rows for name in _workers(row))
    return sorted(spellings(workers, person_key).values())


def _workers(row: ListRow) -> list[str]:
    cells = row.cells.get("worker", ())
    return [name for cell in cells for name in _BETWEEN_PEOPLE_RE.split(cell) if name]


def _reviewers(who: NamedList) -> list[tuple[Reviewer, int | None]]:
    """Those that a list names, with the number that each reads where it says so.

    Raises:
        UsageError: a name is there twice, or a number is none.
    """
    team_column = "team" if "team" in who.kinds else "reviewing team"
    if not {"reviewer", team_column} & who.kinds:
        raise UsageError(
            f"{who.name} doesn't say who reads",
            hint='It has a column “Team” or “Reviewer”; or name it, as --map team="Home unit".',
        )
    teams = spellings((name for row in who.rows if (name := row.get(team_column))), team_key)
    found: list[tuple[Reviewer, int | None]] = []
    places: dict[str, list[str]] = defaultdict(list)
    for row in who.rows:
        team = teams.get(team_key(row.get(team_column)), "")
        name = row.get("reviewer") or ("" if "reviewer" in who.kinds else team)
        if not name:
            continue
        places[person_key(name)].append(row.place)
        found.append((Reviewer(name, team or name), _number(row, "reads")))
    twice = [f"{listing(rows)}" for rows in places.values() if len(rows) > 1]
    if twice:
        raise UsageError(
            f"{who.name} names somebody twice",
            details=twice,
            hint="One row for each. Give two people of one name different names. Of a list of "
            "cases, name the column of references, as --map reference=Folder.",
        )
    return found


def _number(row: ListRow, kind: str) -> int | None:
    text = row.get(kind)
    if text and not (text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise UsageError(f"{row.place}: `{text[:20]}` is not a number of files")
    return int(text) if text else None


def _near_in(who: NamedList, teams: Iterable[str]) -> list[str]:
    """A list of teams is taken at its word, but says so of names that are nearly alike."""
    return [
        f"{who.name}: {one} and {other} are taken as two teams."
        for one, other in combinations(sorted(teams), 2)
        if near_teams(one, [other])
    ]


def _files_of(its: NamedList, listed: Mapping[str, str]) -> dict[str, int]:
    """For each team, the number of its files that are read, where a list says so.

    Raises:
        UsageError: a number is none, or is of no team.
    """
    if "files" not in its.kinds or "reference" in its.kinds:
        return {}
    gets = {}
    for row in its.rows:
        if (number := _number(row, "files")) is not None:
            if not (team := row.get("team")):
                hint = "Name the team, or take the row out."
                raise UsageError(f"{row.place} says how many files are read, of no team", hint=hint)
            gets[listed.get(team_key(team), team)] = number
    return gets


def _numbered(
    main: NamedList, listed: Mapping[str, str], gets: Mapping[str, int], terms: RoundTerms
) -> list[CaseFile]:
    """The files of teams that aren't listed by reference: numbered."""
    teams = sorted(listed.get(team_key(row.get("team")), row.get("team")) for row in main.rows)
    missing = [team for team in dict.fromkeys(teams) if team not in gets]
    if terms.per_team is None and missing:
        raise UsageError(
            f"how many files of each team are to be read? {main.name} lists no cases",
            hint="Say so with --per-team 4, or in a column “Files”.",
        )
    return [
        CaseFile(f"{team} {number}", team)
        for team in dict.fromkeys(teams)
        if team
        for number in range(1, gets.get(team, terms.per_team or 0) + 1)
    ]


def _cases(main: NamedList, listed: Mapping[str, str], warnings: list[str]) -> list[CaseFile]:
    """The files of a list of cases.

    Raises:
        UsageError: a reference is there twice, or a row doesn't say whose it is.
    """
    kind = "team" if "team" in main.kinds else "worker"
    places: dict[str, list[str]] = defaultdict(list)
    rows = [row for row in main.rows if row.get("reference")]
    for row in rows:
        places[fold(row.get("reference"))].append(row.place)
    twice = [listing(its) for its in places.values() if len(its) > 1]
    if twice:
        raise UsageError(
            f"{main.name} has references that come twice",
            details=twice[:_MOST_NAMED],
            hint="Take out the row that is there again, or give each file a reference of its own.",
        )
    whose = {"team": lambda row: row.get("team"), "worker": _workers}[kind]
    nobody = [f"{row.place}: {row.get('reference')}" for row in rows if not whose(row)]
    if nobody:
        raise UsageError(
            f"{count(len(nobody), 'row')} of {main.name} {'does' if len(nobody) == 1 else 'do'}n't "
            "say whose file it is, so it can't be kept from its own team",
            details=nobody[:_MOST_NAMED],
            hint="Fill that in. Take out a row that is no case, such as one of totals.",
        )
    if unnamed := [row.place for row in main.rows if not row.get("reference")]:
        are = "row without a reference is", "rows without a reference are"
        where = listing(unnamed, most=_MOST_NAMED)
        warnings.append(f"{count(len(unnamed), *are)} left out: {where}.")
    return [_case(row, kind, listed, warnings) for row in rows]


def _case(row: ListRow, kind: str, listed: Mapping[str, str], warnings: list[str]) -> CaseFile:
    workers = tuple(_workers(row))
    if kind == "worker":
        return CaseFile(row.get("reference"), workers[0], workers)
    name = row.get("team")
    team = listed.get(team_key(name))
    if team is None:
        if near := near_teams(name, listed.values()):
            raise UsageError(
                f"{row.place}: is `{name}` the same as `{near[0]}`, which reads?",
                hint="Write it in the same way in both files; or add it to those that read, with 0 "
                "to read.",
            )
        warning = f"{name} has files to be read, and reads none: it isn't among those that read."
        if warning not in warnings:
            warnings.append(warning)
    return CaseFile(row.get("reference"), team or name, workers)


def _in_one_spelling(cases: Sequence[CaseFile], readers: Sequence[str]) -> list[CaseFile]:
    """Cases with each person who worked on them spelled in one way, as among those who read."""
    spelled = spellings((name for case in cases for name in case.workers), person_key)
    spelled |= {person_key(name): name for name in readers}
    return [
        replace(
            case,
            team=spelled[person_key(case.team)] if case.team in case.workers else case.team,
            workers=tuple(spelled[person_key(name)] for name in case.workers),
        )
        for case in cases
    ]


def _chosen(
    cases: Sequence[CaseFile],
    gets: Mapping[str, int],
    per_team: int | None,
    seed: str,
    before: Sequence[Review],
    warnings: list[str],
) -> list[CaseFile]:
    """So many files of each team as are read: those that are handed out, then by lot."""
    out = {review.case for review in before}
    by_team: dict[str, list[CaseFile]] = defaultdict(list)
    for case in cases:
        by_team[case.team].append(case)
    chosen = []
    for team, own in sorted(by_team.items()):
        wanted = gets.get(team, per_team if per_team is not None else len(own))
        own.sort(
            key=lambda case: (case.reference not in out, drawn(seed, "chosen", case.reference))
        )
        chosen += own[:wanted]
        if len(own) < wanted:
            warnings.append(f"{team} has {count(len(own), 'file')}, not {wanted}; all are read.")
        elif len(own) > wanted:
            warnings.append(f"{team} has {count(len(own), 'file')}; {wanted} are drawn by lot.")
    for team, wanted in gets.items():
        if wanted and team not in by_team:
            warnings.append(f"{team} has no file, not {wanted}.")
    return chosen


def _doubles(text: str | None, cases: Sequence[CaseFile], before: Sequence[Review]) -> int:
    """How many files are read twice: as many as before, where a rota is kept."""
    if text is None and before:
        times = Counter(review.case for review in before)
        return sum(times[case.reference] > 1 for case in cases)
    return doubles_of(text, len(cases))


def _kept(round_: Round, before: Sequence[Review]) -> frozenset[tuple[str, str]]:
    """The reviews that were handed out and still may be."""
    reviewers = {who.name: who for who in round_.reviewers}
    cases = {case.reference: case for case in round_.cases}
    return frozenset(
        (review.reviewer, review.case)
        for review in before
        if review.reviewer in reviewers
        and review.case in cases
        and round_.obstacle(reviewers[review.reviewer], cases[review.case]) is None
    )
