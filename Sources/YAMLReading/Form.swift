package import Values

/// How a node reads as a value: what is wanted, in words with an example, and the reading itself.
///
/// Forms never guess: what YAML readers disagree about (`yes`, `0x10`, `~`) is a fault.
package struct Form<Value> {
    /// A noun that follows "wanted": `a duration such as 30s`.
    package let wanted: String
    let read: (Node, Reading) -> Value?

    /// A form of its own; where `read` gives nil, it has reported why.
    package init(_ wanted: String, read: @escaping (Node, Reading) -> Value?) {
        (self.wanted, self.read) = (wanted, read)
    }
}

/// Where in the document reading stands, and where faults go.
package struct Reading {
    /// `hosts.ent-sbg2.capacity`; empty at the root.
    package let path: String
    package let faults: Faults

    /// Reads a node; nil means that a fault is reported, here or before.
    package func value<Value>(of node: Node, as form: Form<Value>) -> Value? {
        switch node.content {
        case .unreadable: return nil
        case .scalar(let scalar) where scalar.isNull:
            report(
                at: node.place, "wanted \(form.wanted), found nothing",
                mend: "give it a value, or remove it")
            return nil
        case .scalar, .sequence, .mapping: return form.read(node, self)
        }
    }

    /// Reports that the node is not what is wanted, for a reason and with a mend if there are.
    package func reportWrong(
        _ node: Node, wanted: String, because reason: String? = nil, mend: String? = nil
    ) {
        report(
            at: node.place,
            "wanted \(wanted), found \(found(node))\(reason.map { ", \($0)" } ?? "")",
            mend: mend ?? "write \(wanted)")
    }

    package func report(
        _ severity: Diagnostic.Severity = .error, at place: Place, _ what: String, mend: String
    ) {
        faults.report(
            severity, at: place, what: path.isEmpty ? what : "\(path): \(what)", mend: mend)
    }

    func below(_ key: String) -> Reading {
        Reading(path: path.isEmpty ? shown(key) : "\(path).\(shown(key))", faults: faults)
    }

    /// Items count from 1.
    func below(item: Int) -> Reading { Reading(path: "\(path)[\(item)]", faults: faults) }
}

// Forms made of forms.
extension Form {
    /// The same, with its place.
    package static func marked<Inner>(_ form: Form<Inner>) -> Form where Value == Marked<Inner> {
        Form(form.wanted) { node, reading in
            form.read(node, reading).map { Marked($0, at: node.place) }
        }
    }

    /// The same, made into another value that always exists.
    package static func converted<Inner>(
        _ form: Form<Inner>, _ convert: @escaping (Inner) -> Value
    ) -> Form {
        Form(form.wanted) { node, reading in form.read(node, reading).map(convert) }
    }

    /// The same, if it is also this; `wanted` says all that is asked.
    package static func checked(
        _ form: Form, _ wanted: String, _ isFine: @escaping (Value) -> Bool
    ) -> Form {
        Form(wanted) { node, reading in
            guard let value = form.read(node, reading) else { return nil }
            if isFine(value) { return value }
            reading.reportWrong(node, wanted: wanted)
            return nil
        }
    }

    /// A scalar, quoted or plain, that `parse` understands.
    package static func parsed(
        _ wanted: String, mend: String? = nil, _ parse: @escaping (String) -> Value?
    ) -> Form {
        .scalar(wanted) { scalar in
            parse(scalar.text).map(Outcome.value) ?? .wrong(because: nil, mend: mend)
        }
    }
}

/// What reading one scalar comes to.
enum Outcome<Value> {
    case value(Value)
    case wrong(because: String? = nil, mend: String? = nil)
}

extension Form {
    static func scalar(
        _ wanted: String, _ read: @escaping (Scalar) -> Outcome<Value>
    ) -> Form {
        Form(wanted) { node, reading in
            guard case .scalar(let scalar) = node.content else {
                reading.reportWrong(node, wanted: wanted)
                return nil
            }
            switch read(scalar) {
            case .value(let value): return value
            case .wrong(let reason, let mend):
                reading.reportWrong(node, wanted: wanted, because: reason, mend: mend)
                return nil
            }
        }
    }
}
