"""Keyed pseudonyms: other names for cases, the same each month by whoever has the same key.

A pseudonym is eleven characters such as ``K7QH3M-2XVB``, without letters that are taken for
another. Its first part is of the reference without what only one copy of it may have (spaces,
leading noughts), its second of the reference as it is compared. So references that are alike, and
may be one case, have pseudonyms whose first parts are the same, and nothing else tells of them.
"""

import hmac
import secrets
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from casefile_audit.capped import Capped
from casefile_audit.cases import Cases, RowName
from casefile_audit.english import bare_reference, fold
from casefile_audit.errors import UsageError
from casefile_audit.inputs import open_input
from casefile_audit.intake.account import Account, Intake
from casefile_audit.issues import Issue, IssueCode
from casefile_audit.output.writing import write_bytes
from casefile_audit.results import CellProblem

# Neither I nor L beside 1, nor O beside 0; U is left out so that fewer words come about.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOLS = "0123456789" + _LETTERS
_FIRST, _SECOND = 6, 4
_LEAST_KEY = 32
_KEY_BYTES = 4_096
_NAME_CASES = (IssueCode.REFERENCES_ALIKE, IssueCode.CASES_ENTERED_TWICE)
_MADE_FOR = "A key that `audit` makes is one line of 64 letters and figures, in a file of its own."


@dataclass(frozen=True)
class Pseudonyms:
    """What cases are called instead of by their references."""

    key: bytes

    @cached_property
    def fingerprint(self) -> str:
        """What tells one key from another, and nothing of either."""
        return self._digest("fingerprint", "").hex()[:12]

    def of(self, reference: str) -> str:
        """The pseudonym of a case reference, however its copy of it is spaced and cased.

        A case that has none is called after its row all the same.
        """
        if isinstance(reference, RowName):
            return reference
        compared = fold(reference)
        bare = bare_reference(compared).replace("-", "") or compared
        return f"{self._word('bare', bare, _FIRST)}-{self._word('whole', compared, _SECOND)}"

    def _word(self, purpose: str, text: str, length: int) -> str:
        number = int.from_bytes(self._digest(purpose, text), "big")
        number, place = divmod(number, len(_LETTERS))
        word = [_LETTERS[place]]  # a letter first, so that no spreadsheet takes it for a number
        for _ in range(length - 1):
            number, place = divmod(number, len(_SYMBOLS))
            word.append(_SYMBOLS[place])
        return "".join(word)

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self.key, f"{purpose}\n{text}".encode(), "sha256")

    def cases(self, cases: Cases) -> Cases:
        """Cases by their pseudonyms.

        Raises:
            UsageError: two references have the same pseudonym.
        """
        references = np.array([*map(self.of, cases.references)], dtype=object)
        pairs = zip(cases.references, references, strict=True)
        called = {fold(name): own for name, own in pairs if not isinstance(name, RowName)}
        if len({*called.values()}) < len(called):
            raise UsageError(
                "--pseudonyms: two case references have the same pseudonym by this key",
                hint="Use another key: give the name of a file that isn't there yet.",
            )
        return replace(cases, references=references)

    def account(self, account: Account, known: Container[str] = ()) -> Account:
        """An account in which cases are called by their pseudonyms.

        Args:
            known: the references, folded, to be looked for in other cells too.
        """
        return replace(
            account,
            repeated=_each(account.repeated, self._repeated),
            unclear=_each(account.unclear, lambda problem: self._found(problem, known)),
            stops=_each(account.stops, lambda problem: self._found(problem, known)),
            alike=tuple(map(self._issue, account.alike)),
        )

    def intake(self, intake: Intake) -> Intake:
        """Cases with the account of them."""
        known = set(map(fold, intake.cases.references.tolist()))
        return intake._replace(
            account=self.account(intake.account, known),
            cases=self.cases(intake.cases),
        )

    def _repeated(self, problem: CellProblem) -> CellProblem:
        """A cell with the reference that another case has."""
        called = self.of(problem.repeats)
        return replace(problem, found=called, repeats=called)

    def _found(self, problem: CellProblem, known: Container[str]) -> CellProblem:
        """A cell whose words may be a case reference."""
        is_reference = fold(problem.found) in known
        return replace(problem, found=self.of(problem.found)) if is_reference else problem

    def _issue(self, issue: Issue) -> Issue:
        if issue.code not in _NAME_CASES:
            return issue
        return replace(issue, places=tuple(map(self.of, issue.places)))


def alike_part(pseudonym: str) -> str:
    """The part that pseudonyms of references that are alike have in common."""
    return pseudonym[:_FIRST]


def _each(
    problems: Capped[CellProblem], renamed: Callable[[CellProblem], CellProblem]
) -> Capped[CellProblem]:
    return replace(problems, items=tuple(map(renamed, problems.items)))


def read_key(path: Path) -> Pseudonyms:
    """The key in a file, which is an input from now on: nothing is written over it.

    Raises:
        UsageError: it can't be read, or is no key.
    """
    try:
        with open_input(path) as file:
            data = file.read(_KEY_BYTES + 1)
    except OSError as error:
        what = f"--pseudonyms: `{path}` can't be read: {error.strerror}"
        raise UsageError(what, hint="Check its name, and that you may read it.") from None
    key = data.strip()
    if len(key) < _LEAST_KEY or len(data) > _KEY_BYTES or len(key.splitlines()) > 1:
        raise UsageError(f"--pseudonyms: `{path}` holds no key", hint=_MADE_FOR)
    return Pseudonyms(key)


def make_key(path: Path) -> None:
    """Write a new key, for its owner alone.

    Raises:
        UsageError: a file is there already, or it can't be written.
    """
    write_bytes(path, f"{secrets.token_hex(32)}\n".encode())
