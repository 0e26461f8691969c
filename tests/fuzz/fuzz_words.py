"""Words that programs stumble over: what fuzzing writes into cells, attributes and rubrics."""

CELLS = (
    *("", " ", "\xa0", "-", "—", "N/A", "Not known", "None", "nan", "Yes", "y", "No", "Partly"),
    *("#REF!", "#N/A", "0", "-1", "1e308", "1e999", "NaN", "45000", "45000.5", "-693594"),
    *("2958466", "31/02/2024", "2024-02-30", "01/13/2024", "29/02/2100", "99:99"),
    *("2024-01-01T25:61", "0000-00-00", "9999-12-31", "31/12/9999 23:59:59", "1/1/1", "Total"),
    *("Grand total 12", "January 2024", "=HYPERLINK(1)", "@SUM(A1)", "\x1b[31m", "[bold]"),
    *("<b>&amp;</b>", "\u202e", "\u200b", "\ufeff", "İ", "ß", "ﬁ", "²", "٣", "①", "\U0001f600"),
    *("e\u0301", "\x00", "\ud800", "a" * 40_000, "good", "Inadequate", "W1", "Rubric"),
    *("child-protection", "Case ref", "Ethnicity"),
)  # fmt: skip
"""What a cell may hold."""

ATTRIBUTES = (
    *("", "0", "-1", "1", "2", "65536", "1048576", "1048577", "2147483648"),
    *("18446744073709551616", "A1", "B2", "XFD1048576", "XFE1", "ZZZZ9999999", "A0", "1:1"),
    *("A1:XFD1048576", "B7:A1", "A:A", "s", "b", "e", "n", "d", "str", "inlineStr", "error"),
    *("true", "hidden", "veryHidden", "collapse", "NaN", "1e999", "string", "date", "time"),
    *("boolean", "percentage", "2024-02-30", "PT99H", "PT", "../../x", "/xl/workbook.xml"),
    *("http://localhost/", "&#xD800;", "&#0;", "é", "x" * 40_000),
)  # fmt: skip
"""What an attribute of a workbook's XML may hold."""

SCALARS = (
    *("", "~", "null", "no", "1", "-1", "1e999", "nan", ".inf", "9" * 40, "2024-02-30"),
    *("2024-12-17", "[]", "{}", "[[]]", "[[[[{a: []}]]]]", "{a: b, a: c}", "{yes: protected}"),
    *("{recorded: nobody}", "{all: []}", "{any: [{recorded: ethnicity}]}"),
    *("{not: {not: {recorded: ethnicity}}}", "{matches: {ethnicity: '(a+)+$'}}"),
    *("{matches: {ethnicity: '('}}", "{is: {ethnicity: []}}"),
    *("{within: {days: 7, of: allocated, any: reviews}}", "{between: {age: [9, 1]}}"),
    *("{days: 1e9}", "{at_least: {age: 1e308}}", "{every: {days: 0, of: reviews}}"),
    *("{count_of: {at_least: 99, of: []}}", "{mentions: {notes: ['*', '**', ' ']}}"),
    *("{free_of: {notes: x}}", "{unique: case_ref}", "*a", "&a x", "!!python/object:os.system x"),
    *("<<: *a", "!x y", "|", ">-", "'", '"', "- x", "? x", "\t", "\x00", "\x85", "\u2028"),
    *("\ud800", "\U0001f600", "İ", "a" * 5_000, "identifier", "dates", "yes-no", "grade", "code"),
    *("police-ethnicity-18+1", "immediately", "999 months", "good", "sector"),
)  # fmt: skip
"""What may stand after a key of a rubric."""

KEYS = (
    *("rubric", "title", "version", "extends", "drop", "source", "published", "nation", "sectors"),
    *("sector", "scales", "fields", "lexicons", "criteria", "grades", "type", "headings", "codes"),
    *("also", "unknown", "by_sector", "question", "missing", "theme", "applies", "met", "target"),
    *("if_not_recorded", "weight", "partly_earns", "limits", "floors", "due", "tests", "given"),
    *("expect", "as_of", "scale", "recorded", "bands", "words", "sheets", "files", "all", "any"),
    *("not", "count_of"),
)  # fmt: skip
"""Keys of rubrics."""
