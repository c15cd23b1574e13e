// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Hanoi
import Journal
import Store
import Testing

@testable import Registers

/// A register of trees in streets, in several versions of its declaration.
private func trees(_ fields: [Field], name: String = "tree", rules: [Rule] = [], journal: String? = nil, term: String? = nil) -> [Register] {
    [
        AdministrativeUnits.register, UnitChanges.register,
        Register(
            name, ["vi": "Cây xanh", "en": "Trees"], ["vi": "Cây trên phố.", "en": "Trees in streets."], keptBy: Keepers.peoplesCommittee, under: ["vi": "Luật", "en": "Law"],
            updated: .asNeeded, key: Field("id", .code(.digits(4)), ["vi": "Số", "en": "Number"], .open), fields: fields, rules: rules, term: term, journal: journal,
            label: ["species"], example: [:]),
    ]
}

private let species = Field("species", .text(max: 80), ["vi": "Loài", "en": "Species"], .open, searched: true)
private let commune = Field("commune", .unit(.commune), ["vi": "Phường", "en": "Ward"], .open, counted: true, jurisdiction: true)
private let height = Field("height", .integer(0...80), ["vi": "Cao", "en": "Height"], .open, required: false)

struct `A declaration that changes` {
    /// Ten trees of the first version, some changed since, one felled, one erased.
    private func firstCity() throws -> String {
        let city = try ScratchCity(registers: trees([species, commune, height]))
        for number in 0..<10 { try city.put("tree", "000\(number)", ["species": number % 2 == 0 ? "Xà cừ" : "Hoa sữa", "commune": "00004", "height": "\(number * 4)"]) }
        try city.put("tree", "0003", ["species": "Sấu", "commune": "00008", "height": "12"])
        try city.put("tree", "0004", ["species": "Xà cừ", "commune": "00004", "height": "18"], effective: "2026-06-01")
        _ = try city.registry.enterAndWait([Change("tree", key: "0005", .retire, expecting: .anything)], cause: "felled", by: ScratchCity.operator_)
        _ = try city.registry.erase("tree", key: "0006", order: "12/2026", by: ScratchCity.operator_)
        city.isKept = true
        city.database.close()
        return city.path
    }

    private func proofs(_ city: ScratchCity, _ register: String) async throws -> [String] {
        var proofs: [String] = []
        for key in ["0001", "0003", "0004"] {
            proofs.append(String(decoding: try await city.registry.proof(register, key, for: ScratchCity.operator_, door: "test"), as: UTF8.self))
        }
        return proofs
    }

    @Test func `a field is added, one is renamed and one gets a count: old entries are read and proven as before`() async throws {
        let path = try firstCity()
        let before: [String]
        do {
            let city = try ScratchCity(path: path, registers: trees([species, commune, height]))
            before = try await proofs(city, "tree")
            #expect(try city.registry.versions(of: "tree").map(\.version) == [1])
            city.isKept = true
            city.database.close()
        }
        let kind = Field("kind", .text(max: 80), ["vi": "Giống", "en": "Kind of tree"], .open, searched: true, formerly: ["species"])
        let state = Field(
            "state", .choice([Choice("good", ["vi": "Tốt", "en": "Good"]), Choice("ill", ["vi": "Bệnh", "en": "Ill"])]), ["vi": "Tình trạng", "en": "State"], .open,
            required: false, counted: true)
        let city = try ScratchCity(path: path, registers: trees([kind, commune, height, state]))
        #expect(try city.registry.versions(of: "tree").map(\.version) == [1, 2])
        #expect(try await city.value("tree", "0001", "kind") == "Hoa sữa")
        #expect(try await city.value("tree", "0003", "commune", on: "2026-11-24") == "00008")
        var query = RecordQuery()
        query.text = "xa cu"
        #expect(try await city.registry.records("tree", query, for: ScratchCity.operator_, door: "test").records.count == 4)
        try city.put("tree", "0001", ["kind": "Hoa sữa", "commune": "00004", "height": "5", "state": "ill"])
        #expect(try city.registry.statistics("tree", by: ["state"], on: nil, for: ScratchCity.operator_).groups.first { $0.values == ["ill"] }?.count == 1)
        #expect(try city.registry.statistics("tree", by: ["commune"], on: nil, for: ScratchCity.operator_).total == 8)
        // The proofs of entries that did not change hold in the same words; the tree has only grown.
        let after = try await proofs(city, "tree")
        guard case .array(let disclosures)? = try JSON(parsing: Array(after[1].utf8))["disclosures"] else { throw CocoaError(.coderReadCorrupt) }
        let told = disclosures.compactMap { $0.string.flatMap { Encoding.bytes(base64: $0) }.map { String(decoding: $0, as: UTF8.self) } }
        #expect(told.contains { $0.contains("\"species\",\"Sấu\"") } && !told.contains { $0.contains("\"kind\"") })
        for (old, new) in zip(before, after).dropFirst() { #expect(old.split(separator: "\"index\"")[0] == new.split(separator: "\"index\"")[0]) }
        let (_, entries) = try await city.registry.history("tree", "0001", for: ScratchCity.operator_, door: "test")
        #expect(entries.map { $0.view.value("kind", in: city.registry.registers[2])?.plain } == ["Hoa sữa", "Hoa sữa"])
        #expect(try city.damages().isEmpty)
    }

    @Test func `a register is renamed: its journal, references and loads go on`() async throws {
        let path = try firstCity()
        let city = try ScratchCity(path: path, registers: trees([species, commune, height], name: "street-tree", journal: "tree"))
        #expect(try await city.value("street-tree", "0001", "species") == "Hoa sữa")
        #expect(try await city.value("tree", "0001", "species") == "Hoa sữa")
        try city.put("street-tree", "0011", ["species": "Bàng", "commune": "00004"])
        let proof = String(decoding: try await city.registry.proof("street-tree", "0011", for: ScratchCity.operator_, door: "test"), as: UTF8.self)
        #expect(proof.contains("\"register\":\"tree\"") && proof.contains("thanglong/test/tree"))
        #expect(try city.registry.register("tree").name == "street-tree")
        #expect(try city.damages().isEmpty)
    }

    @Test func `a column that a rule needs now is filled from old entries`() async throws {
        let path = try firstCity()
        let tall = Field("height", .integer(0...80), ["vi": "Cao", "en": "Height"], .open, required: false, filtered: true)
        let city = try ScratchCity(path: path, registers: trees([species, commune, tall]))
        var query = RecordQuery()
        query.filters = [("height", "28")]
        #expect(try await city.registry.records("tree", query, for: ScratchCity.operator_, door: "test").records.map(\.key) == ["0007"])
        #expect(try city.damages().isEmpty)
    }
}
