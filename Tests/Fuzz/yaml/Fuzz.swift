import Values
import YAMLReading

/// libFuzzer's entry: whatever the bytes, reading ends, within its limits, and every nil has a
/// fault.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    let faults = Faults()
    let value = faults.read(input, file: "fuzz.yaml", as: .object(Small.read))
    precondition(value != nil || faults.hasErrors, "refused without a fault")
    for fault in faults.diagnostics.all {
        precondition(fault.place.line > 0 && fault.place.column > 0, "\(fault)")
        precondition(!fault.what.contains("\n") && !fault.mend.contains("\n"), "\(fault)")
    }
    return 0
}
