"""The forms and documents that hold no case, or none yet or for certain: what is said of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from casefile_audit.english import fold
from casefile_audit.errors import WorkbookError
from casefile_audit.issues import Issue, IssueCode

_GUIDANCE = "it has the questions of the forms, and text about them where the answers would be"
_UNREAD = "no question of it is answered"
# What stands out in so many questions, and never anything else, may have been printed so.
_ALWAYS = 3


@dataclass
class UnreadForms:
    """What was found beside the forms that are answered.

    Attributes:
        forms: the file and the name of each form on which no question is answered.
        guidance: what has the questions of the forms, and text about them in place of answers.
        documents: the documents that are no forms at all, each with the error that says so.
        beyond: the file and what is said of it, where answers may stand that can't be read.
        standing_out: the file and the words of each answer that was read by how they look.
    """

    forms: list[tuple[str, str]] = field(default_factory=list)
    guidance: list[str] = field(default_factory=list)
    documents: list[tuple[str, WorkbookError]] = field(default_factory=list)
    beyond: dict[tuple[str, str], None] = field(default_factory=dict)
    standing_out: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def check(self) -> None:
        """Refuse to go on where these are all there are.

        Raises:
            WorkbookError: no document is a form, or nobody has filled one in.
        """
        if self.documents and not (self.forms or self.guidance):
            raise self.documents[0][1]
        several = len(self.forms) + len(self.guidance) > 1
        raise WorkbookError(
            "none of the forms is filled in yet" if several else "the form is not filled in yet",
            details=[
                *(f"{place}: {_UNREAD}" for place in self._places()),
                *self.guidance,
                *(f"{file}: {said}" for file, said in self.beyond),
            ],
            hint="Give the forms that have been filled in. A label that the rubric doesn't know "
            "can be named with --map; `audit check` lists those of a form that is filled in.",
        )

    def is_guidance(self, place: str) -> str:
        """Remember a page of guidance, and say why it is no case."""
        self.guidance.append(f"{place}: {_GUIDANCE}")
        return self.guidance[-1]

    def _places(self) -> list[str]:
        of_several = len({file for file, _ in self.forms}) > 1
        return [
            file if name == Path(file).stem else f"{file}, {name}" if of_several else name
            for file, name in self.forms
        ]

    def issues(self, answered: int) -> Iterator[Issue]:
        """What these leave out of every count, beside so many forms that are answered."""
        if places := self._places():
            facts: dict[str, str | int] = {"forms": answered + len(places)}
            yield Issue.doubt(IssueCode.FORMS_UNREAD, places, facts=facts)
        for file, said in self.beyond:
            code = IssueCode.FORM_BEYOND_READING
            yield Issue.doubt(code, file=file, total=1, facts={"what": said})
        same = set.intersection(
            *({*map(fold, words)} for _, words in self.standing_out or [("", ())])
        )
        if same and len(self.standing_out) >= _ALWAYS:
            files = [*dict.fromkeys(file for file, _ in self.standing_out)]
            code, total = IssueCode.FORMS_PRINTED_SO, len(self.standing_out)
            yield Issue.doubt(code, files, total=total, facts={"word": min(same)})
        if self.documents:
            yield Issue.doubt(IssueCode.FILES_WITHOUT_FORM, [file for file, _ in self.documents])
