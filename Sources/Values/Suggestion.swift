/// The declared name that a misspelt one most likely means, or nil when none is near.
///
/// Near is at most a third of the name's length in edits, and at least one; an edit is a letter too
/// many, missing or wrong, or two letters swapped (optimal string alignment, Damerau 1964).
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
    var (before, last) = ([Int](), Array(0...right.count))
    for row in left.indices {
        var next = [row + 1]
        for column in right.indices {
            let substituted = last[column] + (left[row] == right[column] ? 0 : 1)
            var least = min(substituted, last[column + 1] + 1, next[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                least = min(least, before[column - 1] + 1)
            }
            next.append(least)
        }
        (before, last) = (last, next)
    }
    return last[right.count]
}

/// The question that a misspelt name is answered with, or nil when no declared name is near.
package func didYouMean(
    _ name: String, among declared: some Sequence<String>, quote: String = "'"
) -> String? {
    suggestion(for: name, among: declared).map { "did you mean \(quote)\($0)\(quote)?" }
}

/// How to mend a name that nobody declares: the near one where there is one, and all that are.
package func nameMend(
    for name: String, among declared: [String], quote: String = "'", all lead: String = "known are"
) -> String {
    let near = didYouMean(name, among: declared, quote: quote).map { $0 + " " } ?? ""
    let all = declared.isEmpty ? "there are none" : "\(lead) " + declared.joined(separator: ", ")
    return near + all
}
