import Foundation
import Rendering

/// The terminal that a descriptor leads to, if it does.
struct Terminal {
    /// Where a terminal does not say how large it is (columns, lines).
    private static let sizeDefault = (width: TextTable.widthDefault, height: 24)
    /// Text is not broken narrower than this (columns).
    private static let widthMin = 20

    let width: Int
    let height: Int

    init?(_ descriptor: Int32) {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        let isKnown =
            ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 && size.ws_col > 0
        width = isKnown ? max(Int(size.ws_col), Terminal.widthMin) : Terminal.sizeDefault.width
        height = isKnown ? Int(size.ws_row) : Terminal.sizeDefault.height
    }
}

/// Prints for people, broken between words where a terminal is; a file or pipe gets it as it is.
func say(_ text: String) { print(text.fitting(STDOUT_FILENO)) }

/// The same on standard error.
func complain(_ text: String) { writeError(text.fitting(STDERR_FILENO)) }

/// A line on standard error as it is: a log is read by programs too.
func writeError(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}

extension String {
    fileprivate func fitting(_ descriptor: Int32) -> String {
        Terminal(descriptor).map { fitted(self, width: $0.width) } ?? self
    }
}
