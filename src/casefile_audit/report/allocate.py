"""The page of a rota: who reads whose files, what couldn't be helped, and what changed."""

from collections import Counter
from collections.abc import Iterator, Sequence

from casefile_audit.allocation.models import Review, Rota
from casefile_audit.english import count, listing
from casefile_audit.report.blocks import (
    Block,
    Heading,
    Items,
    Page,
    Sentence,
    Table,
    Tone,
    figures,
    table,
)

_MOST_NAMED = 12


def rota_page(rota: Rota) -> Page:
    """The rota as people read it."""
    people = rota.readers == "people"
    page: Page = [
        Heading(
            f"Who reads what: {count(len(rota.reviews), 'review')} by "
            f"{count(len(rota.reads), 'reviewer' if people else 'team')}",
            level=1,
        )
    ]
    if rota.warnings:
        page.append(Items(rota.warnings, Tone.WARNING))
    page.append(Items([*_numbers(rota, people), *_swaps(rota), *_twice(rota)]))
    page += _changes(rota)
    own_teams = all(review.reviewer == review.reviewing_team for review in rota.reviews)
    page.append(_by_team(rota, people) if own_teams else _by_reviewer(rota))
    page.append(Sentence(_seed(rota), Tone.QUIET))
    return page


def _numbers(rota: Rota, people: bool) -> Iterator[str]:
    readers = "reviewer" if people else "team"
    yield _each(rota.reads, readers, "reads", "read", "files")
    own = {team: n for team, n in rota.read.items() if n}
    owners = "reviewer" if people and own.keys() <= rota.reads.keys() else "team"
    yield _each(own, owners, "has", "have", "files read by others")
    if rota.per_pair > 1:
        yield f"No team reads more than {rota.per_pair} files of the same other team."


def _each(numbers: dict[str, int], noun: str, verb: str, plural: str, what: str) -> str:
    """``Each team reads 4 files``, or who has fewer: ``Bury reads 3 files, and each other 4``."""
    *fewer, most = sorted(set(numbers.values()))
    if not fewer:
        some = what.replace("files", "file", 1) if most == 1 else what
        return f"Each {noun} {verb} {most} {some}."
    parts = []
    for value in fewer:
        names = [name for name, n in numbers.items() if n == value]
        has = verb if len(names) == 1 else plural
        parts.append(f"{listing(names, most=_MOST_NAMED)} {has} {value}")
    return f"{'; '.join(parts)} {what}, and each other {noun} {most}."


def _swaps(rota: Rota) -> Iterator[str]:
    if not rota.swaps:
        yield "No two review each other."
        return
    named = listing((f"{one} with {other}" for one, other in rota.swaps), most=_MOST_NAMED)
    teams = len(rota.teams)
    pairs = teams * (teams - 1) // 2
    used = len({(review.reviewing_team, review.team) for review in rota.reviews})
    if not rota.proven:
        why = "that there can't be fewer wasn't proved"
    elif rota.kept:
        why = "no rota that keeps as much of what was handed out has fewer"
    elif rota.per_pair == 1 and used - pairs == len(rota.swaps):
        why = f"{count(used, 'review')}, {count(pairs, 'pair')}, so there can't be fewer"
    else:
        why = "no rota that keeps the rules has fewer"
    review = "pair reviews", "pairs review"
    yield f"{count(len(rota.swaps), *review)} each other ({why}): {named}."


def _twice(rota: Rota) -> Iterator[str]:
    if rota.read_twice:
        named = listing(rota.read_twice, most=_MOST_NAMED)
        yield (
            f"{count(len(rota.read_twice), 'file')} {'is' if len(rota.read_twice) == 1 else 'are'} "
            f"read twice, by two who don't know it: {named}."
        )


def _changes(rota: Rota) -> Iterator[Block]:
    """What changed against the rota that was handed out."""
    if not (rota.kept or rota.changes or rota.dropped):
        return
    yield Heading("What changes")
    yield Sentence(
        f"{count(rota.kept, 'review')} {'stays' if rota.kept == 1 else 'stay'} as handed out; "
        f"{len(rota.dropped)} {'goes' if len(rota.dropped) == 1 else 'go'}, and "
        f"{len(rota.changes)} {'is' if len(rota.changes) == 1 else 'are'} new."
        + ("" if rota.proven else " That there can't be fewer changes wasn't proved.")
    )
    rows = [("goes", review) for review in rota.dropped] + [("new", r) for r in rota.changes]
    if rows:
        yield table(
            "The reviews that change",
            ["file", "of", "read by", ""],
            [[r.case, r.team, _reader(r), what] for what, r in rows],
        )


def _reader(review: Review) -> str:
    if review.reviewer == review.reviewing_team:
        return review.reviewer
    return f"{review.reviewer} ({review.reviewing_team})"


def _by_team(rota: Rota, people: bool) -> Table:
    """Each team: how many it reads, of whom, and who reads its files."""
    names = sorted({*rota.read, *rota.reads})
    rows = [
        [
            name,
            str(rota.reads.get(name, 0)),
            _named([r.team for r in rota.reviews if r.reviewing_team == name]),
            _named([r.reviewing_team for r in rota.reviews if r.team == name]),
        ]
        for name in names
    ]
    who = "reviewer" if people else "team"
    return table("Who reads whose files", [who, *figures("reads"), "files of", "is read by"], rows)


def _by_reviewer(rota: Rota) -> Table:
    teams = {review.reviewer: review.reviewing_team for review in rota.reviews}
    rows = [
        [
            name,
            teams.get(name, ""),
            str(n),
            _named([r.team for r in rota.reviews if r.reviewer == name]),
        ]
        for name, n in sorted(rota.reads.items(), key=lambda item: (teams.get(item[0], ""), item))
    ]
    return table("Who reads whose files", ["reviewer", "of", *figures("reads"), "files of"], rows)


def _named(teams: Sequence[str]) -> str:
    """Teams, with the number of files where it is more than one."""
    return ", ".join(
        team if n == 1 else f"{team} ({n})" for team, n in sorted(Counter(teams).items())
    )


def _seed(rota: Rota) -> str:
    again = f"Seed {rota.seed}: with --seed {rota.seed} the same lists give the same rota"
    return (
        f"{again}."
        if rota.settled
        else f"{again} on this machine; the time ran out before that was certain elsewhere."
    )
