// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Registers
import Store
import Testing

@Suite("The city as files")
struct DatasetTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dataset-\(UUID().uuidString)").path
    private let operator_ = Authority.operator_(purpose: Purpose.find("statistics"))
    private let bigdata = Authority(.system, id: "system:bigdata", name: "bigdata", grants: [Grant("*", [.read, .personal])], purpose: Purpose.find("statistics"))

    private func files(_ register: String) -> [String] {
        (FileManager.default.enumerator(atPath: "\(folder)/\(register)")?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".gz") }.sorted()
    }

    private func agree(_ city: ScratchCity, fields: String) throws {
        try city.put(
            "sharing-agreement", "CS000001",
            ["party": "TT Dữ liệu", "system": "bigdata", "register": "population", "fields": fields, "purpose": "statistics", "basis": "x", "until": "2027-12-31"])
    }

    @Test func `files by commune and month grow by what is new; personal fields need an agreement`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let city = try ScratchCity.full()
        let dataset = Dataset(city.registry, folder: folder)
        let plain = try dataset.write(["population", "household"], for: operator_)
        #expect(plain.map(\.fields) == [["code", "commune", "kind", "registered"], ["commune"]])
        #expect(files("population") == ["place=00004/month=2026-11/part-0-4.csv.gz", "place=00008/month=2026-11/part-0-4.csv.gz"])
        // Other fields do not mix with these.
        try agree(city, fields: "birth sex commune")
        #expect(throws: RegisterError.self) { try dataset.write(["population"], for: bigdata) }
        try FileManager.default.removeItem(atPath: folder)
        #expect(try dataset.write(["population"], for: bigdata)[0].fields == ["birth", "sex", "commune"])
        _ = try city.registry.enterAndWait([Change("population", key: "001320000003", .retire, expecting: .anything)], cause: "test", by: ScratchCity.operator_)
        // What a run left that was broken off is no part of the data set.
        let half = folder + "/population/place=00004/month=2026-11/part-4-9.csv.gz"
        try Data("half".utf8).write(to: URL(fileURLWithPath: half))
        let next = try dataset.write(["population"], for: bigdata)[0]
        #expect(next.from == 4 && next.to == 5 && next.files == 1)
        #expect(files("population").last == "place=00008/month=2026-11/part-0-4.csv.gz" && files("population").contains("place=00004/month=2026-11/part-4-5.csv.gz"))
        #expect(!FileManager.default.fileExists(atPath: half))
        #expect(try dataset.write(["population"], for: bigdata)[0].files == 0)
        let metadata = try JSON(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/population/csv-metadata.json"))))
        guard case .array(let tables)? = metadata["tables"] else { return #expect(Bool(false), "no tables") }
        #expect(tables.compactMap { $0["url"]?.string } == files("population"))
    }

    @Test func `who looked at whom is entered, and a purpose that the agreement does not name is refused`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let city = try ScratchCity.full()
        try agree(city, fields: "birth sex commune")
        _ = try Dataset(city.registry, folder: folder).write(["population"], for: bigdata)
        let row = try await city.registry.record("population", "001090000001", for: ScratchCity.operator_, door: "test").row
        #expect(try city.database.read { try city.registry.reads(of: row, in: "population", limit: 9, on: $0) }.contains { $0.asked == "dataset: birth,sex,commune" })
        var other = bigdata
        other.purpose = Purpose.find("benefit")
        let refused = other
        #expect(throws: RegisterError.self) { try Dataset(city.registry, folder: folder + "-other").write([], for: refused) }
    }
}
