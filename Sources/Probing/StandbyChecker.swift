package import NIOCore
package import Planning
import OrderedCollections
package import Runtime
package import TopologyModel
import Values

/// Asks standbys, and the edges before them, for their certificates and how far their data is
/// behind: each question once, on a connection of its own.
package struct StandbyChecker: StandbyCheckPort {
    /// Questions that are open at once.
    package static let openMax = 64
    /// What one question may take.
    package static let answerMax = Duration.seconds(3)

    private let group: any EventLoopGroup
    private let time: any TimePort

    package init(group: any EventLoopGroup, time: any TimePort) {
        (self.group, self.time) = (group, time)
    }

    package func answers(
        of standbys: [Standby], in topology: Topology
    ) async -> [Standby: StandbyAnswers] {
        let asked = standbys.map { topology.questions(for: $0) }
        async let ends = certificates(OrderedSet(asked.flatMap(\.certificates)).elements)
        let lags = await lags(OrderedSet(asked.compactMap(\.lag)).elements)
        let certificates = await ends
        let answers = zip(standbys, asked).map { standby, asked in
            (
                standby,
                StandbyAnswers(
                    certificates: asked.certificates.compactMap { certificates[$0] },
                    dataLag: asked.lag.flatMap { lags[$0] })
            )
        }
        return Dictionary(answers) { first, _ in first }
    }

    private func certificates(
        _ questions: [CertificateQuestion]
    ) async -> [CertificateQuestion: StandbyAnswers.Certificate] {
        // Made anew each time: files of trusted certificates change.
        let contexts = TLSContexts()
        let found = await concurrentMap(questions, atOnce: StandbyChecker.openMax) { question in
            let probe = HTTPSProbe(
                check: question.check, endpoint: question.endpoint, contexts: contexts,
                loop: group.next(), deadline: deadline, now: time.wall())
            return (question, question.certificate(of: await probe.certificateEnd()))
        }
        return Dictionary(found) { first, _ in first }
    }

    private func lags(
        _ questions: [DataLagQuestion]
    ) async -> [DataLagQuestion: StandbyAnswers.DataLag] {
        let found = await concurrentMap(questions, atOnce: StandbyChecker.openMax) { question in
            (question, await question.answer(on: group.next(), by: deadline))
        }
        return Dictionary(found) { first, _ in first }
    }

    private var deadline: NIODeadline {
        .now() + .nanoseconds(StandbyChecker.answerMax.inNanoseconds)
    }
}

/// What one standby is asked.
private struct StandbyQuestions {
    let certificates: [CertificateQuestion]
    let lag: DataLagQuestion?
}

extension Topology {
    fileprivate func questions(for standby: Standby) -> StandbyQuestions {
        guard let region = regions[standby.region], let host = hosts[standby.host] else {
            return StandbyQuestions(certificates: [], lag: nil)
        }
        let atHost = questions(
            region.probes, names: region.names(pointing: .hosts), at: host.addresses,
            of: host.id.name)
        let atEdges = region.edges.compactMap { edges[$0] }.flatMap { edge in
            questions(
                edge.probes, names: region.names(pointing: .edges), at: edge.addresses,
                of: edge.id.name)
        }
        return StandbyQuestions(
            certificates: atHost + atEdges,
            lag: region.rules.rpo.map { _ in DataLagQuestion(of: region, at: host) })
    }

    /// Each name that users ask for, and that of the probe itself, at each address.
    private func questions(
        _ probes: [ProbeKind], names: [String], at addresses: Addresses, of place: String
    ) -> [CertificateQuestion] {
        let all = probes.flatMap { probe -> [CertificateQuestion] in
            guard case .https(let check) = probe else { return [] }
            // Without verification nobody says that the certificate is for these names.
            let asked = check.verification == .full ? [check.host] + names : [check.host]
            return addresses.all.flatMap { endpoint in
                asked.map {
                    CertificateQuestion(
                        place: place, endpoint: endpoint, check: check.asking(for: $0))
                }
            }
        }
        return OrderedSet(all).elements
    }
}

extension Region {
    fileprivate func names(pointing points: DNSDoor.Points) -> [String] {
        frontDoors.compactMap {
            if case .dns(let door) = $0, door.points == points { door.name } else { nil }
        }
    }
}

extension HTTPSCheck {
    /// The same trust, for another name.
    fileprivate func asking(for name: String) -> HTTPSCheck {
        HTTPSCheck(
            host: name, path: path, verification: verification, caFile: caFile,
            expiryWarning: expiryWarning)
    }
}
