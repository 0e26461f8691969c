"""What the samples have in common: chance that never changes, references, dates and narratives."""

import datetime as dt
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

    def moment(self, day: dt.date) -> dt.datetime:
        """A time of that day, to five minutes, never midnight."""
        return dt.datetime.combine(day, dt.time(self.number(6, 22), 5 * self.number(1, 11)))

    def districts(self, n: int) -> list[str]:
        """A district for each of ``n`` cases, as evenly as can be."""
        return self.shuffled([DISTRICTS[index % len(DISTRICTS)] for index in range(n)])

    def references(self, year: int, n: int, first: int = 100) -> list[str]:
        """``n`` different references such as GMP/24/00317, in order, from the first number on."""
        numbers = sorted(self.shuffled(range(first, first + 40 * n))[:n])
        return [f"GMP/{year % 100}/{number:05d}" for number in numbers]

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
    "Physical abuse": (5, 15),
    "Neglect": (3, 10),
    "Sexual abuse": (6, 16),
    "Child sexual exploitation": (12, 17),
    "Child criminal exploitation": (12, 17),
    "Online exploitation": (9, 16),
    "Domestic abuse": (4, 14),
    "Missing child": (11, 17),
}

_OPENINGS = {
    "Physical abuse": (
        "School reported a bruise to the child's arm, said to have been caused by a parent.",
        "Hospital staff reported an injury that the explanation given didn't fit.",
        "Child told a teaching assistant that they had been hit with a belt.",
        "Neighbour reported shouting and a child crying; a mark was seen on the child's cheek.",
    ),
    "Neglect": (
        "Officers attending on another matter found the house dirty and little food in it.",
        "Health visitor reported several missed appointments and poor home conditions.",
        "Young child found alone in the street at 22:10 by a passer-by.",
        "Parent unable to care for two children when police called, through drink.",
    ),
    "Sexual abuse": (
        "Child disclosed to a school nurse that a relative had touched them.",
        "Parent reported that the child had disclosed an assault by a family friend.",
        "Report of non-recent abuse by a step-parent, made by the child to a counsellor.",
        "Disclosure made to a foster carer; suspect no longer has contact.",
    ),
    "Child sexual exploitation": (
        "Care home reported that adult males were collecting the child by car.",
        "Parent found messages from a man of 24 who had sent gifts and asked to meet.",
        "Child found with two adult males in a hotel room after a call from the night manager.",
        "Youth worker reported that the child had been given alcohol and a new phone by adults.",
    ),
    "Child criminal exploitation": (
        "Child stopped at a railway station with wraps of class A drugs and two telephones.",
        "School reported unexplained cash, new trainers and a change in the child's friends.",
        "Child found in a flat in another force area, 40 miles from home.",
        "Mother reported threats over a debt that the child is said to owe.",
    ),
    "Online exploitation": (
        "Child was persuaded by an unknown account to send an image, then asked for money.",
        "Parent reported messages of a sexual kind from an adult posing as a child.",
        "Referral from the National Crime Agency about images shared from the household.",
        "Teacher reported that an image of the child was being passed around online.",
    ),
    "Domestic abuse": (
        "Two children were upstairs during an assault on their mother by her ex-partner.",
        "Verbal argument between parents; child of school age opened the door to officers.",
        "Breach of a non-molestation order while the children were being handed over.",
        "Third report in six months from the same address; children present each time.",
    ),
    "Missing child": (
        "Reported missing by carers when the child didn't come back from school.",
        "Missing overnight; found at a friend's house after enquiries by response officers.",
        "Fourth missing episode this month from the same placement.",
        "Left the home address after an argument; located in the city centre at 01:15.",
    ),
}
_ACTIONS = (
    "Officers attended within the hour and saw the child with a trusted adult.",
    "Strategy discussion held the same day; joint visit with social care agreed.",
    "Child Action Plan submitted before the end of the shift.",
    "Specialist investigator allocated and a plan set by the sergeant.",
    "Suspect arrested and bailed with conditions not to contact the child.",
    "MASH research found an earlier referral for a sibling, which was shared.",
    "The child's account is in their own words in the log.",
    "Description of the home and of the child's demeanour is on file.",
    "Enquiries with the school completed; attendance shared with the social worker.",
    "Phone seized with consent and booked for examination.",
)
_ENDINGS = (
    "Family now receiving early help.",
    "Case reviewed by the detective inspector; lines of enquiry complete.",
    "Decision of the Crown Prosecution Service explained to the family.",
    "No further police action; rationale recorded and explained to the family.",
    "Family kept up to date by the officer in the case.",
    "Safety plan in place and shared with the school.",
    "Outcome of the strategy discussion is visible on the crime.",
    "Record would be clearer with a summary of who lives in the household.",
)
# Each looks like a hit to a search that doesn't know where words end or what a denial is.
TRAPS = (
    "Log makes clear that she was not putting herself at risk: adults were placing her at risk.",
    "Reviewer's note: the phrase “putting himself at risk” was rightly avoided throughout.",
    "Black holdall and notebook placed in an evidence bag; DNA swab requested from the suspect.",
    "Officer records that this is not a lifestyle choice: he is being controlled by others.",
    "Record says that older males put him in danger; wording focuses on what they did.",
)


def narratives(chance: Chance, case_types: Sequence[str]) -> list[str]:
    """A short summary for each case, free of phrases that blame the child."""
    return [
        f"{chance.pick(_OPENINGS[kind])} {chance.pick(_ACTIONS)} {chance.pick(_ENDINGS)}"
        for kind in case_types
    ]
