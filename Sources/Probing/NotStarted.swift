import Glibc

/// A program of a probe that this machine cannot start, which says nothing of any host.
package struct NotStarted: Error, CustomStringConvertible {
    /// Its absolute path.
    package let program: String
    /// Of errno.
    package let number: Int32

    init(program: String, number: Int32) { (self.program, self.number) = (program, number) }

    /// Looks, without starting it; nil when nothing speaks against it.
    ///
    /// What only the start shows, such as a missing interpreter, is not seen.
    package init?(lookingAt program: String) {
        var status = stat()
        if stat(program, &status) != 0 || access(program, X_OK) != 0 {
            self.init(program: program, number: errno)
        } else if status.st_mode & S_IFMT == S_IFDIR {
            self.init(program: program, number: EISDIR)
        } else {
            return nil
        }
    }

    /// `/usr/lib/bascule/check cannot be started: No such file or directory`.
    package var description: String {
        "\(program) cannot be started: \(String(cString: strerror(number)))"
    }
}
