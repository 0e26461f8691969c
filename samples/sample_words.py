"""What the samples have in common: chance that never changes, references, dates and narratives."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from sample_books import Cell

T = TypeVar("T")

DISTRICTS = (
    "Bolton",
    "Bury",
    "Manchester",
    "Oldham",
    "Rochdale",
    "Salford",
    "Stockport",
    "Tameside",
    "Trafford",
    "Wigan",
)
NBSP = "\u00a0"
_DAY_0 = dt.date(1899, 12, 30)
# The bank holidays of the months that the samples of 2024 speak of.
_HOLIDAYS = {
    dt.date(2024, month, day) for month, day in ((3, 29), (4, 1), (5, 6), (5, 27), (8, 26))
}


class Chance:
    """Random choices that are the same on every machine: they use nothing but ``random()``."""

    def __init__(self, seed: str) -> None:
        """Args: the seed, a text."""
        self._random = Random(seed)

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[int(self._random.random() * len(options))]

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The same items in another order."""
        keys = [self._random.random() for _ in items]
        return [items[index] for index in sorted(range(len(items)), key=keys.__getitem__)]

    def dealt(self, counts: Mapping[str, int]) -> list[str]:
        """Each word as often as its count says, in any order."""
        return self.shuffled([word for word, n in counts.items() for _ in range(n)])

    def days(self, n: int, first: dt.date, last: dt.date) -> list[dt.date]:
        """``n`` days between two, both included, in order."""
        span = (last - first).days
        return sorted(first + dt.timedelta(days=self.number(0, span)) for _ in range(n))

    def working_day(self, start: dt.date, low: int, high: int) -> dt.date:
        """A working day from ``low`` to ``high`` days after another, as most reviews are."""
        days = [start + dt.timedelta(days=number) for number in range(low, high + 1)]
        return self.pick([day for day in days if day.weekday() < 5 and day not in _HOLIDAYS])

    def office_time(self, day: dt.date) -> dt.datetime:
        """A time of that day between eight and half past five, to five minutes."""
        return dt.datetime.combine(day, dt.time(8)) + dt.timedelta(minutes=5 * self.number(0, 114))

    def moment(self, day: dt.date) -> dt.datetime:
        """A time of that day, to five minutes, never midnight."""
        return dt.datetime.combine(day, dt.time(self.number(6, 22), 5 * self.number(1, 11)))

    def districts(self, n: int) -> list[str]:
        """A district for each of ``n`` cases, as evenly as can be."""
        return self.shuffled([DISTRICTS[index % len(DISTRICTS)] for index in range(n)])

    def references(self, year: int, n: int, first: int = 100) -> list[str]:
        """``n`` different references such as NSP/24/00317, in order, from the first number on.

        Northshire Police is no force: nobody's initials stand before a case that is made up.
        """
        numbers = sorted(self.shuffled(range(first, first + 40 * n))[:n])
        return [f"NSP/{year % 100}/{number:05d}" for number in numbers]

    def written(self, day: dt.date) -> Cell:
        """A date in one of the ways in which people leave them in a spreadsheet."""
        forms: tuple[Cell, ...] = (
            day,
            day,
            day.strftime("%d/%m/%Y"),
            day.strftime("%d.%m.%y"),
            f"{day.day} {day:%b %Y}",
            day.isoformat(),
            (day - _DAY_0).days,
        )
        return self.pick(forms)


class Quality:
    """Cases from best to worst, so that a weak file is weak in several ways."""

    def __init__(self, chance: Chance, best_first: Sequence[int], noise: int) -> None:
        """Args: the chance; the cases; how many places chance may move one in the order."""
        self.chance = chance
        self.noise = noise
        self._rank = {case: place for place, case in enumerate(best_first)}

    def answers(self, counts: Mapping[str, int], among: Sequence[int] | None = None) -> list[str]:
        """An answer for each case, as often as its count says: the first for the best files.

        Args:
            counts: the answers from best to worst, and how many cases have each.
            among: the only cases that are asked; the others get an empty cell.
        """
        asked = list(self._rank) if among is None else list(among)
        places = {case: self._rank[case] + self.chance.number(0, self.noise) for case in asked}
        ranked = sorted(asked, key=lambda case: (places[case], case))
        words = [answer for answer, n in counts.items() for _ in range(n)]
        given = dict(zip(ranked, words, strict=True))
        return [given.get(case, "") for case in range(len(self._rank))]


