package import Control

extension Runtime {
    /// What the reply to the command would be now: asked of a copy, so that nothing is touched,
    /// journaled or told.
    package func rehearse(_ command: Command, by principal: Principal) -> Reply {
        var copy = view.controller
        let input = Input.commanded(command, CommandID("rehearsal"), by: principal)
        for case .reply(_, let reply) in copy.handle(input, at: now()).effects { return reply }
        return .notLeading(leader: copy.leader(at: now()))
    }
}
