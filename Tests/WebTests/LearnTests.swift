// SPDX-License-Identifier: Apache-2.0
import Civic
import Dossiers
import Foundation
import HTTP
import Hanoi
import NIOHTTP1
import People
import Registers
import Steering
import Testing

@testable import Web

struct `Lessons and guides` {
    @Test func `every lesson answers in both languages and leads where there is something`() async throws {
        let site = try ScratchSite()
        #expect(Lessons.all.count >= 8 && Set(Lessons.all.map(\.code)).count == Lessons.all.count)
        for lesson in Lessons.all {
            #expect((15...45).contains(lesson.minutes) && !lesson.goals.isEmpty && !lesson.notes.isEmpty && lesson.questions.count >= 2, "\(lesson.code)")
            for question in lesson.questions { #expect(question.answers.count { $0.isRight } == 1, "\(lesson.code)") }
            for language in ["vi", "en"] {
                let page = await site.ask(.GET, "/learn/\(lesson.code)?lang=\(language)")
                #expect(page.status == 200 && page.text.contains("/learn/\(lesson.code)/sheet.pdf"), "\(lesson.code)")
            }
            for step in lesson.steps {
                switch step.place {
                case .practice(let code): #expect(await site.ask(.GET, "/practice/\(code)").status == 200, "\(code)")
                case .page(let address): #expect([200, 303].contains(await site.ask(.GET, address).status), "\(address)")
                case nil: break
                }
            }
        }
        #expect(await site.ask(.GET, "/learn").text.contains("/learn/temporary-residence"))
        #expect(await site.ask(.GET, "/learn/x").status == 404)
    }

    @Test func `answers are explained on the page and kept nowhere`() async throws {
        let site = try ScratchSite()
        let lesson = Lessons.all[0]
        let right = lesson.questions.map { question in question.answers.firstIndex { $0.isRight }! }
        let body = right.enumerated().map { "q\($0.offset)=\($0.element)" }.joined(separator: "&")
        let page = await site.ask(.POST, "/learn/\(lesson.code)?lang=en", body: body)
        #expect(page.status == 200 && page.text.contains("\(right.count)/\(right.count)") && page.text.contains("your choice"))
        let none = await site.ask(.POST, "/learn/\(lesson.code)?lang=en", body: "q0=99&q1=x")
        #expect(none.status == 200 && none.text.contains("0/\(right.count)"))
        // A signed-in officer may take a lesson too.
        let lan = try await site.signedIn()
        #expect(await site.ask(.POST, "/learn/\(lesson.code)", lan, body: body).status == 200)
    }

    @Test func `who organises sees shifts, a guide sees the own ones and gets a certificate that can be checked`() async throws {
        let site = try ScratchSite(at: "2026-11-24T02:00:00Z")
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        let item = try site.registry.item(
            "guiding-shift",
            texts: [
                "number": "TN00000001", "student": "001090000001", "school": "Trường Đại học Mẫu", "commune": "00004", "place": "Nhà sinh hoạt số 5", "day": "2026-11-23",
                "from": "08:00", "until": "11:30", "state": "done", "source": "stated", "dossiers": "9", "succeeded": "7",
            ], effective: nil)
        _ = try site.registry.enterAndWait([Change("guiding-shift", key: "TN00000001", .put(item), expecting: .absent)], cause: "t", by: all)
        let organiser = try await site.signedIn("nga", grants: [Grant("guiding-shift", [.read, .write])])
        let page = await site.ask(.GET, "/guides?lang=en", organiser)
        #expect(page.status == 200 && page.text.contains("Nhà sinh hoạt số 5") && page.text.contains("77 %") && !page.text.contains("001090000001"))
        let stranger = try await site.signedIn("lan")
        #expect(await site.ask(.GET, "/guides", stranger).status == 403)
        let me = try await site.citizen()
        let own = await site.ask(.GET, "/me/guiding?lang=en", me.headers)
        #expect(own.status == 200 && own.text.contains("3 h 30 min"))
        #expect(await site.ask(.POST, "/me/guiding/certificate", me.headers, body: "csrf=wrong").status == 403)
        let first = await site.ask(.POST, "/me/guiding/certificate", me.headers, body: "csrf=\(me.key)").headers.first(name: "location")!
        // The same deeds keep their certificate.
        #expect(await site.ask(.POST, "/me/guiding/certificate", me.headers, body: "csrf=\(me.key)").headers.first(name: "location") == first)
        let code = String(first.split(separator: "/").last!)
        let checked = await site.ask(.GET, "/verify/\(code)?lang=en")
        #expect(checked.status == 200 && checked.text.contains("Nguyễn Văn An") && checked.text.contains("3 h 30 min"))
        let row = try #require(try site.registry.row(of: "001090000001", in: "population"))
        #expect(try await site.registry.own("population", row: row).reads.contains { $0.purpose == "verification" && $0.reader == "paper" })
        #expect(await site.ask(.POST, "/verify", body: "paper=\(code)").headers.first(name: "location") == "/verify/\(code)")
        // Without the font nothing is printed, and it says so.
        #expect(await site.ask(.GET, first, me.headers).status == 503)
        #expect(await site.ask(.GET, "/me/guiding/certificates/aaaaaaaaaaaaaaaaaaaaaaaaaa", me.headers).status == 404)
    }

    @Test func `a guide's hours are whole, however many shifts there were`() async throws {
        let site = try ScratchSite(at: "2026-11-24T02:00:00Z")
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        let changes = try (10...70).map { number in
            let key = "TN000000\(number)"
            let item = try site.registry.item(
                "guiding-shift",
                texts: [
                    "number": key, "student": "001090000001", "school": "Trường Đại học Mẫu", "commune": "00004", "place": "Nhà sinh hoạt số 5",
                    "day": (Day("2026-08-01")! + number).description, "from": "08:00", "until": "11:30", "state": "done", "source": "stated", "dossiers": "9", "succeeded": "7",
                ], effective: nil)
            return Change("guiding-shift", key: key, .put(item), expecting: .absent)
        }
        _ = try site.registry.enterAndWait(changes, cause: "t", by: all)
        let me = try await site.citizen()
        #expect(await site.ask(.GET, "/me/guiding?lang=en", me.headers).text.contains("213 h 30 min"))
        let paper = await site.ask(.POST, "/me/guiding/certificate", me.headers, body: "csrf=\(me.key)").headers.first(name: "location")!
        let checked = await site.ask(.GET, "/verify/\(paper.split(separator: "/").last!)?lang=en")
        #expect(checked.text.contains("213 h 30 min") && checked.text.contains("<dd>61</dd>"))
        let organiser = try await site.signedIn("nga", grants: [Grant("guiding-shift", [.read, .write])])
        #expect(await site.ask(.GET, "/guides?lang=en", organiser).text.contains("<dt>Shifts</dt><dd>61</dd>"))
        #expect(await site.ask(.GET, "/guides?lang=en&week=2026-08-12", organiser).text.contains("08:00–11:30"))
    }

    @Test func `a shift is planned, begun by the guide's own account and shown as measured`() async throws {
        let site = try ScratchSite(at: "2026-11-24T02:00:00Z")
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        func plan(_ key: String, _ day: String, _ place: String) throws {
            let item = try site.registry.item(
                "guiding-shift",
                texts: [
                    "number": key, "student": "001090000001", "school": "Trường Đại học Mẫu", "commune": "00004", "place": place, "day": day, "from": "08:00", "until": "11:30",
                    "state": "planned",
                ], effective: nil)
            _ = try site.registry.enterAndWait([Change("guiding-shift", key: key, .put(item), expecting: .absent)], cause: "t", by: all)
        }
        try plan("TN00000001", "2026-11-24", "Nhà sinh hoạt số 5")
        try plan("TN00000002", "2026-12-01", "Thư viện phường")
        let organiser = try await site.signedIn("nga", grants: [Grant("guiding-shift", [.read, .write])])
        let next = await site.ask(.GET, "/guides?lang=en&week=2026-12-01", organiser)
        #expect(next.text.contains("Thư viện phường") && next.text.contains("Planned") && next.text.contains("<dt>Shifts</dt><dd>0</dd>"))
        let row = try #require(try site.registry.row(of: "001090000001", in: "population"))
        let link = try site.accounts.add(user: "an", name: "An", grants: [Grant("help", [.write])], person: row)
        try site.accounts.setPassword(link: link, to: "một câu dài dễ nhớ")
        let entered = await site.ask(.POST, "/sign-in", body: "user=an&password=" + Request.encode("một câu dài dễ nhớ"))
        let guide = [("cookie", entered.cookie!)]
        let before = await site.ask(.GET, "/help?lang=en", guide)
        #expect(before.text.contains("Begin this shift") && before.text.contains("TN00000001") && !before.text.contains("TN00000002"))
        let key = await site.formKey(guide, "/help")
        #expect(await site.ask(.POST, "/help/shift", guide, body: "csrf=\(key)&planned=TN00000002").status == 422)
        #expect(await site.ask(.POST, "/help/shift", guide, body: "csrf=\(key)&planned=TN00000001").status == 303)
        #expect(await site.ask(.GET, "/help?lang=en", guide).text.contains("You are on a shift"))
        #expect(await site.ask(.POST, "/help/end", guide, body: "csrf=\(key)").status == 303)
        let week = await site.ask(.GET, "/guides?lang=en", organiser)
        #expect(week.text.contains("<dt>Shifts</dt><dd>1</dd>") && week.text.contains("Done") && !week.text.contains("Done (stated)"))
        // The account of somebody else has no shift of his.
        let other = try await site.signedIn("lan", grants: [Grant("help", [.write])])
        #expect(!(await site.ask(.GET, "/help?lang=en", other).text.contains("Begin this shift")))
    }

    @Test func `a school enters the lesson it gave, in its own commune, and counts as reached`() async throws {
        let site = try ScratchSite(at: "2026-11-24T02:00:00Z")
        let all = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])
        func put(_ register: String, _ key: String, _ texts: [String: String]) throws {
            var texts = texts
            texts[try site.registry.register(register).key.name] = key
            let item = try site.registry.item(register, texts: texts, effective: nil)
            _ = try site.registry.enterAndWait([Change(register, key: key, .put(item), expecting: .absent)], cause: "t", by: all)
        }
        for code in ["01000043", "01000053"] {
            try put(
                "school", code,
                [
                    "name": "Trường THCS Ví Dụ \(code)", "level": "lower-secondary", "public": "true", "commune": "00004", "address": "Số 3, phố Kim Mã", "classes": "30",
                    "places": "1200",
                ])
        }
        var lesson = ["school": "01000043", "commune": "00004", "lesson": "finding-a-service", "class": "8A2", "day": "2026-11-20", "pupils": "38"]
        try put("lesson-held", "TD00000001", lesson)
        lesson["class"] = "8A3"
        try put("lesson-held", "TD00000002", lesson)
        lesson["commune"] = "00008"
        #expect(throws: RegisterError.self) { try put("lesson-held", "TD00000003", lesson) }
        lesson["commune"] = "00004"
        lesson["day"] = "2026-11-25"
        #expect(throws: RegisterError.self) { try put("lesson-held", "TD00000003", lesson) }
        let year = try site.registry.named(by: "school", of: "lesson-held", day: "day", since: Day("2026-08-01")!)
        #expect(year.named == 1 && year.of == 2)
        #expect(try site.registry.named(by: "school", of: "lesson-held", day: "day", since: Day("2026-11-21")!).named == 0)
        let standing = try #require(try site.steering.standing("5.a"))
        #expect(standing.figures[0].value == 1 && standing.figures[0].of == 2 && standing.figures[2].value == 76)
        let teacher = try await site.signedIn("nga", grants: [Grant("lesson-held", [.read, .write])])
        #expect(await site.ask(.GET, "/learn/finding-a-service", teacher).text.contains("/registers/lesson-held/new?lesson=finding-a-service"))
        #expect(!(await site.ask(.GET, "/learn/finding-a-service").text.contains("/registers/lesson-held/new")))
    }
}
