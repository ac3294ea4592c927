/// The declared name that a misspelt one most likely means, or nil when none is near.
///
/// Near is at most a third of the name's length in edits (Levenshtein), and at least one.
package func suggestion(for name: String, among declared: some Sequence<String>) -> String? {
    let limit = max(1, name.count / 3)
    var best: (name: String, edits: Int)?
    for candidate in declared {
        let edits = editDistance(Array(name.lowercased()), Array(candidate.lowercased()))
        if edits <= limit, edits < best?.edits ?? .max { best = (candidate, edits) }
    }
    return best?.name
}

private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, character) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, other) in right.enumerated() {
            let substituted = diagonal + (character == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(substituted, row[column] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
