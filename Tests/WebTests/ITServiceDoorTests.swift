// SPDX-License-Identifier: Apache-2.0
import Civic
import HTTP
import NIOHTTP1
import Hanoi
import Registers
import Testing

@testable import People
@testable import Web

extension ITServiceRegisters {
    static let test = ITServiceRegisters(
        contracts: "it-contract", milestones: "it-milestone", measures: "service-measure", deductions: "service-deduction",
        providerInvoices: "service-invoice", minutes: "acceptance", members: "council-member", votes: "acceptance-vote",
        lateCheck: "late", unseenCheck: "unseen", unseenDays: ITMilestones.unseenDays,
        measure: { ServiceMeasures.measure($0) }, step: { ServiceDeductions.step($0) }, tally: { AcceptanceMinutes.tally($0, $1, $2) })
}

struct `IT services at the doors` {
    private static let registers = ["it-contract", "it-milestone", "service-measure", "service-deduction", "service-invoice", "acceptance", "council-member", "acceptance-vote"]

    private func site() throws -> ScratchSite {
        let site = try ScratchSite()
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        func put(_ register: String, _ texts: [String: String]) throws {
            let item = try site.registry.item(register, texts: texts, effective: nil)
            _ = try site.registry.enterAndWait([Change(register, key: item.key, .put(item), expecting: .anything)], cause: "t", by: all)
        }
        try put(
            "it-contract",
            [
                "number": "HD000001", "sort": "hire", "title": "Thuê cổng <x>", "paper": "1/HĐ", "office": "science-department", "provider": "Công ty Mẫu",
                "provider_tax": "0100000028", "amount": "1200000", "from": "2025-01-01", "until": "2025-12-31", "measures": "99,9 %",
            ])
        let hash = String(repeating: "ab", count: 32)
        try put(
            "it-milestone",
            ["number": "MC00000001", "contract": "HD000001", "title": "Đợt một", "due": "2025-03-01", "delivered": "2025-02-20", "evidence": hash, "telemetry": hash])
        try put("it-milestone", ["number": "MC00000002", "contract": "HD000001", "title": "Đợt hai", "due": "2025-06-01"])
        try put("service-deduction", ["number": "GT00000001", "contract": "HD000001", "level": "availability", "from": "2025-01-01", "limit": "99.5", "percent": "5"])
        try put(
            "service-measure",
            ["number": "SD0000000001", "contract": "HD000001", "month": "2025-02", "measure": "service", "title": "Phí", "measured": "1", "unit_price": "100000"])
        try put(
            "service-measure",
            [
                "number": "SD0000000002", "contract": "HD000001", "month": "2025-02", "measure": "availability", "title": "Sẵn sàng", "target": "99.9", "measured": "99.1",
                "evidence": hash,
            ])
        try put(
            "service-invoice",
            [
                "number": "HG00000001", "contract": "HD000001", "month": "2025-02", "invoice": "1C25TMA-7", "issued": "2025-03-02", "amount": "100000", "received": "2025-03-03",
                "state": "received",
            ])
        for (number, name) in [("CB000011", "Nguyễn Văn An"), ("CB000012", "Trần Thị Bình"), ("CB000013", "Lê Văn Chi")] {
            try put(
                "civil-servant",
                [
                    "number": number, "name": name, "category": "civil-servant", "office": "science-department", "post": "Chuyên viên", "rank": "01.003", "step": "1",
                    "coefficient": "2.34", "step_since": "2024-01-01",
                ])
        }
        try put(
            "acceptance",
            ["number": "NT00000001", "contract": "HD000001", "milestone": "MC00000001", "day": "2025-03-03", "decision": "1/QĐ", "quorum": "2", "result": "open"])
        for (number, servant, name, role) in [
            ("TV0000000001", "CB000011", "Nguyễn Văn An", "chair"), ("TV0000000002", "CB000012", "Trần Thị Bình", "secretary"),
            ("TV0000000003", "CB000013", "Lê Văn Chi", "member"),
        ] {
            try put(
                "council-member",
                [
                    "number": number, "minutes": "NT00000001", "sort": "servant", "servant": servant, "name": name, "organization": "Sở Mẫu", "role": role,
                    "attendance": "present", "conflict": "",
                ])
        }
        try put(
            "acceptance-vote",
            [
                "number": "PV0000000001", "minutes": "NT00000001", "member": "TV0000000001", "criterion": "function", "vote": "against", "reason": "Thiếu phần in.",
                "cast": "paper", "paper": hash,
            ])
        return site
    }

