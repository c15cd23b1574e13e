// SPDX-License-Identifier: Apache-2.0
import Civic
import Foundation
import Registers
import Store
import Testing

@Suite("Systems that send files")
struct SourceTests {
    private let households =
        "Mã hộ;Phường, xã;Địa chỉ;Loại hộ;Ngày đăng ký\n1000000071;Phường Ba Đình;Số 7, phố Kim Mã;Hộ gia đình;05/03/2019\n1000000072;99999;Số 8;Hộ gia đình;\n"

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `nothing is entered before somebody has seen what the first file would change`() async throws {
        let city = try ScratchCity.full()
        let source = try city.registry.addSource("labour-office", register: "household", unit: nil, folder: nil, hours: 24, isMatching: false)
        let first = try city.registry.receive(bytes(households), name: "ho.csv", of: source)
        #expect(try city.registry.receive(bytes(households), name: "again.csv", of: source).id == first.id)
        #expect(try city.registry.takeFiles(of: source))
        let tried = try city.registry.file(first.id, of: source)
        #expect(tried.state == .tried && tried.added == 1 && tried.rejected == 1)
        #expect(try city.registry.summary(of: "household").size == 2)
        let reader = Authority(.officer, id: "officer:x", name: "", grants: [Grant("household", [.read])])
        #expect(throws: RegisterError.self) { try city.registry.approve(source, by: reader) }
        try city.registry.approve(source, by: ScratchCity.operator_)
        #expect(try city.registry.takeFiles(of: try city.registry.source(named: "labour-office")))
        let taken = try city.registry.file(first.id, of: source)
        #expect(taken.state == .taken && taken.added == 1 && taken.rejected == 1 && taken.load != nil)
        #expect(try await city.value("household", "1000000071", "registered") == "2019-03-05")
        let rejects = try String(contentsOfFile: taken.rejects, encoding: .utf8)
        #expect(rejects.contains("1000000072") && rejects.contains("commune"))
        // The same head comes again: taken at once. Another head waits for somebody.
        let again = try city.registry.source(named: "labour-office")
        #expect(again.state == .running && again.lastTaken != nil && !again.isLate(city.registry.world.now()))
        let second = try city.registry.receive(bytes(households.replacing("1000000071", with: "1000000073")), name: "2.csv", of: again)
        _ = try city.registry.takeFiles(of: again)
        #expect(try city.registry.file(second.id, of: again).state == .taken)
        let third = try city.registry.receive(bytes("Mã hộ,Địa chỉ,Phường xã,Loại hộ\n1000000074,Số 9,00004,family\n"), name: "3.csv", of: again)
        _ = try city.registry.takeFiles(of: again)
        #expect(try city.registry.file(third.id, of: again).problem?.en.contains("head") == true)
        #expect(try city.registry.summary(of: "household").size == 4)
        city.setToday("2026-11-27")
        #expect(again.isLate(city.registry.world.now()))
        #expect(try city.damages() == [])
    }

    @Test func `JSON Lines and lists whose columns mean nothing`() throws {
        let city = try ScratchCity.full()
        let source = try city.registry.addSource("json", register: "household", unit: nil, folder: nil, hours: nil, isMatching: false)
        let good = try city.registry.receive(bytes("{\"code\":\"1000000091\",\"commune\":\"00004\",\"address\":\"Số 1\",\"kind\":\"family\"}\n"), name: "a.jsonl", of: source)
        let bad = try city.registry.receive(bytes("a,b\n1,2\n"), name: "b.csv", of: source)
        _ = try city.registry.takeFiles(of: source)
        #expect(try city.registry.file(good.id, of: source).added == 1)
        #expect(try city.registry.file(bad.id, of: source).state == .refused)
        #expect(throws: RegisterError.self) { try city.registry.receive(bytes("{\"a\":1}\n{"), name: "c.jsonl", of: source) }
        #expect(throws: RegisterError.self) { try city.registry.receive([], name: "d.csv", of: source) }
        #expect(throws: RegisterError.self) { try city.registry.addSource("json", register: "household", unit: nil, folder: nil, hours: nil, isMatching: false) }
        #expect(throws: RegisterError.self) { try city.registry.addSource("x y", register: "household", unit: nil, folder: nil, hours: nil, isMatching: false) }
        #expect(throws: RegisterError.self) { try city.registry.addSource("people", register: "household", unit: nil, folder: nil, hours: nil, isMatching: true) }
        #expect(throws: RegisterError.self) { try city.registry.addSource("gone", register: "household", unit: nil, folder: "/there/is/none", hours: nil, isMatching: false) }
    }

