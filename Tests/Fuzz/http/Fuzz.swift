/// libFuzzer's entry: whatever a server answers, whole or in two pieces, it is judged alike, and
/// nothing is kept of it beyond what is named.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let bytes, count > 0 else { return 0 }
    let question = HTTPQuestion(host: "h", path: "/", status: 200, body: "up")
    let input = UnsafeRawBufferPointer(start: bytes, count: count)
    let whole = verdict(on: input, cutAt: count, question)
    // The first byte says where it is cut.
    let cut = verdict(on: input, cutAt: Int(bytes[0]) % count, question)
    precondition(whole == cut, "whole it is \(whole), cut it is \(cut)")
    return 0
}

private func verdict(
    on input: UnsafeRawBufferPointer, cutAt place: Int, _ question: HTTPQuestion
) -> HTTPAnswerReader.Verdict {
    var reader = HTTPAnswerReader()
    for piece in [input[..<place], input[place...]] where !piece.isEmpty {
        let verdict = reader.take(UnsafeRawBufferPointer(rebasing: piece), to: question)
        if verdict != .more { return verdict }
    }
    return reader.end(of: question)
}
