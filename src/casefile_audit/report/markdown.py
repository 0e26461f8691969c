"""A document as Markdown, whose tables GitHub, GitLab and pandoc read."""

import re
from collections.abc import Iterator

from casefile_audit.english import without_controls
from casefile_audit.report.blocks import (
    Block,
    Cell,
    Chart,
    Definitions,
    Heading,
    Items,
    Section,
    Sentence,
    Table,
    Text,
    Tone,
)
from casefile_audit.report.reports import Report, chart_table, spans

# Whatever could be taken for markup, HTML or a link by any reader of Markdown.
_MARKUP_RE = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$^=-])")


def render(document: Report) -> bytes:
    """The page as Markdown in UTF-8. Whatever a text holds is text: its markup is escaped."""
    marking = document.marking
    lines = [f"# {_plain(document.title)}", f"**{marking.word}.** {_plain(marking.meaning)}"]
    for block in document.opening:
        lines += _drawn(block)
    for part in document.parts:
        lines += _drawn(part.heading)
        for block in part.blocks:
            lines += _drawn(block)
    return ("\n\n".join(lines) + "\n").encode()


def _plain(text: str) -> str:
    return _plain_part(" ".join(without_controls(text).split()))


def _words(text: str) -> str:
    """Running text, in which what is to be typed stands as code: there nothing is markup."""
    one_line = " ".join(without_controls(text).split())
    return "".join(f"`{part}`" if typed else _plain_part(part) for part, typed in spans(one_line))


def _plain_part(part: str) -> str:
    return _MARKUP_RE.sub(r"\\\1", part)


def _drawn(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {_plain(text)}"
        case Sentence(text, tone):
            yield f"**{_words(text)}**" if tone is Tone.STRONG else _words(text)
        case Items(items):
            yield "\n".join(f"- {_words(item)}" for item in items)
        case Definitions(pairs):
            yield "\n".join(f"- **{_plain(term)}**: {_words(said)}" for term, said in pairs)
        case Table():
            yield from _table(block)
        case Chart():
            yield from _table(chart_table(block))


def _table(table: Table) -> Iterator[str]:
    """A table without its drawings, whose figures stand beside them; sections are rows of it."""
    table = table.in_words()
    yield f"**{_plain(table.caption)}**"
    lines = [" | ".join(_plain(column.heading) for column in table.columns)]
    lines.append(" | ".join("---:" if column.figures else "---" for column in table.columns))
    for row in table.rows:
        if isinstance(row, Section):
            lines.append(" | ".join([f"**{_plain(row.text)}**", *[""] * (len(table.columns) - 1)]))
        else:
            lines.append(" | ".join(map(_cell, row)))
    yield "\n".join(f"| {line} |" for line in lines)


def _cell(cell: Cell) -> str:
    if not isinstance(cell, Text):
        raise TypeError(f"{type(cell).__name__} is drawn, and a drawing has no words")
    text = _words(cell.text) if cell.told else _plain(cell.text)
    return f"{text} {_plain(f'({cell.note})')}" if cell.note else text