    @Test func `people without their ID are recognised, doubtful ones wait, decisions can be taken back`() async throws {
        let city = try ScratchCity.full()
        for key in ["001205000011", "001205000012"] {
            try city.put(
                "population", key,
                ["name": "Lê Gia Bảo", "birth": "2005-05-05", "sex": "male", "ethnicity": "01", "household": "1000000002", "relation": "child", "commune": "00008"])
        }
        let source = try city.registry.addSource("clinic", register: "population", unit: nil, folder: nil, hours: nil, isMatching: true)
        let list = """
            STT,Họ và tên,Ngày sinh,Giới tính,Điện thoại,Địa chỉ,Ghi chú
            1,NGUYEN VAN AN,02/01/1990,Nam,0987654321,12 Kim Mã,x
            2,Lê Gia Bảo,05/05/2005,Nam,0911222333,,
            3,Trần Quang Khải,12/12/1975,Nam,0900000000,,

            """
        let file = try city.registry.receive(bytes(list), name: "kham.csv", of: source)
        _ = try city.registry.takeFiles(of: source)
        var state = try city.registry.file(file.id, of: source)
        #expect(state.state == .tried && state.changed == 1 && state.review == 1 && state.rejected == 1)
        #expect(try city.registry.reviews(for: ScratchCity.operator_).open == 0)
        try city.registry.approve(source, by: ScratchCity.operator_)
        _ = try city.registry.takeFiles(of: try city.registry.source(named: "clinic"))
        state = try city.registry.file(file.id, of: source)
        #expect(state.state == .taken && state.changed == 1 && state.review == 1 && state.rejected == 1)
        #expect(try await city.value("population", "001090000001", "phone") == "0987654321")
        // The name of the list is not taken over: it was only to recognise the person by.
        #expect(try await city.value("population", "001090000001", "name") == "Nguyễn Văn An")
        #expect(try String(contentsOfFile: state.rejects, encoding: .utf8).contains("Trần Quang Khải"))
        let queue = try city.registry.reviews(for: ScratchCity.operator_)
        #expect(queue.open == 1 && queue.next[0].candidates.count >= 2 && queue.next[0].values["phone"] == "0911222333")
        let review = queue.next[0]
        let ward = Authority(.officer, id: "officer:x", name: "", grants: [Grant("population", [.read, .personal, .write], unit: "00008")], purpose: Purpose.find("correction"))
        #expect(throws: RegisterError.self) { try city.registry.review(review.id, for: ward) }
        #expect(throws: RegisterError.self) { try city.registry.decide(review, same: 99_999, by: ScratchCity.operator_) }
        let first = review.candidates[0].row
        let key = try city.database.look { try $0.first("SELECT key FROM record_population WHERE row = \(first)") { $0.text(0) }! }
        try city.registry.decide(review, same: first, by: ScratchCity.operator_)
        #expect(try await city.value("population", key, "phone") == "0911222333")
        #expect(throws: RegisterError.self) { try city.registry.decide(city.registry.review(review.id, for: ScratchCity.operator_), same: nil, by: ScratchCity.operator_) }
        try city.registry.reopen(try city.registry.review(review.id, for: ScratchCity.operator_), by: ScratchCity.operator_)
        #expect(try await city.value("population", key, "phone") == "")
        #expect(try city.registry.reviews(for: ScratchCity.operator_).open == 1)
        try city.registry.decide(try city.registry.review(review.id, for: ScratchCity.operator_), same: nil, by: ScratchCity.operator_)
        #expect(try city.registry.reviews(for: ScratchCity.operator_).open == 0)
        // A list without names and days cannot be matched.
        let other = try city.registry.addSource("nothing", register: "population", unit: nil, folder: nil, hours: nil, isMatching: true)
        let useless = try city.registry.receive(bytes("Mã,Ghi chú\n1,2\n"), name: "x.csv", of: other)
        _ = try city.registry.takeFiles(of: other)
        #expect(try city.registry.file(useless.id, of: other).problem?.en.contains("Full name") == true)
        #expect(try city.damages() == [])
    }
}