    @Test func `an officer with the right sees what is late, what waits, invoices and votes`() async throws {
        let site = try site()
        let officer = try await site.signedIn("lan", grants: Self.registers.map { Grant($0, [.read]) })
        // As the server does beside its answers.
        _ = try site.registry.inspect("it-milestone")
        let home = await site.ask(.GET, "/it-services", officer)
        #expect(home.status == 200 && home.text.contains("Đợt một") && home.text.contains("Đợt hai") && home.text.contains("Thuê cổng &lt;x&gt;") && !home.text.contains("<x>"))
        let contract = await site.ask(.GET, "/it-services/HD000001", officer).text
        #expect(contract.contains("95.000 đ") && contract.contains("khấu trừ 5 %") && contract.contains("/it-services/minutes/NT00000001"))
        #expect(await site.ask(.GET, "/it-services/HD000001?lang=en", officer).text.contains("5 % of 100,000 đ is deducted"))
        let minutes = await site.ask(.GET, "/it-services/minutes/NT00000001", officer)
        #expect(minutes.status == 200 && minutes.text.contains("Thiếu phần in.") && minutes.text.contains("còn 11 phiếu"))
        #expect(minutes.text.contains("Nguyễn Văn An") && minutes.text.contains("Thư ký") && minutes.text.contains("1 người bằng phiếu giấy"))
        #expect(await site.ask(.GET, "/it-services/HD999999", officer).status == 404)
        #expect(await site.ask(.GET, "/it-services/minutes/NT99999999", officer).status == 404)
        // This test's site has no font to print with.
        #expect(await site.ask(.GET, "/it-services/minutes/NT00000001/minutes.pdf", officer).status == 503)
    }

    @Test func `the provider's invoice stands beside the reckoning, with what explains the difference`() async throws {
        let site = try site()
        let officer = try await site.signedIn("lan", grants: Self.registers.map { Grant($0, [.read]) })
        let page = await site.ask(.GET, "/it-services/HD000001", officer).text
        #expect(page.contains("1C25TMA-7") && page.contains("không khớp") && page.contains("Chênh lệch đúng bằng khoản khấu trừ chất lượng"))
        #expect(page.contains("Tính lại đến nay") && page.contains("1.200.000 đ"))
    }

    @Test func `a member with an account votes with it, and nobody else does`() async throws {
        let site = try site()
        let grants = Self.registers.map { Grant($0, [.read, .write]) }
        func own(_ user: String, _ servant: String) async throws -> Authority {
            _ = try site.accounts.add(user: user, name: user, grants: grants, servant: servant)
            return try #require(try site.accounts.find(user: user)).authority()
        }
        func refusal(_ author: Authority, _ member: String, cast: String) async throws -> String {
            let texts = [
                "number": "PV0000000009", "minutes": "NT00000001", "member": member, "criterion": "quality", "vote": "for", "cast": cast,
                "paper": cast == "paper" ? String(repeating: "c", count: 64) : "",
            ]
            let item = try site.registry.item("acceptance-vote", texts: texts, effective: nil)
            do {
                _ = try await site.registry.enter([Change("acceptance-vote", key: item.key, .put(item), expecting: .anything)], cause: "t", by: author)
                return ""
            } catch RegisterError.objections(let objections) {
                return objections.map(\.code).joined(separator: " ")
            }
        }
        let chair = try await own("an", "CB000011")
        let secretary = try await own("binh", "CB000012")
        #expect(try await refusal(secretary, "TV0000000001", cast: "paper") == "has-account")
        #expect(try await refusal(secretary, "TV0000000001", cast: "account") == "own-account")
        #expect(try await refusal(chair, "TV0000000003", cast: "paper") == "secretary")
        #expect(try await refusal(chair, "TV0000000001", cast: "account") == "")
    }

