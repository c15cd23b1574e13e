// SPDX-License-Identifier: Apache-2.0
import Dossiers
import Foundation
import Hanoi
import Journal
import NIOHTTP1
import Notices
import People
import Registers
import Testing

@testable import Civic
import HTTP
@testable import Web

struct `Dossiers over the API` {
    private let body = #"{"procedure":"1.004873","applicant":"001090000001","answers":{"used_for":"property"}}"#

    @Test func `handed in once, looked at for a purpose, acted on by state`() async throws {
        let site = try ScratchSite(at: "2026-11-16T02:00:00Z")
        let json = [("content-type", "application/json")]
        #expect(await site.ask(.POST, "/api/v1/dossiers", json + [("idempotency-key", "k")], body: body).status == 401)
        #expect(await site.ask(.POST, "/api/v1/dossiers", site.system + json, body: body).status == 400)
        let first = await site.ask(.POST, "/api/v1/dossiers", site.system + json + [("idempotency-key", "k")], body: body)
        #expect(first.status == 201 && first.json["status"]?["code"] == .integer(1))
        let code = try #require(first.json["code"]?.string)
        #expect(first.headers.first(name: "location") == "/api/v1/dossiers/\(code)")
        let again = await site.ask(.POST, "/api/v1/dossiers", site.system + json + [("idempotency-key", "k")], body: body)
        #expect(again.status == 200 && again.json["code"]?.string == code)
        let other = await site.ask(.POST, "/api/v1/dossiers", site.system + json + [("idempotency-key", "k")], body: body.replacing("property", with: "marriage"))
        #expect(other.status == 422 && other.json["type"] == .string("/problems/key-reused"))
        let noPurpose = await site.ask(.GET, "/api/v1/dossiers/\(code)", [("authorization", "Bearer \(site.token)")])
        #expect(noPurpose.status == 400 || noPurpose.status == 403)
        let seen = await site.ask(.GET, "/api/v1/dossiers/\(code)", site.system)
        #expect(seen.json["answers"]?["used_for"] == .string("property"))
        let tag = try #require(seen.headers.first(name: "etag"))
        let received = await site.ask(.POST, "/api/v1/dossiers/\(code)/receipt", site.system + json + [("if-match", tag)], body: "{}")
        #expect(received.status == 200 && received.json["status"]?["code"] == .integer(6))
        // The same act for the same state again is done already; another act for that old state is refused.
        #expect(await site.ask(.POST, "/api/v1/dossiers/\(code)/receipt", site.system + json + [("if-match", tag)], body: "{}").status == 200)
        #expect(await site.ask(.POST, "/api/v1/dossiers/\(code)/note", site.system + json + [("if-match", tag)], body: #"{"text":"x"}"#).status == 409)
        #expect(await site.ask(.POST, "/api/v1/dossiers/\(code)/note", site.system + json, body: #"{"text":1}"#).status == 422)
        #expect(await site.ask(.POST, "/api/v1/dossiers/\(code)/dance", site.system + json, body: "{}").status == 404)
        // The demo's token may write, not decide.
        #expect(await site.ask(.POST, "/api/v1/dossiers/\(code)/stop", site.system + json, body: #"{"reason":"x"}"#).status == 403)
        let list = await site.ask(.GET, "/api/v1/dossiers?queue=waiting", site.system)
        #expect(list.text.contains(code) && !list.text.contains("001090000001"))
    }

    @Test(arguments: [
        "{", "[]", #"{"procedure":1}"#, #"{"procedure":"1.004873"}"#, #"{"procedure":"1.004873","applicant":"001090000001","x":1}"#,
        #"{"procedure":"1.004873","applicant":"001090000001","channel":9}"#, #"{"procedure":"1.004873","applicant":"001090000001","answers":[]}"#,
        #"{"procedure":"9.999999","applicant":"001090000001"}"#, #"{"procedure":"1.004873","applicant":"001090000001","answers":{"used_for":{}}}"#,
        #"{"procedure":"1.004873","applicant":"001090000001","answers":{"used_for":"property"},"files":[{"paper":"x","content":"%%"}]}"#,
    ])
    func `malformed bodies are refused`(body: String) async throws {
        let site = try ScratchSite()
        let answer = await site.ask(.POST, "/api/v1/dossiers", site.system + [("content-type", "application/json"), ("idempotency-key", "k")], body: body)
        #expect((400...422).contains(answer.status), "\(body)")
    }
}

