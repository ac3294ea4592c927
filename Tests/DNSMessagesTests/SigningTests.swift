import DNSMessages
import Testing
import Values

@Suite struct SigningTests {
    @Test(arguments: TSIGAlgorithm.allCases)
    func aSignatureHoldsForItsKeyOnly(algorithm: TSIGAlgorithm) throws {
        let signed = try fullMessage().signed(with: key("bascule", algorithm), at: noon)
        let received = try ReceivedMessage(bytes: signed.bytes)
        let verified = try received.verified(by: [key("bascule", algorithm)], at: noon)
        #expect(verified.mac == signed.mac)
        #expect(received.message == (try fullMessage()))
        let other = TSIGKey(name: try name("bascule"), algorithm: algorithm, secret: [1])
        #expect(throws: TSIGFault.badSignature) { try received.verified(by: [other], at: noon) }
        let stranger = try key("other", algorithm)
        #expect(throws: TSIGFault.unknownKey(try name("bascule"))) {
            try received.verified(by: [stranger], at: noon)
        }
    }

    @Test func keysOfOneNameAreToldApartByTheirSecrets() throws {
        let algorithm = TSIGAlgorithm.hmacSHA256
        let other = TSIGKey(name: try name("bascule"), algorithm: algorithm, secret: [1])
        let signed = try fullMessage().signed(with: key("bascule", algorithm), at: noon)
        let keys = [other, try key("bascule", algorithm)]
        let verified = try ReceivedMessage(bytes: signed.bytes).verified(by: keys, at: noon)
        #expect(verified.key == keys[1])
    }

    @Test func aSignatureHoldsForNoOtherBytes() throws {
        let keys = [try key()]
        let bytes = try fullMessage().signed(with: key(), at: noon).bytes
        let caseOfNames = 0x20 as UInt8  // Names are signed in lower case (RFC 8945 section 4.3.3).
        for place in bytes.indices.dropFirst(2) where place < bytes.count - 40 {
            var changed = bytes
            changed[place] ^= 0x01
            #expect(throws: (any Error).self, "byte \(place)") {
                try ReceivedMessage(bytes: changed).verified(by: keys, at: noon)
            }
        }
        var renamed = bytes
        renamed[0] ^= caseOfNames  // The id may be changed on the way: the original one is signed.
        _ = try ReceivedMessage(bytes: renamed).verified(by: keys, at: noon)
    }

    @Test(arguments: [(-301, false), (-300, true), (0, true), (300, true), (301, false)])
    func clocksMayDifferByTheFudge(seconds: Int64, holds: Bool) throws {
        let signed = try fullMessage().signed(with: key(), at: noon)
        let received = try ReceivedMessage(bytes: signed.bytes)
        let there = noon + .seconds(seconds)
        if holds {
            _ = try received.verified(by: [key()], at: there)
        } else {
            #expect(throws: TSIGFault.badTime(signedAt: noon, now: there)) {
                try received.verified(by: [key()], at: there)
            }
        }
    }

    @Test func anAnswerIsBoundToItsRequest() throws {
        let request = try fullMessage().signed(with: key(), at: noon)
        let reply = try fullMessage().response(.noError)
            .signed(with: key(), at: noon, answering: request.mac)
        let received = try ReceivedMessage(bytes: reply.bytes)
        _ = try received.verified(by: [key()], at: noon, answering: request.mac)
        for wrong in [nil, [], Array(request.mac.reversed())] as [[UInt8]?] {
            #expect(throws: TSIGFault.badSignature) {
                try received.verified(by: [key()], at: noon, answering: wrong)
            }
        }
    }

    @Test func aKeyNeverTellsItsSecret() throws {
        #expect(try key().description == "hmac-sha256 key bascule")
    }
}

@Suite struct KeyFileTests {
    @Test(arguments: [
        "key \"bascule\" { algorithm hmac-sha256; secret \"AAECAw==\"; };",
        "key bascule {\n\talgorithm HMAC-SHA256;\n\tsecret AAECAw==;\n};\n",
        "# made by tsig-keygen\nkey \"bascule.\" { /* old */ secret \"AAECAw==\"; // new\n"
            + "algorithm hmac-sha256; };",
    ])
    func readsTheFilesOfBIND(text: String) throws {
        let keys = try TSIGKeyFile.keys(in: text, file: "k")
        let wanted = TSIGKey(
            name: try name("bascule"), algorithm: .hmacSHA256, secret: [0, 1, 2, 3])
        #expect(keys == [wanted])
    }

    @Test(arguments: [
        ("", "k:1:1: error: the file has no key"),
        ("zone \"x\" {};", "k:1:1: error: here 'key' is missing"),
        ("key \"a\" {\n algorithm hmac-md5;", "k:2:12: error: 'hmac-md5' is not an algorithm"),
        ("key \"a\" { secret \"AAEC\"; };", "a key lacks its algorithm or secret"),
        ("key \"a\" { secret \"A\"; };", "k:1:18: error: the secret is not base64"),
        ("key \"a\" { secret \"AAF=\"; };", "the secret is not base64"),
        ("key \"a..b\" { };", "k:1:5: error: 'a..b' is not the key's name"),
        ("key \"a\" { secret \"AAEC\"", "here ';' is missing"),
        ("key \"a", "here '{' is missing"),
        ("key", "k:1:1: error: here the key's name is missing"),
    ])
    func saysWhatIsWrongAndWhere(text: String, fault: String) throws {
        let error = try #require(throws: Diagnostics.self) {
            try TSIGKeyFile.keys(in: text, file: "k")
        }
        #expect(error.description.contains(fault))
    }

    @Test func namesAFileThatIsNotThere() throws {
        let error = try #require(throws: Diagnostics.self) {
            try TSIGKeyFile.keys(atPath: "/nowhere/key")
        }
        #expect(error.description.contains("/nowhere/key:1:1: error: the key file cannot be read"))
    }

    @Test func hostileKeyFilesEndInKeysOrFaults() throws {
        let valid = Array("key \"a\" { algorithm hmac-sha256; secret \"AAECAw==\"; }; # /* x".utf8)
        var random = SplitMix64(seed: 8945)
        for _ in 0..<3000 {
            var bytes = valid
            for _ in 0...random.next(below: 6) {
                bytes[random.next(below: bytes.count)] = UInt8(random.next(in: 32...126))
            }
            do throws(Diagnostics) {
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(!(try TSIGKeyFile.keys(in: text, file: "k")).isEmpty)
            } catch {
                #expect(error.hasErrors)
            }
        }
    }
}
