import Testing
import Values

struct IPAddressTests {
    @Test(arguments: [
        (why: "IPv4", read: "127.0.21.1", written: "127.0.21.1"),
        (why: "the largest IPv4", read: "255.255.255.255", written: "255.255.255.255"),
        (why: "nothing", read: "::", written: "::"),
        (why: "loopback", read: "0:0:0:0:0:0:0:1", written: "::1"),
        (why: "leading zeros, RFC 5952 4.1", read: "2001:0db8::0001", written: "2001:db8::1"),
        (why: "longest run, 4.2.3", read: "2001:0:0:1:0:0:0:1", written: "2001:0:0:1::1"),
        (
            why: "first of equal runs, 4.2.3", read: "2001:db8:0:0:1:0:0:1",
            written: "2001:db8::1:0:0:1"
        ),
        (
            why: "one zero stays, 4.2.2", read: "2001:db8:0:1:1:1:1:1",
            written: "2001:db8:0:1:1:1:1:1"
        ),
        (why: "lower case, 4.3", read: "2001:DB8::A", written: "2001:db8::a"),
        (why: "a run at the end", read: "1:0:0:0:0:0:0:0", written: "1::"),
        (why: "one group as ::", read: "1:2:3:4:5:6:7::", written: "1:2:3:4:5:6:7:0"),
        (why: "IPv4 at the end", read: "64:ff9b::192.0.2.1", written: "64:ff9b::c000:201"),
    ])
    func addressesAreReadAndWritten(why: String, read: String, written: String) throws {
        let address = try #require(IPAddress(text: read), "\(why)")
        #expect(address.text == written, "\(why)")
        #expect(IPAddress(text: written) == address, "\(why)")
        #expect(IPAddress(bytes: address.bytes) == address, "\(why)")
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "+1.2.3.4", "1.2.3.-4",
        "1.2..4", ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":1::",
        "1::2:", "12345::", "g::", "::1%eth0", "1.2.3.4::", "::1.2.3", "::1.2.3.4:5", "[::1]",
        "1:2:3:4:5:6:7:1.2.3.4", "::+1", "٣.1.1.1",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(IPAddress(text: text) == nil)
    }

    @Test(arguments: 0..<20) func everyAddressSurvivesItsText(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            // Bytes are zero half of the time, so that runs of zeros come up.
            let bytes = (0..<16).map { _ in
                random.chance(perMille: 500) ? UInt8(random.next(below: 256)) : 0
            }
            let address = IPAddress(bytes: bytes)
            #expect(address.flatMap { IPAddress(text: $0.text) } == address)
        }
    }

    @Test(arguments: [
        (text: "0.0.0.0", isUseful: false), (text: "0.1.2.3", isUseful: false),
        (text: "127.0.0.1", isUseful: true), (text: "192.0.2.1", isUseful: true),
        (text: "169.254.1.1", isUseful: false), (text: "224.0.0.1", isUseful: false),
        (text: "239.255.255.255", isUseful: false), (text: "255.255.255.255", isUseful: false),
        (text: "::", isUseful: false), (text: "::1", isUseful: true),
        (text: "fe80::1", isUseful: false), (text: "febf::1", isUseful: false),
        (text: "fec0::1", isUseful: true), (text: "ff02::1", isUseful: false),
        (text: "::ffff:127.0.0.1", isUseful: false), (text: "2001:db8::1", isUseful: true),
    ])
    func addressesThatServeNobodyAreKnown(text: String, isUseful: Bool) throws {
        let address = try #require(IPAddress(text: text))
        #expect((address.objectionToUsers == nil) == isUseful)
    }

    @Test func addressesAreOrderedByFamilyThenNumber() {
        let texts = ["9.0.0.0", "10.0.0.0", "200.0.0.0", "::1", "2001:db8::", "ff00::"]
        let addresses = texts.compactMap { IPAddress(text: $0) }
        #expect(addresses.shuffledForTest.sorted().map(\.text) == texts)
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test(arguments: ["127.0.0.1:8080", "[::1]:65535", "[2001:db8::1]:1"])
    func endpointsAreReadAndWritten(text: String) {
        #expect(Endpoint(text: text)?.description == text)
    }

    @Test(arguments: [
        "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:+80", "::1:80",
        "[127.0.0.1]:80", "[::1]80", "[]:80", "localhost:80", "127.0.0.1:80 ",
    ])
    func whatIsNoEndpointIsRefused(text: String) {
        #expect(Endpoint(text: text) == nil)
    }
}

extension Array {
    /// Another order, the same in every run.
    fileprivate var shuffledForTest: [Element] {
        indices.filter { $0 % 2 == 1 }.reversed().map { self[$0] }
            + indices.filter { $0 % 2 == 0 }.map { self[$0] }
    }
}