    @Test func `the overview shows contracts by pages, the latest first, and counts them all`() async throws {
        let site = try site()
        let register = ITContracts.register
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        var texts = Dictionary(uniqueKeysWithValues: register.example.map { ($0.key, $0.value.plain) })
        texts["system"] = ""
        for number in 2...102 {
            texts["number"] = "HD\(String(1_000_000 + number).dropFirst())"
            let item = try site.registry.item(register.name, texts: texts, effective: nil)
            _ = try site.registry.enterAndWait([Change(register.name, key: item.key, .put(item), expecting: .anything)], cause: "t", by: all)
        }
        let officer = try await site.signedIn("lan", grants: Self.registers.map { Grant($0, [.read]) })
        let first = await site.ask(.GET, "/it-services", officer).text
        #expect(first.contains("<dd>102</dd>") && first.contains("HD000102") && first.contains("HD000003") && !first.contains("HD000002"))
        let link = try #require(first.firstRange(of: "/it-services?after="))
        let next = String(first[link.lowerBound...].prefix { $0 != "\"" })
        let second = await site.ask(.GET, next, officer).text
        #expect(second.contains("HD000002") && !second.contains("HD000003") && second.contains("<dd>102</dd>"))
    }

    @Test func `others are turned away`() async throws {
        let site = try site()
        let partial = try await site.signedIn("ba", grants: [Grant("it-contract", [.read])])
        for path in ["/it-services", "/it-services/HD000001", "/it-services/minutes/NT00000001", "/it-services/minutes/NT00000001/minutes.pdf"] {
            #expect(await site.ask(.GET, path).status == 401, "\(path)")
            #expect(await site.ask(.GET, path, partial).status == 403, "\(path)")
        }
        #expect(!(await site.ask(.GET, "/officer", partial).text.contains("/it-services")))
    }

    @Test func `a token of software that is refused later is dead`() throws {
        let site = try ScratchSite()
        let token = try site.accounts.addToken(name: "kham", grants: [Grant("population", [.read])], software: "PB000001")
        let other = try site.accounts.addToken(name: "duoc", grants: [Grant("population", [.read])], software: "PB000002")
        #expect(try site.accounts.authority(token: token) != nil)
        #expect(try site.accounts.revokeTokens(ofSoftware: "PB000001") == ["kham"])
        #expect(try site.accounts.authority(token: token) == nil && site.accounts.authority(token: other) != nil)
        #expect(try site.accounts.revokeTokens(ofSoftware: "PB000001").isEmpty)
    }

