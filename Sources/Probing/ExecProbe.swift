import CEpoll
import Detection
import Glibc
import Runtime
import Synchronization
import TopologyModel
import Values

/// One exec probe: a program in a process group of its own, without a shell, all of which is
/// killed at its end or the deadline.
struct ExecProbe: Sendable {
    let check: ExecCheck
    let target: ProbeTarget
    let time: any TimePort
    let deadline: Instant

    /// How often it is looked whether the program has ended.
    private static let lookEvery = Duration.milliseconds(5)
    /// Bytes of memory, seconds of processor, files and bytes of a file that a program may use. Set
    /// right after its start, since posix_spawn(3) cannot.
    private static let limits: [(what: Int32, most: rlim_t)] = [
        (Int32(RLIMIT_AS.rawValue), 1 << 30), (Int32(RLIMIT_CPU.rawValue), 30),
        (Int32(RLIMIT_NOFILE.rawValue), 256), (Int32(RLIMIT_FSIZE.rawValue), 1 << 20),
        (Int32(RLIMIT_CORE.rawValue), 0),
    ]

    /// Throws how it failed; returns on exit code 0.
    func run() async throws {
        let child = try start()
        for (what, most) in ExecProbe.limits {
            var limit = rlimit(rlim_cur: most, rlim_max: most)
            prlimit(child, what, &limit, nil)
        }
        let isOver = await end(of: child)
        // The whole group, before its leader is taken from the table and the number is free.
        kill(-child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard isOver else { throw ProbeFailure(kind: .timeout) }
        guard status == 0 else { throw ProbeFailure(kind: .wrongStatus) }
    }

    /// False when the deadline came first.
    private func end(of child: pid_t) async -> Bool {
        while true {
            var info = siginfo_t()
            let asked = waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT)
            if asked == 0, info.si_signo == SIGCHLD { return true }
            guard time.now() < deadline else { return false }
            do {
                try await time.sleep(until: time.now() + ExecProbe.lookEvery)
            } catch {
                return false
            }
        }
    }

    private func start() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addchdir_np(&actions, "/")
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var child: pid_t = 0
        let number = withCStrings(check.command) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(
                    &child, check.command[0], &actions, &attributes, arguments, environment)
            }
        }
        // A program that is not there is a probe that cannot be made, not a host that is lost.
        switch number {
        case 0: return child
        case EAGAIN, ENOMEM, EMFILE, ENFILE: throw OwnFault()
        default: throw NotStarted(program: check.command[0], number: number)
        }
    }

    /// Nothing of this process's own environment, where secrets may lie.
    private var environment: [String] {
        var (region, host) = ("", "")
        switch target.subject {
        case .service(let itsRegion, let itsHost): (region, host) = (itsRegion.name, itsHost.name)
        case .dependency(let id): host = id.name
        case .edge(let id): host = id.name
        case .nameServer(let zone, _): host = zone.name
        case .reference: break
        }
        return [
            "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C", "BASCULE_REGION=\(region)",
            "BASCULE_HOST=\(host)", "BASCULE_ADDRESS=\(target.endpoint.address.text)",
            "BASCULE_PORT=\(target.endpoint.port)",
        ]
    }
}

/// Runs `body` with the texts as C wants them: pointers, and a null pointer after the last.
private func withCStrings<Answer>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Answer
) -> Answer {
    let pointers = texts.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return body(pointers + [nil])
}
