/// How to mend what libyaml complains of, by a part of its own words (libyaml 0.2.5).
private let syntaxMends: [(words: String, mend: String)] = [
    ("',' or ']'", "close the list with ], and put a comma between its items"),
    ("',' or '}'", "close the mapping with }, and put a comma between its entries"),
    (
        "cannot start any token",
        "indent with spaces, never tabs; quote a text that begins with @, ` or %"
    ),
    ("tab character", "indent with spaces, never tabs"),
    ("mapping values are not allowed", "quote a text that has ': ' in it, or mend the indentation"),
    ("block sequence entries are not allowed", "begin the list on a line of its own"),
    ("did not find expected key", "indent this line as the entries above it, or quote the text"),
    ("'-' indicator", "indent this line as the items above it"),
    ("could not find expected ':'", "put ': ' behind the key, or quote the text"),
    ("unexpected end of stream", "close the quote"),
    ("escape", "use single quotes, in which a backslash stands for itself"),
    ("document start", "keep one document a file; quote a text that begins with % or is ---"),
    ("expected the node content", "give it a value, or remove the comma or colon"),
    ("tag", "remove what begins with !; a text is quoted instead"),
    ("alphabetic or numeric", "write letters and digits behind & or *, or quote the text"),
    ("control characters", "remove the character; in double quotes it can be written as \\xNN"),
    ("directive", "remove the line that begins with %"),
    ("maximum nesting", "use fewer brackets inside each other"),
]

func syntaxMend(for problem: String) -> String {
    let known = syntaxMends.first { problem.contains($0.words) }
    return known?.mend ?? "look at the indentation, the quotes and the brackets near here"
}