    @Test func `a token of software lives while its register accepts it, and is issued to no other`() async throws {
        let site = try ScratchSite()
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        func decide(_ decision: String) throws {
            var texts = [
                "number": "PB000001", "name": "Khám bệnh", "ministry": "Bộ Y tế", "office": "health-department", "version": "1", "received": "2025-01-02", "assessed": "2025-02-03",
                "decision": decision, "reason": decision == "refused" ? "Thiếu dữ liệu." : "",
            ]
            for criterion in SoftwareAssessment.criteria {
                let isFailed = criterion == "data" && decision == "refused"
                texts[criterion] = isFailed ? "fail" : "pass"
                texts[criterion + "_share"] = isFailed ? "3" : "99"
            }
            let item = try site.registry.item("ministry-software", texts: texts, effective: nil)
            _ = try site.registry.enterAndWait([Change("ministry-software", key: "PB000001", .put(item), expecting: .anything)], cause: "t", by: all)
        }
        try decide("accepted")
        let admin = try await site.signedIn("admin", grants: [Grant("*", [.administer])])
        let csrf = await site.formKey(admin, "/admin/tokens")
        func issue(_ name: String, _ software: String) async -> ScratchSite.Answer {
            await site.ask(.POST, "/admin/tokens", admin, body: "csrf=\(csrf)&name=\(name)&software=\(software)&grant=household%3Aread")
        }
        #expect(await issue("kham", "PB000001").text.contains("tl_"))
        #expect(await issue("khac", "PB999999").status == 422)
        let token = try site.accounts.addToken(name: "kham-hai", grants: [Grant("household", [.read])], software: "PB000001")
        let bearer = [("authorization", "Bearer \(token)")]
        #expect(await site.ask(.GET, "/api/v1/registers/household/records", bearer).status == 200)
        try decide("refused")
        let answer = await site.ask(.GET, "/api/v1/registers/household/records", bearer)
        #expect(answer.status == 401 && answer.text.contains("software-refused"))
        let refused = await issue("kham-ba", "PB000001")
        #expect(refused.status == 422 && refused.text.contains("Thiếu dữ liệu."))
    }

    @Test func `who said what in a council is for officers`() async throws {
        let site = try site()
        #expect(!(await site.ask(.GET, "/api/v1/registers/acceptance-vote/records").text.contains("Thiếu phần in.")))
        let officer = try await site.signedIn("lan", grants: Self.registers.map { Grant($0, [.read]) })
        #expect(await site.ask(.GET, "/registers/acceptance-vote/records/PV0000000001", officer).text.contains("Thiếu phần in."))
    }
}

struct `A contract of an API` {
    private let document = """
        {"openapi":"3.1.0","servers":[{"url":"/v1"}],"paths":{
        "/a":{"get":{"responses":{"200":{"content":{"application/json":{"schema":{"minimum":0.5}}}},"404":{"description":"x"}}}},
        "/b":{"get":{"parameters":[{"$ref":"#/components/parameters/p"}],"responses":{"2XX":{}}}},
        "/c":{"get":{"parameters":[{"name":"q","in":"query"}],"responses":{"default":{"$ref":"#/components/responses/r"}}}},
        "/d/{id}":{"get":{"responses":{"200":{}}}},"/e":{"post":{"responses":{"200":{}}}}},
        "components":{"parameters":{"p":{"name":"x","in":"query","required":true}},"responses":{"r":{"content":{"text/*":{}}}}}}
        """

    @Test func `tries what needs no parameter, and holds the answer to the document`() throws {
        let contract = try APIContract(parsing: Array(document.utf8))
        #expect(contract.operations.map(\.path) == ["/a", "/c"])
        #expect(contract.address(of: contract.operations[0], documentAt: "https://x.example/docs/openapi.json") == "https://x.example/v1/a")
        let (a, c) = (contract.operations[0], contract.operations[1])
        #expect(APIContract.objection(to: 200, type: "application/json; charset=utf-8", of: a) == nil)
        #expect(APIContract.objection(to: 200, type: "text/html", of: a) != nil)
        #expect(APIContract.objection(to: 500, type: "application/json", of: a) != nil)
        #expect(APIContract.objection(to: 404, type: nil, of: a) != nil)
        #expect(APIContract.objection(to: 200, type: "text/csv", of: c) == nil)
        #expect(APIContract.objection(to: 200, type: "application/json", of: c) != nil)
    }

    @Test func `what is no OpenAPI document is none`() {
        #expect(throws: APIContract.Problem.unreadable) { try APIContract(parsing: Array("{".utf8)) }
        #expect(throws: APIContract.Problem.notOpenAPI) { try APIContract(parsing: Array("{\"swagger\":\"2.0\"}".utf8)) }
    }
}
