/// Paths that exist on one machine only, in a text of the repository.
func machinePaths(in text: String, path: String, checkout: String, home: String) -> [Finding] {
    let own = [checkout, home].filter { $0.split(separator: "/").count > 1 }
    let candidates = own + ["/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/"]
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        .flatMap { index, line in
            candidates.filter { standsAlone($0, in: line) }.prefix(1).map {
                Finding(
                    path: path, line: index + 1, what: "'\($0)' exists on one machine only",
                    mend: "write it relative to the repository, or take it from an option")
            }
        }
}

/// Whether `path` begins a path in `line`, rather than being the middle of another one.
private func standsAlone(_ path: String, in line: Substring) -> Bool {
    line.ranges(of: path).contains { range in
        guard range.lowerBound > line.startIndex else { return true }
        let before = line[line.index(before: range.lowerBound)]
        return !before.isLetter && !before.isNumber && !"}/._-*~".contains(before)
    }
}