def any_quality(chance: Chance, n: int) -> Quality:
    """``n`` cases, the better and the weaker in any order."""
    return Quality(chance, chance.shuffled(range(n)), n // 2)


def where(answers: Sequence[str], *words: str) -> list[int]:
    """The cases that gave one of some answers."""
    return [case for case, answer in enumerate(answers) if answer in words]


def filled(answers: Sequence[str], among: Sequence[int], other: str) -> list[str]:
    """The answers with a word for the cases that were not asked."""
    asked = set(among)
    return [answer if case in asked else other for case, answer in enumerate(answers)]


# Types of case, and the ages of the children in them.
CASE_TYPES: Mapping[str, tuple[int, int]] = {
    "Physical abuse": (1, 15),
    "Neglect": (0, 10),
    "Sexual abuse": (6, 16),
    "Child sexual exploitation": (12, 17),
    "Child criminal exploitation": (12, 17),
    "Online exploitation": (9, 16),
    "Domestic abuse": (1, 14),
    "Missing child": (11, 17),
}

# What was reported, and what was done. Neither says anything that a column of answers says too.
_STORIES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "Physical abuse": (
        (
            "School reported a bruise to the child's arm, said to have been caused by a parent.",
            "Hospital staff reported an injury that the explanation given didn't fit.",
            "Child told a teaching assistant that they had been hit with a belt.",
            "Neighbour reported shouting and crying; a mark was seen on the child's cheek.",
        ),
        (
            "Body map completed by a paediatrician and placed on file.",
            "Parent interviewed under caution; the account was put to the paediatrician.",
            "Siblings seen at school the next day, with no concerns for them.",
        ),
    ),
    "Neglect": (
        (
            "Officers attending on another matter found the house dirty and little food in it.",
            "Health visitor reported several missed appointments and poor home conditions.",
            "Young child found alone in the street at 22:10 by a passer-by.",
            "Parent too intoxicated to care for two children when police called.",
        ),
        (
            "Photographs of the home taken with consent and placed on file.",
            "School and health asked for attendance and weights.",
            "Relatives took the children that night by agreement.",
        ),
    ),
    "Sexual abuse": (
        (
            "Child disclosed to a school nurse that a relative had touched them.",
            "Parent reported that the child had disclosed an assault by a family friend.",
            "Report of non-recent abuse by a step-parent, made by the child to a counsellor.",
            "Disclosure made to a foster carer about a relative of the birth family.",
        ),
        (
            "Suspect arrested and bailed with conditions not to contact the child.",
            "Medical examination arranged at the sexual assault referral centre.",
            "Material held by school and health requested.",
        ),
    ),
    "Child sexual exploitation": (
        (
            "Care home reported that adult males were collecting the child by car.",
            "Parent found messages from a man of 24 who had sent gifts and asked to meet.",
            "Child found with two adult males in a hotel after a call from the night manager.",
            "Youth worker reported that adults had given the child alcohol and a new phone.",
        ),
        (
            "Vehicle traced to an adult known in another district; intelligence submitted.",
            "Child abduction warning notice served on the adult.",
            "Complex safeguarding team consulted, and took the lead.",
        ),
    ),
    "Child criminal exploitation": (
        (
            "Child stopped at a railway station with wraps of class A drugs and two phones.",
            "School reported unexplained cash, new trainers and a change in the child's friends.",
            "Child found in a flat in another force area, 40 miles from home.",
            "Mother reported threats over a debt that the child is said to owe.",
        ),
        (
            "Referred to the National Referral Mechanism as a potential victim.",
            "Number of the phone researched and linked to a wider operation.",
            "Journey home arranged by officers rather than left to the placement.",
        ),
    ),
    "Online exploitation": (
        (
            "Child was groomed by an unknown account to send an image, then extorted for money.",
            "Parent reported messages of a sexual kind from an adult posing as a child.",
            "Referral from the National Crime Agency about images shared from the household.",
            "Teacher reported that an image of the child was being passed around online.",
        ),
        (
            "Phone taken with consent and booked for examination.",
            "Platform asked to preserve the account's data.",
            "Family given advice on having images removed.",
        ),
    ),
    "Domestic abuse": (
        (
            "Two children were upstairs during an assault on their mother by her ex-partner.",
            "Verbal argument between parents; child of school age opened the door to officers.",
            "Breach of a non-molestation order while the children were being handed over.",
            "Third report in six months from the same address; children there each time.",
        ),
        (
            "Domestic violence protection notice considered, and a panic alarm fitted.",
            "Earlier incidents drawn together for the MARAC.",
            "School told through Operation Encompass.",
        ),
    ),
    "Missing child": (
        (
            "Reported missing by carers when the child didn't come back from school.",
            "Missing overnight; found at a friend's house after enquiries by response officers.",
            "Second missing episode this month from the same children's home.",
            "Left the home address after an argument; located in the city centre at 01:15.",
        ),
        (
            "Trigger plan updated with the address at which the child was found.",
            "Children's home asked for a plan of whom to ring and how to get back.",
            "Addresses from earlier episodes checked first.",
        ),
    ),
}
_ENDINGS = (
    "Rationale for the outcome is recorded.",
    "Family told of the outcome by the officer in the case.",
    "Lines of enquiry are listed and closed one by one.",
    "The record would be clearer with a list of who lives in the household.",
    "Entries are brief after the first week.",
    "Other children in the household are named and considered.",
)
# Each looks like a hit to a search that doesn't know where words end or what a denial is.
_TRAPS = {
    "Child sexual exploitation": (
        "Log makes clear that she was not putting herself at risk: adults were placing her at risk."
    ),
    "Missing child": (
        "Reviewer's note: the phrase “putting himself at risk” was rightly avoided throughout."
    ),
    "Sexual abuse": (
        "Black holdall and notebook placed in an evidence bag; DNA swab taken from the suspect."
    ),
    "Child criminal exploitation": (
        "Officer records that this is not a lifestyle choice: he is being controlled by others."
    ),
    "Online exploitation": (
        "Record says that an adult put him in danger; the wording is about what the adult did."
    ),
}


# What a child who doesn't go to school or speak yet isn't said to have done.
_OLDER_RE = re.compile(r"school|School|told|teaching|street|belt")
_OLD_ENOUGH = 5


def narratives(chance: Chance, case_types: Sequence[str], ages: Sequence[int]) -> list[str]:
    """A short summary of each case, free of phrases that blame the child; some are traps."""
    traps = dict(_TRAPS)
    texts = []
    for kind, age in zip(case_types, ages, strict=True):
        openings, actions = (
            [text for text in part if age >= _OLD_ENOUGH or not _OLDER_RE.search(text)]
            for part in _STORIES[kind]
        )
        told = [chance.pick(openings), chance.pick(actions), chance.pick(_ENDINGS)]
        texts.append(" ".join([*told, traps.pop(kind, "")]).strip())
    return texts
