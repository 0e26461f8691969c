"""What cells show that hold no answer: the error words of spreadsheet programs."""

import re

NOT_CALCULATED = "#NOT CALCULATED!"
"""What a cell is read as whose formula has no result in the file."""
OUT_OF_PLACE = "#OUT OF PLACE!"
"""What a cell is read as of which nobody can tell what heading it stands under."""

# Business Objects has names for why it shows nothing, and Google Sheets says that it is loading.
_NAMES = "multivalue|unavailable|torefresh|computation|context|datasync|missing|overflow|syntax"
# Any that a program may invent looks like these. A whole cell of # is a column that was too narrow
# when it was saved as text; LibreOffice numbers its errors.
_ERROR_RE = re.compile(
    rf"#[a-z][a-z0-9_/ ]{{1,20}}[!?]|#n/a|#nv|#getting_data|#{{3,}}|err:[0-9]{{3}}|#(?:{_NAMES})"
    r"|loading(?:\.\.\.)?"
)


def is_error_word(word: str) -> bool:
    """Whether a word, folded, is what a spreadsheet program shows in place of a result."""
    return word[:1] in ("#", "e", "l") and _ERROR_RE.fullmatch(word) is not None
