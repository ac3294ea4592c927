package import Foundation

/// The folder of Package.swift, found by walking up from a source file.
///
/// Links are not resolved on the way, so that a checkout which links its Tests still finds itself.
package func packageRoot(from file: String = #filePath) throws -> URL {
    var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    while folder.path != "/" {
        let manifest = folder.appendingPathComponent("Package.swift").path
        if FileManager.default.fileExists(atPath: manifest) { return folder }
        folder.deleteLastPathComponent()
    }
    throw TestSupportError("no Package.swift above \(file); run the tests in a checkout")
}

/// What a test needed and did not get: what, where, and how to mend it.
package struct TestSupportError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