struct `A kiosk` {
    @Test func `is let in by the key that it made, until it is revoked`() async throws {
        let site = try ScratchSite(at: "2026-11-16T02:00:00Z")
        // A P-256 pair, and its signature for the first kiosk at this minute, made once with Python's cryptography.
        let key = try #require(Encoding.bytes(base64: "BFYPyslDSsawfkDR4lcnTAMegV+pzdd7PcGqzg12xeccCG5472rZrSDlpa9ZBFBN1uTYrZJsADflrOpXYFF+TQ0="))
        let signature = "Tcv6WBqz8M0mcqiznFR1YqUqD+cc0tyrAFyzm6FGQtRcOzmTyOEFzOHyX/UypEjPBbWedm/btoewaYT9RLcD4w=="
        let code = try site.accounts.addKiosk(unit: "00004", place: "Sảnh")
        let json = [("content-type", "application/json")]
        func enrol(_ code: String) async -> Int { await site.ask(.POST, "/kiosk/enrolment", json, body: "{\"code\":\"\(code)\",\"key\":\"\(Encoding.base64(key))\"}").status }
        #expect(await enrol("wrong") == 403)
        #expect(await enrol(code.uppercased()) == 200)
        #expect(await enrol(code) == 403)
        let minute = site.accounts.kioskMinute
        for signature in [[UInt8](repeating: 1, count: 64), [UInt8](repeating: 0, count: 64), []] {
            let answer = await site.ask(.POST, "/kiosk/session", json, body: "{\"kiosk\":1,\"minute\":\(minute),\"signature\":\"\(Encoding.base64(signature))\"}")
            #expect(answer.status == 403)
        }
        func open(_ minute: Int64) async -> ScratchSite.Answer {
            await site.ask(.POST, "/kiosk/session", json, body: "{\"kiosk\":1,\"minute\":\(minute),\"signature\":\"\(signature)\"}")
        }
        // Signed for this minute and no other, and not to be used again later.
        #expect(await open(minute + 1).status == 403)
        let opened = await open(minute)
        let kiosk = [("cookie", try #require(opened.cookie))]
        #expect(opened.status == 200)
        #expect(await site.ask(.POST, "/kiosk/ticket", kiosk).headers.first(name: "location")?.hasPrefix("/tickets/") == true)
        #expect(await site.ask(.GET, "/services", kiosk).text.contains("class=\"kiosk\""))
        // Its first page is everybody's: whoever was signed in is not any more.
        let me = try await site.citizen()
        let both = [("cookie", me.headers[0].1 + "; " + kiosk[0].1)]
        #expect(await site.ask(.GET, "/me/dossiers", both).status == 200)
        _ = await site.ask(.GET, "/kiosk", both)
        #expect(await site.ask(.GET, "/me/dossiers", both).status == 303)
        site.setClock("2026-11-16T02:10:00Z")
        #expect(await open(minute).status == 403)
        try site.accounts.revokeKiosk(1)
        #expect(try site.accounts.kiosks().first?.isRevoked == true)
        #expect(await site.ask(.POST, "/kiosk/ticket", kiosk).headers.first(name: "location") == "/kiosk")
    }

    @Test func `signatures of browsers are checked`() {
        // RFC 6979, A.2.5: P-256 with SHA-256, message "sample".
        let point = Encoding.bytes(hex: "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")!
        let raw = Encoding.bytes(hex: "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")!
        #expect(P256.isValid(raw, of: Array("sample".utf8), by: point))
        #expect(!P256.isValid(raw, of: Array("samplf".utf8), by: point))
        #expect(!P256.isValid(raw, of: Array("sample".utf8), by: [4] + [UInt8](repeating: 1, count: 64)))
        #expect(!P256.isValid(Array(raw.dropLast()), of: Array("sample".utf8), by: point))
    }
}

struct `Several officers` {
    @Test func `one act on many dossiers keeps none back for another's sake`() async throws {
        let site = try ScratchSite(at: "2026-11-16T02:00:00Z")
        let json = [("content-type", "application/json")]
        var codes: [String] = []
        for number in 0..<3 {
            let body = #"{"procedure":"1.004873","applicant":"001090000001","answers":{"used_for":"property"}}"#
            codes.append(try #require(await site.ask(.POST, "/api/v1/dossiers", site.system + json + [("idempotency-key", "k\(number)")], body: body).json["code"]?.string))
        }
        _ = await site.ask(.POST, "/api/v1/dossiers/\(codes[1])/receipt", site.system + json, body: "{}")
        let lan = try await site.signedIn("lan", grants: [Grant("office/commune-committee", [.read, .write], unit: "00004")])
        let key = await site.formKey(lan)
        let answer = await site.ask(.POST, "/inbox/batch", lan, body: "csrf=\(key)&queue=open&act=receipt&" + codes.map { "code=\($0)" }.joined(separator: "&"))
        #expect(answer.status == 200 && answer.text.contains(codes[1]) && !answer.text.contains(codes[0]))
        for code in [codes[0], codes[2]] { #expect(try site.dossiers.outline(code)?.status == .feeAsked) }
    }

    @Test func `a deputy has the rights of the absent on their days, and the history names both`() async throws {
        let site = try ScratchSite(at: "2026-11-16T02:00:00Z")
        let office = "office/commune-committee"
        let minh = try await site.signedIn("minh", grants: [Grant(office, [.read, .decide], unit: "00004")])
        let hoa = try await site.signedIn("hoa", grants: [Grant(office, [.read, .write], unit: "00008")])
        let json = [("content-type", "application/json")]
        let body = #"{"procedure":"1.004873","applicant":"001090000001","answers":{"used_for":"property"}}"#
        let code = try #require(await site.ask(.POST, "/api/v1/dossiers", site.system + json + [("idempotency-key", "k")], body: body).json["code"]?.string)
        for (act, content) in [("receipt", "{}"), ("payment", "{}"), ("proposal", #"{"approval":true}"#)] {
            #expect(await site.ask(.POST, "/api/v1/dossiers/\(code)/\(act)", site.system + json, body: content).status == 200)
        }
        #expect(await site.ask(.GET, "/dossiers/\(code)", hoa).status == 404)
        let wrong = await site.ask(.POST, "/officer/absence", minh, body: "csrf=\(await site.formKey(minh))&deputy=&first=16/11/2026&last=31/02/2026")
        #expect(wrong.status == 422 && wrong.text.contains("31/02/2026"))
        let named = await site.ask(.POST, "/officer/absence", minh, body: "csrf=\(await site.formKey(minh))&deputy=hoa&first=16/11/2026&last=18/11/2026")
        #expect(named.status == 303)
        #expect(await site.ask(.POST, "/dossiers/\(code)/decision", hoa, body: "csrf=\(await site.formKey(hoa))&approval=yes").status == 303)
        #expect(await site.ask(.GET, "/dossiers/\(code)", minh).text.contains("thay Lan"))
        site.setClock("2026-11-19T02:00:00Z")
        #expect(await site.ask(.GET, "/dossiers/\(code)", hoa).status != 200)
    }
}

struct `A code by phone` {
    @Test func `lets its owner in, once, and tells a stranger nothing`() async throws {
        let site = try ScratchSite(at: "2026-11-16T02:00:00Z")
        // Whether a number or a phone is known cannot be told from the answer.
        let unknown = await site.ask(.POST, "/me", body: "number=001090009999&send=phone")
        let noPhone = await site.ask(.POST, "/me", body: "number=001090000001&send=phone")
        #expect(unknown.status == 200 && noPhone.status == 200)
        #expect(unknown.text.replacing("001090009999", with: "") == noPhone.text.replacing("001090000001", with: ""))
        #expect(try site.dossiers.notices.waiting().isEmpty)
        let change =
            #"{"item":{"name":"Nguyễn Văn An","birth":"1990-01-02","sex":"male","ethnicity":"01","phone":"0912345678","household":"1000000001","relation":"head","commune":"00004"}}"#
        #expect(await site.ask(.PUT, "/api/v1/registers/population/records/001090000001", site.system + [("if-match", "*")], body: change).status == 200)
        _ = await site.ask(.POST, "/me", body: "number=001090000001&send=phone")
        let message = try #require(try site.dossiers.notices.waiting().first)
        let code = String(message.text.filter(\.isNumber).prefix(8))
        #expect(message.address == "0912345678" && code.count == 8)
        #expect(await site.ask(.POST, "/me", body: "number=001090000001&code=00000000").status == 422)
        #expect(await site.ask(.POST, "/me", body: "number=001090000001&code=\(code)").status == 303)
        #expect(await site.ask(.POST, "/me", body: "number=001090000001&code=\(code)").status == 422)
    }
}
