import Foundation
import TopologyModel
import Values
import YAMLReading

extension Form where Value == TopologyModel.Calendar {
    static var calendar: Form {
        .object { fields in
            let zone = fields.optional("timeZone", .text, default: "UTC")
            let transitions = ZoneTransition.all(of: zone)
            if transitions == nil {
                fields.report(
                    at: "timeZone", "'\(zone)' is not a time zone of this machine",
                    mend: "use a name of the IANA data base such as Europe/Paris (apt: tzdata)")
            }
            return TopologyModel.Calendar(
                timeZone: zone, transitions: transitions ?? [],
                schoolHours: fields.optional("schoolHours", .schoolHours, default: []),
                holidays: fields.optional("holidays", .list(of: .holidays, 0...400), default: []),
                events: fields.optional("events", .list(of: .event, 0...400), default: []))
        }
    }
}

extension Form where Value == [SchoolHours] {
    fileprivate static var schoolHours: Form {
        .object("a mapping such as {mon: \"07:30-17:30\"}") { fields in
            Weekday.allCases.compactMap { day in
                fields.optional(day.rawValue, .clockRange).map {
                    SchoolHours(weekday: day, hours: TimeOfDayRange($0))
                }
            }
        }
    }
}

extension Form where Value == Holidays {
    fileprivate static var holidays: Form {
        .object { fields in
            let from = fields.required("from", .date)
            let until = fields.required("until", .date)
            guard let from, let until else { return nil }
            guard from <= until else {
                fields.report(at: "until", "it ends before it begins", mend: "swap the dates")
                return nil
            }
            return Holidays(from: from, until: until)
        }
    }
}

extension Form where Value == DemandEvent {
    fileprivate static var event: Form {
        .object { fields in
            let factor = fields.required("factor", .factor(upTo: 100))
            let reason = fields.optional("reason", .text, default: "")
            let from = fields.required("from", .instant)
            let until = fields.required("until", .instant)
            guard let from, let until, let factor else { return nil }
            guard from < until else {
                fields.report(at: "until", "it ends before it begins", mend: "swap the times")
                return nil
            }
            return DemandEvent(from: from, until: until, factor: factor, reason: reason)
        }
    }
}

extension ZoneTransition {
    /// The zone's changes of local time from 2015 to 2045, looked up once so that the core needs no
    /// zone data; nil when the machine does not know the zone.
    fileprivate static func all(of name: String) -> [ZoneTransition]? {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var date = Date(timeIntervalSince1970: 1_420_070_400)
        let end = Date(timeIntervalSince1970: 2_366_841_600)
        var all = [transition(of: zone, at: date)]
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next < end {
            all.append(transition(of: zone, at: next))
            date = next
        }
        return all
    }

    private static func transition(of zone: TimeZone, at date: Date) -> ZoneTransition {
        ZoneTransition(
            at: Instant(unixSeconds: Int64(date.timeIntervalSince1970)),
            secondsEastOfUTC: zone.secondsFromGMT(for: date))
    }
}
