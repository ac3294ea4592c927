import DNSMessages
import Testing
import Values

@Suite struct CodecTests {
    @Test func readsBackWhatItWrites() throws {
        let message = try fullMessage()
        #expect(try ReceivedMessage(bytes: message.bytes).message == message)
    }

    @Test func carriesAllTwelveBitsOfAResponseCode() throws {
        var message = try fullMessage()
        message.responseCode = .badVersion
        #expect(try ReceivedMessage(bytes: message.bytes).message.responseCode == .badVersion)
    }

    @Test func compressesNames() throws {
        let bytes = try fullMessage().bytes
        let label = Array("grand-est".utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: label) }
        #expect(places.count == 1, "each name is written once, then pointed to")
    }

    @Test func everyTruncationIsAnErrorAndNeverACrash() throws {
        let bytes = try fullMessage().signed(with: key(), at: noon).bytes
        for count in bytes.indices {
            #expect(throws: DNSFormatError.self) {
                try ReceivedMessage(bytes: Array(bytes[..<count]))
            }
        }
    }

    @Test func hostileBytesEndInAMessageOrAnError() throws {
        var random = SplitMix64(seed: 2136)
        let valid = try fullMessage().signed(with: key(), at: noon).bytes
        for _ in 0..<20_000 {
            let bytes = mutated(valid, using: &random)
            do throws(DNSFormatError) {
                let received = try ReceivedMessage(bytes: bytes)
                #expect(throws: TSIGFault.self) { try received.verified(by: [], at: noon) }
                let again = received.message.bytes
                #expect(try ReceivedMessage(bytes: again).message == received.message)
            } catch {
                #expect(error.offset <= bytes.count)
            }
        }
    }

    @Test(
        arguments: [
            (why: "a pointer to itself", name: [0xc0, 12]),
            (why: "a pointer forward", name: [0xc0, 20]),
            (why: "a pointer past the end", name: [0xff, 0xff]),
            (why: "a label type that was never given out", name: [0x40, 1]),
            (why: "a loop through a label", name: [1, 97, 0xc0, 12]),
            (why: "a label that ends late", name: [63, 97]),
        ] as [(why: String, name: [UInt8])])
    func refusesHostileNames(why: String, name: [UInt8]) {
        let header: [UInt8] = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        #expect(throws: DNSFormatError.self, "\(why)") {
            try ReceivedMessage(bytes: header + name + [0, 1, 0, 1])
        }
    }

    @Test func refusesANameThatPointersMakeTooLong() {
        let header: [UInt8] = [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]
        let label: [UInt8] = [62] + Array(repeating: 97, count: 62)
        let long = [[UInt8]](repeating: label, count: 4).joined() + [0]
        let second: [UInt8] = [3, 98, 98, 98, 0xc0, 12]
        let typeAndClass: [UInt8] = [0, 1, 0, 1]
        let bytes = header + long + typeAndClass + second + typeAndClass
        #expect(throws: DNSFormatError(.nameTooLong, at: 201), "in the last label of four") {
            try ReceivedMessage(bytes: bytes)
        }
    }

    @Test(
        arguments: [
            (why: "an A record of 3 bytes", type: 1, data: [1, 2, 3]),
            (why: "an AAAA record of 4 bytes", type: 28, data: [1, 2, 3, 4]),
            (why: "TXT whose string goes on after its data", type: 16, data: [5, 97]),
            (why: "SOA without its numbers", type: 6, data: [0, 0]),
            (why: "NS with a byte too many", type: 2, data: [0, 0]),
        ] as [(why: String, type: UInt8, data: [UInt8])])
    func refusesDataThatIsNotOfItsType(why: String, type: UInt8, data: [UInt8]) {
        let header: [UInt8] = [0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        let record: [UInt8] = [0, 0, type, 0, 1, 0, 0, 0, 0, 0, UInt8(data.count)]
        #expect(throws: DNSFormatError.self, "\(why)") {
            try ReceivedMessage(bytes: header + record + data)
        }
    }

    @Test func refusesWhatFollowsTheLastRecord() throws {
        #expect(throws: DNSFormatError.self) {
            try ReceivedMessage(bytes: fullMessage().bytes + [0])
        }
    }

    @Test func cutsATCPStreamIntoMessagesWhereverItIsSplit() throws {
        let messages: [[UInt8]] = [[1], [], Array(repeating: 7, count: 300)]
        let stream = messages.flatMap(TCPFraming.framed)
        for split in stream.indices {
            var framing = TCPFraming()
            let found =
                try framing.messages(completedBy: stream[..<split])
                + framing.messages(completedBy: stream[split...])
            #expect(found == messages)
        }
        var small = TCPFraming(bytesMax: 299)
        #expect(throws: DNSFormatError.self) { try small.messages(completedBy: stream) }
    }
}

private func mutated(_ valid: [UInt8], using random: inout SplitMix64) -> [UInt8] {
    var bytes = valid
    for _ in 0...random.next(below: 4) {
        let place = random.next(below: bytes.count)
        switch random.next(below: 4) {
        case 0: bytes[place] = UInt8(random.next(below: 256))
        case 1: bytes[place] ^= UInt8(1 << random.next(below: 8))
        case 2: bytes.insert(UInt8(random.next(below: 256)), at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
    }
    return bytes
}
