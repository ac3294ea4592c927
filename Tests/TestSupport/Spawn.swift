import Foundation
import Glibc

/// One start of a program by posix_spawn(3).
///
/// The child gets no descriptor but 0, 1 and 2, or a test's listening sockets would outlive the
/// test in it; and default signals, since NIO ignores SIGPIPE in this process.
struct Spawn {
    let arguments: [String]
    let environment: [String: String]
    let workingFolder: String?
    let output: String
    let errors: String

    func start() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        direct(&actions)
        resetSignals(&attributes)
        return try spawn(&actions, &attributes)
    }

    private func direct(_ actions: inout posix_spawn_file_actions_t) {
        let create = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, create, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, create, 0o600)
        addCloseFrom(&actions, 3)
        if let workingFolder {
            addChangeFolder(&actions, workingFolder)
        }
    }

    private func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    private func spawn(
        _ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t
    ) throws -> pid_t {
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let fault = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &envp)
        guard fault == 0 else {
            throw TestSupportError(
                "cannot start \(arguments[0]): \(String(cString: strerror(fault)))")
        }
        return pid
    }
}

// glibc has these two since 2.34 and 2.29, but shows them only to _GNU_SOURCE, which Swift's module
// map does not define. Both take and return plain C words, for which the conventions agree.

@_silgen_name("posix_spawn_file_actions_addclosefrom_np") @discardableResult
private func addCloseFrom(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ from: CInt
) -> CInt

@_silgen_name("posix_spawn_file_actions_addchdir_np") @discardableResult
private func addChangeFolder(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ path: UnsafePointer<CChar>
) -> CInt
