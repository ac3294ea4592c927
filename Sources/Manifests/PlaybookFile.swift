package import Control
import Foundation
package import Playbooks
package import Situations
package import Values
import YAMLReading

/// Reads playbooks as docs/playbook-reference.md describes them.
package enum PlaybookFile {
    /// - Throws: `Diagnostics` with every fault of the file.
    package static func playbook(
        bytes: [UInt8], file: String
    ) throws(Diagnostics) -> Playbook {
        let faults = Faults()
        var place = Place(file: file, line: 1, column: 1)
        let playbook = faults.read(
            bytes, file: file,
            as: Form<Playbook>.object("a mapping of version, name, title, steps") { fields in
                place = fields.place(of: "steps")
                return PlaybookFile.playbook(fields)
            })
        for fault in playbook?.faults() ?? [] {
            faults.report(at: place, what: fault.what, mend: fault.mend)
        }
        return try faults.accepted(playbook)
    }

    private static func playbook(_ fields: Fields) -> Playbook? {
        guard fields.required("version", .int(1...1)) != nil,
            let name = fields.required("name", .name),
            let title = fields.required("title", .text),
            let steps = fields.required("steps", .list(of: .playbookStep, 1...64))
        else { return nil }
        return Playbook(name: name, title: title, steps: steps)
    }
}

/// The folder that holds the playbooks which decisions name.
package struct PlaybookFolder {
    private let path: String

    package init(path: String) { self.path = path }

    package func playbooks() throws -> Configuration.Playbooks { try read().playbooks }

    /// The playbooks, and their texts for the digest and the journal.
    package func read() throws -> (
        playbooks: Configuration.Playbooks, texts: [(name: String, bytes: [UInt8])]
    ) {
        var texts: [(name: String, bytes: [UInt8])] = []
        let read = { (name: String) throws -> Playbook in
            let file = path + "/" + name + ".yaml"
            guard FileManager.default.fileExists(atPath: file) || !isFolder else {
                throw InputFault(
                    Fault(
                        what: "\(path) has no playbook '\(name)', which decisions name",
                        mend: "copy \(name).yaml from the playbooks of this release"))
            }
            let bytes = try bytes(of: file)
            texts.append((name + ".yaml", bytes))
            return try PlaybookFile.playbook(bytes: bytes, file: file)
        }
        let playbooks = Configuration.Playbooks(
            evacuate: try read("evacuate"), switchover: try read("switchover"),
            failback: try read("failback"), spill: try read("spill"),
            ration: try read("ration"), others: try otherNames().map(read))
        if let other = playbooks.others.first(where: { playbook in
            !texts.contains { $0.name == playbook.name + ".yaml" }
        }) {
            throw InputFault(
                Fault(
                    what: "playbook '\(other.name)' stands in a file of another name in \(path)",
                    mend: "rename the file to \(other.name).yaml"))
        }
        return (playbooks, texts)
    }

    private var isFolder: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// The playbooks that decisions name: a folder must hold each.
    private static let decisionNames = ["evacuate", "switchover", "failback", "spill", "ration"]

    /// Playbooks that a folder may hold beside those that decisions name.
    private static let othersMax = 64

    /// Files that people run by hand, in the order of their names.
    private func otherNames() throws -> [String] {
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw InputFault(
                Fault(
                    what: "\(path) cannot be read: \(error.localizedDescription)",
                    mend: "name the folder of the playbooks: --playbooks"))
        }
        let names = files.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
            .map { String($0.dropLast(".yaml".count)) }
            .filter { !PlaybookFolder.decisionNames.contains($0) }.sorted()
        guard names.count <= PlaybookFolder.othersMax else {
            throw InputFault(
                Fault(
                    what: "\(path) holds \(names.count) playbooks beside those of decisions",
                    mend: "keep at most \(PlaybookFolder.othersMax)"))
        }
        return names
    }
}

/// A file that people gave, which cannot be read, or is not what it should be.
package struct InputFault: Error, Hashable, Sendable {
    package let fault: Fault

    package init(_ fault: Fault) { self.fault = fault }
}

/// The bytes of a file.
///
/// - Throws: `InputFault`, with the path and why it cannot be read.
package func bytes(of path: String) throws -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw unreadable(path, String(cString: strerror(errno))) }
    // A pipe or a device would be waited for, or never end.
    guard status.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "it is no file") }
    do {
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch { throw unreadable(path, error.localizedDescription) }
}

private func unreadable(_ path: String, _ why: String) -> InputFault {
    InputFault(
        Fault(
            what: "\(path) cannot be read: \(why)",
            mend: "check the path and the file's mode"))
}

extension Form where Value == PlaybookStep {
    fileprivate static var playbookStep: Form {
        .object { fields in
            let timeoutMax = Duration.seconds(7 * 86_400)
            let form = Form<Duration>.duration(.milliseconds(100)...timeoutMax)
            let name = fields.required("name", .name)
            let action = fields.actionTemplate
            let step = PlaybookStep(
                name: name ?? "", action: action ?? .drain,
                forEach: fields.optional("forEach", .word(PlaybookStep.Repetition.self)),
                needs: fields.optional("needs", .list(of: .name, 0...64), default: []),
                when: fields.optional("when", .word(Condition.self)),
                timeout: fields.optional("timeout", form, default: .seconds(10)),
                attemptsMax: fields.optional("attempts", .int(1...20), default: 3),
                retryAfter: fields.optional("retryAfter", form, default: .seconds(1)),
                undo: fields.optional("undo", .word(PlaybookStep.Undo.self), default: .none),
                isPivot: fields.optional("pivot", .flag, default: false),
                onDoubt: fields.optional("onDoubt", .word(OnDoubt.self), default: .ask))
            return name == nil || action == nil ? nil : step
        }
    }
}

private enum ActionWord: String, CaseIterable {
    case shift, drain, check, wait, approve, notify
}

extension Fields {
    fileprivate var actionTemplate: ActionTemplate? {
        guard let word = required("action", .word(ActionWord.self)) else { return nil }
        switch word {
        case .shift:
            return .shift(
                existing: optional("existing", .word(ExistingSessions.self), default: .keep))
        case .drain: return .drain
        case .check: return required("check", .word(CheckKind.self)).map { .check(what: $0) }
        case .wait:
            return .wait(for: optional("for", .duration(.seconds(1) ... .seconds(7 * 86_400))))
        case .approve: return .approve
        case .notify: return required("message", .text).map { .notify(message: $0) }
        }
    }
}
