// SPDX-License-Identifier: Apache-2.0
public import Civic
internal import Registers

/// Practice: every procedure with an invented person, judged by its own rules against invented records. Nothing is stored anywhere.
public struct Practice: Sendable {
    public let procedure: Procedure
    public let answers: [String: Value]
    public let objections: [Objection]
    public let due: Instant
    /// What the forms would show from the registers.
    public let facts: [KnownFact]
    /// What an approval would enter; nil while there are objections.
    public let planned: [PlannedChange]?
}

/// The registers of a world in which every question has an answer: the examples of their declarations.
private struct PracticeRecords: Records {
    let registry: Registry
    let people: String
    let subject: Found
    /// Whether there are records that name others, such as a marriage or a birth.
    let isSettled: Bool
    /// What was answered: the records are of the kinds that are spoken of, in the commune that decides.
    let spoken: Set<String>
    let unit: String

    private func example(_ name: String, _ key: String, with values: [String: Value] = [:]) throws -> Found {
        let register = try registry.register(name)
        let fields = register.fields.map { field -> Value in
            if let value = values[field.name] { return value }
            if case .choice(let choices) = field.kind, let one = choices.first(where: { spoken.contains($0.code) }) { return .string(one.code) }
            return field.name == register.jurisdiction?.name ? .string(unit) : register.example[field.name] ?? .null
        }
        return Found(key: key, fields: .init(item: Item(key: key, values: fields), register: register), since: registry.world.today + -400)
    }

    func find(_ register: String, _ key: String) throws -> Found? {
        if register == people { return key == subject.key ? subject : try example(people, key, with: ["relation": .string("other"), "household": subject["household"]]) }
        // What is to be new must not be there already.
        return register == "household" && key != subject["household"].string && !isSettled ? nil : try example(register, key)
    }

    func all(_ register: String, where field: String, is value: String) throws -> [Found] {
        if register == people { return field == "household" ? [subject] : [] }
        guard isSettled else { return [] }
        return [try example(register, try newKey(register), with: [field: .string(value)])]
    }

    func newKey(_ register: String) throws -> String { try registry.register(register).example[registry.register(register).key.name]?.plain ?? "TAP1" }
}

extension Dossiers {
    /// The invented people: a grown-up, a woman, a pupil, a small child, an elder.
    private var personas: [[String: Value]] {
        [
            ["birth": .string("1990-09-02")], ["birth": .string("1992-03-08"), "sex": .string("female"), "name": .string("Trần Thị Thử")],
            ["birth": .string("\(world.today.parts.year - 9)-05-19"), "name": .string("Nguyễn Bé Thử"), "relation": .string("child")],
            ["birth": .string("\(world.today.parts.year - 3)-02-14"), "name": .string("Trần Bé Thử"), "relation": .string("child")],
            ["birth": .string("\(world.today.parts.year - 82)-01-01"), "name": .string("Lê Thị Cụ Thử"), "sex": .string("female"), "relation": .string("parent")],
        ]
    }

    /// Tries answers in the practice twin of a procedure.
    public func practise(_ code: String, _ texts: [String: String]) throws -> Practice {
        let procedure = try procedure(code)
        let reading = registry.reading()
        let today = world.today
        let register = try registry.register(city.people)
        var objections: [Objection] = []
        let answers = procedure.answers(texts, reading, &objections)
        var best: (objections: [Objection], planned: [PlannedChange]?, subject: Found)?
        for persona in personas {
            for isSettled in [false, true] {
                let key = register.example[register.key.name]!.plain
                let values = register.fields.map { persona[$0.name] ?? ($0.name == "relation" ? .string("spouse") : register.example[$0.name] ?? .null) }
                let subject = Found(key: key, fields: .init(item: Item(key: key, values: values), register: register), since: today + -1000)
                let unit: String
                switch procedure.place {
                case .answer(let name): unit = answers[name]?.string ?? subject["commune"].plain
                default: unit = subject["commune"].plain
                }
                let records = PracticeRecords(registry: registry, people: city.people, subject: subject, isSettled: isSettled, spoken: Set(answers.values.map(\.plain)), unit: unit)
                let application = Application(procedure: code, applicant: subject, subject: subject, answers: answers, unit: unit, day: today, dossier: "TAP")
                // The form's own errors do not depend on who the person is.
                let wrong = objections.isEmpty ? (try? procedure.check(application, records, reading)) ?? [] : objections
                if best == nil || wrong.count < best!.objections.count {
                    let consequences = wrong.isEmpty && procedure.findings.isEmpty ? (try? procedure.entries(application, records, reading)) : nil
                    best = (wrong, try consequences.map { try self.planned($0, records) }, subject)
                }
                if best!.objections.isEmpty { break }
            }
            if best!.objections.isEmpty || !objections.isEmpty { break }
        }
        let (wrong, planned, subject) = best!
        let facts = procedure.facts.flatMap { fact -> [KnownFact] in
            guard case .subject = fact.path else { return [] }
            return fact.fields.compactMap { name in
                register.field(name).map {
                    KnownFact(register: register, field: $0, value: name == register.key.name ? .string(subject.key) : subject[name], since: subject.since, record: subject.key)
                }
            }.filter { !$0.value.isNull }
        }
        let term = procedure.term(on: today) ?? procedure.terms.last!.value
        return Practice(procedure: procedure, answers: answers, objections: wrong, due: city.calendar.due(term, from: world.now()), facts: facts, planned: planned)
    }
}
