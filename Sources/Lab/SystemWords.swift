import Glibc
import NIOCore

/// What went wrong, in the system's own words where the system said it: `Address already in use`.
func systemWords(for error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case SocketAddressError.unixDomainSocketPathTooLong: "its path is too long (107 bytes at most)"
    default: "\(error)"
    }
}
