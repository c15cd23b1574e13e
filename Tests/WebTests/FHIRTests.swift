// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hanoi
import NIOHTTP1
import Testing

@testable import Civic
import HTTP
@testable import Registers
@testable import Web

private let noon = "2026-11-26T05:00:00Z"
private let doctor = "hw-001234.2FHNO-GPHN"
private let nurse = "hw-001235.2FHNO-GPHN"
private let pharmacist = "hw-1234.2FHNO-CCHND"
private let pharmacy = "ph-01-1234.2F.C4.90KKDD-HNO"
private let station = "hf-TYT-00004"
private let centre = "hf-90001.2FHNO-GPH.C4.90"
private let branch = "hf-90002.2FHNO-GPH.C4.90"
private let everywhere = Authority(.operator_, id: "test", name: "", grants: [Grant("*", Set(Act.allCases))])

extension ScratchSite {
    /// A station with a doctor and a nurse whose licence ran out, a pharmacy with its pharmacist, and a hospital that is on the map.
    fileprivate func enterHealth() throws {
        try put(
            "health-facility", "TYT-00004",
            [
                "name": "Trạm Y tế phường Ba Đình", "type": "station", "level": "primary", "ownership": "public", "commune": "00004", "address": "Số 1, phố Ví Dụ",
                "phone": "02438253536", "insurance_code": "01001", "services": "Khám bệnh ban đầu; tiêm chủng", "opened": "2025-07-01", "state": "active",
            ])
        try put(
            "health-worker", "001234/HNO-GPHN",
            [
                "person": "001090000001", "name": "Nguyễn Văn Thử", "profession": "doctor", "scope": "Khám bệnh, chữa bệnh chuyên khoa Nhi", "specialty": "Nhi",
                "qualification": "specialist-1", "issued": "2024-05-06", "expires": "2029-05-06", "facility": "TYT-00004",
            ])
        try put(
            "health-worker", "001235/HNO-GPHN",
            ["name": "Trần Thị Cũ", "profession": "nurse", "scope": "Điều dưỡng", "issued": "2019-01-01", "expires": "2024-01-01", "facility": "TYT-00004"])
        try put("health-worker", "1234/HNO-CCHND", ["name": "Lê Thị Dược", "profession": "pharmacist", "scope": "Bán lẻ thuốc", "issued": "2020-01-02"])
        try put(
            "pharmacy", "01-1234/ĐKKDD-HNO",
            [
                "name": "Nhà thuốc Ví Dụ", "kind": "pharmacy", "commune": "00004", "address": "Số 1, phố Kim Mã", "pharmacist": "1234/HNO-CCHND", "issued": "2022-03-01",
                "gpp_issued": "2025-03-01", "gpp_expires": "2028-03-01", "state": "active",
            ])
    }

    /// A medical centre with a branch, and the station of the others as a part of it.
    fileprivate func enterParents() throws {
        let common = ["level": "basic", "ownership": "public", "commune": "00004", "address": "Số 2, phố Ví Dụ", "opened": "2025-07-01", "state": "active"]
        func put(_ key: String, _ texts: [String: String]) throws { try self.put("health-facility", key, common.merging(texts, uniquingKeysWith: { $1 })) }
        try put("90001/HNO-GPHĐ", ["name": "Trung tâm Y tế khu vực Ví Dụ", "type": "centre", "services": "Nội; ngoại"])
        try put("90002/HNO-GPHĐ", ["name": "Cơ sở 2", "type": "polyclinic", "services": "Nội", "parent": "90001/HNO-GPHĐ"])
        try put("TYT-00004", ["name": "Trạm Y tế phường Ba Đình", "type": "station", "level": "primary", "services": "Khám bệnh ban đầu", "parent": "90001/HNO-GPHĐ"])
    }

    fileprivate func retire(_ register: String, _ key: String) throws {
        _ = try registry.enterAndWait([Change(register, key: key, .retire, expecting: .anything)], cause: "t", by: everywhere)
    }

    fileprivate func entries(_ target: String, _ headers: [(String, String)] = []) async -> [JSON] {
        let answer = await ask(.GET, target, headers)
        #expect(answer.status == 200 && answer.headers.first(name: "content-type") == "application/fhir+json", "\(target): \(answer.text.prefix(300))")
        guard case .array(let entries)? = answer.json["entry"] else { return [] }
        return entries
    }

    fileprivate func ids(_ target: String) async -> [String] { await entries(target).compactMap { $0["resource"]?["id"]?.string } }
}

extension ScratchSite.Answer {
    fileprivate func link(_ relation: String) -> String? {
        guard case .array(let links)? = json["link"] else { return nil }
        return links.first { $0["relation"] == .string(relation) }?["url"]?.string?.replacing("http://localhost", with: "")
    }

    fileprivate var problem: JSON? {
        guard json["resourceType"] == .string("OperationOutcome"), case .array(let issues)? = json["issue"] else { return nil }
        return issues.first?["code"]
    }
}

private let searches: [(String, [String])] = [
    ("Practitioner?identifier=001234/HNO-GPHN", [doctor]), ("Practitioner?identifier=urn:thanglong:hanoi:health-worker|001234/HNO-GPHN", [doctor]),
    ("Practitioner?identifier=urn:else|001234/HNO-GPHN", []), ("Practitioner?_id=\(doctor),\(nurse)", [doctor, nurse]), ("Practitioner?name=nguyen+th", [doctor]),
    ("Practitioner?name=thử,cũ", [doctor, nurse]), ("Practitioner?name=zz", []), ("PractitionerRole?organization=Organization/hf-TYT-00004&active=true", [doctor]),
    ("PractitionerRole?organization=hf-TYT-00004", [doctor, nurse]), ("PractitionerRole?practitioner=Practitioner/\(pharmacist)", [pharmacist, pharmacy]),
    ("PractitionerRole?role=nurse", [nurse]), ("PractitionerRole?specialty=nhi", [doctor]), ("Organization?type=pharmacy", [pharmacy]),
    ("Organization?identifier=01001", ["hf-TYT-00004"]), ("Organization?name=ví+dụ", [pharmacy]), ("Organization?type=facility", ["hf-TYT-00004", pharmacy]),
    ("Location?status=active", ["hf-TYT-00004", pharmacy]), ("HealthcareService?service-type=Tiêm+chủng", ["hf-TYT-00004"]),
    ("HealthcareService?organization=Organization/\(pharmacy)", [pharmacy]), ("Practitioner?name:contains=guy", [doctor]),
    ("Practitioner?name:contains=", [doctor, nurse, pharmacist]),
    ("Practitioner?name:exact=Nguyễn+Văn+Thử", [doctor]), ("Practitioner?name:exact=Nguyễn", [doctor]), ("Practitioner?name:exact=nguyen", []),
    ("Organization?name:exact=Nhà+thuốc+Ví+Dụ", [pharmacy]), ("Organization?name:exact=Nhà+thuốc", []), ("Location?name:contains=uoc+vi", [pharmacy]),
    ("Practitioner?family=le", [pharmacist]), ("Practitioner?family=thi", []), ("Practitioner?given=thi", [nurse, pharmacist]), ("Practitioner?given=van+th", [doctor]),
    ("Practitioner?family:exact=Lê&given:contains=uo", [pharmacist]), ("Organization?partof=Organization/hf-TYT-00004", []), ("Location?partof=hf-TYT-00004", []),
    ("Practitioner?_lastUpdated=sa2026-11-25", [doctor, nurse, pharmacist]), ("Practitioner?_lastUpdated=sa2026-11-26", []), ("Practitioner?_lastUpdated=eb2026-11-26", []),
    ("Practitioner?_lastUpdated=eb2026-11-27", [doctor, nurse, pharmacist]),
]

/// The same of what is a part of something, where there is a medical centre.
private let parts: [(String, [String], [String])] = [
    ("Organization?partof=Organization/\(centre)", [station, branch], []), ("Location?partof=\(centre)", [station, branch], []),
    ("Organization?partof=\(centre),\(station)", [station, branch], []), ("Organization?partof=\(station)", [], []), ("Organization?partof=Location/\(centre)", [], []),
    ("PractitionerRole?service=HealthcareService/\(station)", [doctor, nurse], []), ("PractitionerRole?service=\(pharmacy)", [pharmacy], []),
    ("PractitionerRole?role=doctor&_include=PractitionerRole:service", [doctor], ["HealthcareService/\(station)"]),
    (
        "HealthcareService?_id=\(station)&_revinclude=PractitionerRole:service", [station],
        ["PractitionerRole/\(doctor)", "PractitionerRole/\(nurse)"]
    ), ("Organization?_id=\(station),\(branch)&_include=Organization:partof", [station, branch], ["Organization/\(centre)"]),
    ("Organization?_id=\(station),\(centre)&_include=Organization:partof", [station, centre], []),
    ("Location?_id=\(centre)&_revinclude=Location:partof", [centre], ["Location/\(station)", "Location/\(branch)"]),
    // Asked once, an include does not ask what it brought.
    (
        "PractitionerRole?role=doctor&_include=PractitionerRole:location&_include:iterate=Location:organization", [doctor],
        ["Location/\(station)", "Organization/\(station)"]
    ),
    (
        "PractitionerRole?role=doctor&_include=PractitionerRole:location&_include:iterate=Location:*", [doctor],
        ["Location/\(station)", "Location/\(centre)", "Organization/\(station)", "Organization/\(centre)"]
    ),
    ("Location?_id=\(station)&_include=*", [station], ["Organization/\(station)", "Location/\(centre)"]),
    ("Practitioner?_id=\(doctor)&_include=*", [doctor], []),
    ("Organization?_id=\(centre)&_revinclude:iterate=Organization:partof", [centre], ["Organization/\(station)", "Organization/\(branch)"]),
    (
        "Organization?_id=\(centre)&_revinclude:iterate=Organization:partof&_revinclude:iterate=PractitionerRole:organization&_include:iterate=PractitionerRole:practitioner",
        [centre],
        [
            "Organization/\(station)", "Organization/\(branch)", "PractitionerRole/\(doctor)", "PractitionerRole/\(nurse)", "Practitioner/\(doctor)",
            "Practitioner/\(nurse)",
        ]
    ),
]

/// What a search finds, and what it tells beside it.
private let includes: [(String, [String], [String])] = [
    ("PractitionerRole?role=doctor&_include=PractitionerRole:practitioner", [doctor], ["Practitioner/\(doctor)"]),
    (
        "PractitionerRole?organization=hf-TYT-00004&_include=PractitionerRole:organization&_include=PractitionerRole:location:Location", [doctor, nurse],
        ["Organization/hf-TYT-00004", "Location/hf-TYT-00004"]
    ), ("PractitionerRole?practitioner=\(pharmacist)&_include=PractitionerRole:organization", [pharmacist, pharmacy], ["Organization/\(pharmacy)"]),
    ("HealthcareService?_id=\(pharmacy)&_include=HealthcareService:location", [pharmacy], ["Location/\(pharmacy)"]),
    ("Location?_id=\(pharmacy)&_include=Location:organization&_include=Location:organization", [pharmacy], ["Organization/\(pharmacy)"]),
    (
        "Organization?_id=hf-TYT-00004&_revinclude=PractitionerRole:organization&_revinclude=Location:organization&_revinclude=HealthcareService:organization", ["hf-TYT-00004"],
        ["PractitionerRole/\(doctor)", "PractitionerRole/\(nurse)", "Location/hf-TYT-00004", "HealthcareService/hf-TYT-00004"]
    ),
    (
        "Practitioner?family=le&_revinclude=PractitionerRole:practitioner", [pharmacist], ["PractitionerRole/\(pharmacist)", "PractitionerRole/\(pharmacy)"]
    ),
    // What is no reference of this type is left out, unless the client is strict.
    ("Practitioner?family=le&_include=PractitionerRole:practitioner", [pharmacist], []),
]

private let refusals: [(String, Int, String)] = [
    ("/fhir/Practitioner/hw-999999.2FHNO-GPHN", 404, "not-found"), ("/fhir/Practitioner/nonsense", 404, "not-found"), ("/fhir/Patient/1", 404, "not-found"),
    ("/fhir/Practitioner/hf-TYT-00004", 404, "not-found"), ("/fhir/nothing/at/all/here", 404, "not-found"), ("/fhir/Practitioner?_count=x", 400, "invalid"),
    ("/fhir/Practitioner?active=maybe", 400, "invalid"), ("/fhir/Practitioner?name:missing=x", 400, "invalid"), ("/fhir/Practitioner?_lastUpdated=gtsoon", 400, "invalid"),
    ("/fhir/Practitioner?_page=x", 422, "invalid"), ("/fhir/Practitioner/_history?_since=soon", 400, "invalid"), ("/fhir/Practitioner?_format=xml", 406, "not-supported"),
]

struct `FHIR` {

    @Test func `an id is a key and a key is an id`() {
        let mapping = HealthFHIR.mapping
        for (register, key) in [("health-worker", "001234/HNO-GPHN"), ("pharmacy", "01-1234/ĐKKDD-HNO"), ("health-facility", "TYT-00004"), ("health-facility", "123/HNO-GPHĐ")] {
            let id = mapping.id(of: key, in: register)!
            #expect(id.utf8.count <= 64 && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") })
            #expect(mapping.record(of: id)?.register == register && mapping.record(of: id)?.key == key)
        }
        // Another way of writing it is no id.
        for id in ["hw-001234.2fHNO-GPHN", "hw-.30", "hw-.C4", "hw-", "xx-1", "hw-1.2", "001234"] { #expect(mapping.record(of: id) == nil, "\(id)") }
    }

    @Test func `a practitioner is read with licence, issuer and term, and has an ETag`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        let answer = await site.ask(.GET, "/fhir/Practitioner/\(doctor)")
        #expect(answer.status == 200 && answer.headers.first(name: "content-type") == "application/fhir+json")
        #expect(answer.json["active"] == .boolean(true))
        #expect(answer.text.contains(#""value":"001234/HNO-GPHN""#) && answer.text.contains(#""period":{"start":"2024-05-06","end":"2029-05-06"}"#))
        #expect(answer.text.contains(#""issuer":{"display":"Sở Y tế Hà Nội"}"#) && answer.text.contains(#""family":"Nguyễn","given":["Văn","Thử"]"#))
        #expect(answer.headers.first(name: "etag") == "W/\"\(answer.json["meta"]!["versionId"]!.string!)\"")
        let role = await site.ask(.GET, "/fhir/PractitionerRole/\(doctor)")
        #expect(role.json["practitioner"]?["reference"] == .string("Practitioner/\(doctor)"))
        #expect(role.json["organization"]?["reference"] == .string("Organization/hf-TYT-00004"))
        #expect(role.text.contains(#""specialty":[{"text":"Nhi"}]"#) && role.text.contains("Location/hf-TYT-00004"))
        let english = await site.ask(.GET, "/fhir/Practitioner/\(doctor)", [("accept-language", "en")])
        #expect(english.text.contains(#""display":"Doctor""#))
    }

    @Test func `a licence that has run out is not active`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        #expect(await site.ask(.GET, "/fhir/Practitioner/\(nurse)").json["active"] == .boolean(false))
        #expect(await site.ids("/fhir/Practitioner?active=false") == [nurse])
        #expect(Set(await site.ids("/fhir/Practitioner?active=true")) == [doctor, pharmacist])
        site.setClock("2029-05-07T05:00:00Z")
        #expect(await site.ask(.GET, "/fhir/Practitioner/\(doctor)").json["active"] == .boolean(false))
    }

    @Test(arguments: searches)
    func `a search finds what it says`(target: String, ids: [String]) async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        #expect(Set(await site.ids("/fhir/\(target)")) == Set(ids))
    }

    @Test(arguments: includes)
    func `what a search includes is told beside what it finds`(target: String, matches: [String], included: [String]) async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        let entries = await site.entries("/fhir/\(target)")
        func all(_ mode: String) -> [JSON] { entries.filter { $0["search"]?["mode"] == .string(mode) } }
        #expect(Set(all("match").compactMap { $0["resource"]?["id"]?.string }) == Set(matches))
        let told = all("include").compactMap { $0["fullUrl"]?.string?.replacing("http://localhost/fhir/", with: "") }
        #expect(Set(told) == Set(included) && told.count == included.count && entries.count == matches.count + included.count, "\(told)")
    }

    @Test(arguments: parts)
    func `what is a part of something, and what that leads to, is told once`(target: String, matches: [String], included: [String]) async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        try site.enterParents()
        let entries = await site.entries("/fhir/\(target)", [("prefer", "handling=strict")])
        func all(_ mode: String) -> [String] {
            entries.filter { $0["search"]?["mode"] == .string(mode) }.compactMap { $0["fullUrl"]?.string?.replacing("http://localhost/fhir/", with: "") }
        }
        let type = target.prefix { $0 != "?" }
        #expect(Set(all("match")) == Set(matches.map { "\(type)/\($0)" }), "\(target)")
        #expect(Set(all("include")) == Set(included) && entries.count == matches.count + included.count, "\(target): \(all("include"))")
    }

    @Test func `a station and its place are parts of the centre's, and a circle comes to an end`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        try site.enterParents()
        #expect(await site.ask(.GET, "/fhir/Organization/\(station)").json["partOf"]?["reference"] == .string("Organization/\(centre)"))
        #expect(await site.ask(.GET, "/fhir/Location/\(station)").json["partOf"]?["reference"] == .string("Location/\(centre)"))
        #expect(await site.ask(.GET, "/fhir/Organization/\(centre)").json["partOf"] == nil)
        #expect(await site.ask(.GET, "/fhir/Organization/\(pharmacy)").json["partOf"] == nil)
        try site.put(
            "health-facility", "90001/HNO-GPHĐ",
            [
                "name": "Trung tâm", "type": "centre", "ownership": "public", "commune": "00004", "address": "Số 2", "services": "Nội", "opened": "2025-07-01", "state": "active",
                "parent": "TYT-00004",
            ])
        let entries = await site.entries("/fhir/Organization?_id=\(station)&_include:iterate=Organization:partof")
        #expect(entries.compactMap { $0["resource"]?["id"]?.string } == [station, centre])
    }

    @Test func `an include that is none is refused to strict clients, and pages with includes are smaller`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        let targets = [
            "Practitioner?_include=PractitionerRole:practitioner", "PractitionerRole?_include=PractitionerRole:endpoint", "PractitionerRole?_include:iterate=x",
            "Practitioner?_include=Practitioner:*",
        ]
        for target in targets {
            let answer = await site.ask(.GET, "/fhir/\(target)", [("prefer", "handling=strict")])
            #expect(answer.status == 400 && answer.problem == .string("invalid"), "\(target)")
        }
        let answer = await site.ask(.GET, "/fhir/PractitionerRole?_include=PractitionerRole:organization&_count=1000")
        #expect(answer.link("self") == "/fhir/PractitionerRole?_include=PractitionerRole%3Aorganization&_count=100")
    }

    @Test func `a search by form finds the same`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        let answer = await site.ask(.POST, "/fhir/Practitioner/_search", [("content-type", "application/x-www-form-urlencoded")], body: "name=thu&_count=5")
        #expect(answer.status == 200 && answer.text.contains(doctor) && !answer.text.contains(nurse))
        #expect(answer.link("self") == "/fhir/Practitioner?name=thu&_count=5")
    }

    @Test func `pages lead on until everything was shown once, through both registers`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        for type in ["PractitionerRole?_count=1", "PractitionerRole/_history?_count=1", "Organization?_count=1&_lastUpdated=gt2020-01-01"] {
            var target: String? = "/fhir/\(type)"
            var seen: [String] = []
            while let next = target, seen.count < 20 {
                let answer = await site.ask(.GET, next)
                #expect(answer.status == 200)
                if case .array(let entries)? = answer.json["entry"] {
                    #expect(entries.count <= 1)
                    seen += entries.compactMap { $0["fullUrl"]?.string }
                }
                target = answer.link("next")
            }
            #expect(seen.count == (type.hasPrefix("Organization") ? 2 : 4) && Set(seen).count == seen.count, "\(type): \(seen)")
        }
    }

    @Test func `what changed since a moment is told, and what was retired as deleted`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        site.setClock("2026-11-27T05:00:00Z")
        try site.put(
            "health-worker", "001234/HNO-GPHN",
            [
                "name": "Nguyễn Văn Thử", "profession": "doctor", "scope": "Nhi", "issued": "2024-05-06", "expires": "2029-05-06", "facility": "TYT-00004", "revoked": "2026-11-27",
                "revoked_because": "theo đề nghị",
            ])
        try site.retire("health-worker", "001235/HNO-GPHN")
        let history = await site.entries("/fhir/Practitioner/_history?_since=2026-11-27T00:00:00Z")
        #expect(history.map { $0["request"]?["method"] } == [.string("DELETE"), .string("PUT")])
        #expect(history[0]["resource"] == nil && history[0]["request"]?["url"] == .string("Practitioner/\(nurse)"))
        #expect(history[1]["resource"]?["active"] == .boolean(false) && !JSON.array(history).text.contains("theo đề nghị"))
        #expect(await site.ids("/fhir/Practitioner?_lastUpdated=gt2026-11-26T23:00:00Z") == [doctor])
        #expect(await site.ids("/fhir/Practitioner?_lastUpdated=lt2026-11-27") == [pharmacist])
        #expect(await site.entries("/fhir/Practitioner/_history").count == 5)
        let gone = await site.ask(.GET, "/fhir/Practitioner/\(nurse)")
        #expect(gone.status == 410 && gone.problem == .string("deleted"))
        let own = await site.entries("/fhir/Practitioner/\(doctor)/_history")
        #expect(own.map { $0["request"]?["method"] } == [.string("PUT"), .string("POST")])
        #expect(own.map { $0["resource"]?["active"] } == [.boolean(false), .boolean(true)])
        let version = own[1]["resource"]!["meta"]!["versionId"]!.string!
        #expect(await site.ask(.GET, "/fhir/Practitioner/\(doctor)/_history/\(version)").json["active"] == .boolean(true))
    }

    @Test func `a pharmacist whose licence is revoked closes the pharmacy, in FHIR and in the signed answer`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        let resources = [
            "Practitioner/\(pharmacist)", "PractitionerRole/\(pharmacist)", "PractitionerRole/\(pharmacy)", "Organization/\(pharmacy)", "HealthcareService/\(pharmacy)",
        ]
        func isLicensed() async throws -> Bool {
            try await site.registry.answer("licensed", about: "01-1234/ĐKKDD-HNO", in: "pharmacy", for: .visitor, door: "test")
        }
        for resource in resources { #expect(await site.ask(.GET, "/fhir/\(resource)").json["active"] == .boolean(true), "\(resource)") }
        #expect(try await isLicensed())
        site.setClock("2026-11-27T05:00:00Z")
        try site.put(
            "health-worker", "1234/HNO-CCHND",
            [
                "name": "Lê Thị Dược", "profession": "pharmacist", "scope": "Bán lẻ thuốc", "issued": "2020-01-02", "revoked": "2026-11-27", "revoked_because": "theo đề nghị",
            ])
        for resource in resources { #expect(await site.ask(.GET, "/fhir/\(resource)").json["active"] == .boolean(false), "\(resource)") }
        #expect(await site.ask(.GET, "/fhir/Location/\(pharmacy)").json["status"] == .string("inactive"))
        #expect(await site.ids("/fhir/PractitionerRole?practitioner=\(pharmacist)&active=true").isEmpty)
        #expect(try await isLicensed() == false)
    }

    @Test func `a role at a place that is suspended is not active, though the licence is in force`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        try site.put(
            "health-facility", "TYT-00004",
            [
                "name": "Trạm Y tế phường Ba Đình", "type": "station", "level": "primary", "ownership": "public", "commune": "00004", "address": "Số 1, phố Ví Dụ",
                "services": "Khám bệnh ban đầu; tiêm chủng", "opened": "2025-07-01", "state": "suspended",
            ])
        #expect(await site.ask(.GET, "/fhir/Practitioner/\(doctor)").json["active"] == .boolean(true))
        #expect(await site.ask(.GET, "/fhir/PractitionerRole/\(doctor)").json["active"] == .boolean(false))
        let answer = try await site.registry.answer("practising", about: "001234/HNO-GPHN", in: "health-worker", for: .visitor, door: "test")
        #expect(!answer)
    }

    @Test func `who deals in medicines and devices is an organization at a place`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        try site.put(
            "household-business", "01A8000777",
            [
                "name": "Thiết bị Ví Dụ", "owner": "001090000001", "commune": "00004", "premises": "Số 5, phố Ví Dụ", "line": "47721", "registered": "2025-07-01",
                "status": "active",
            ])
        try site.put(
            "medical-trader", "250000599/PCBMB-HN",
            [
                "name": "Thiết bị Ví Dụ", "business": "01A8000777", "activity": "trade", "class": "c", "products": "Máy đo huyết áp", "commune": "00004",
                "address": "Số 5, phố Ví Dụ", "published": "2025-08-01", "state": "active",
            ])
        try site.put(
            "medicine-provider", "01-0123/ĐKKDD-HNO",
            [
                "name": "Dược liệu Ví Dụ", "business": "01A8000777", "activity": "wholesale", "products": "Dược liệu", "controlled": "false", "commune": "00004",
                "address": "Số 5, phố Ví Dụ", "pharmacist": "1234/HNO-CCHND", "issued": "2025-08-01", "gdp_issued": "2025-08-01", "gdp_expires": "2028-08-01", "state": "active",
            ])
        let (trader, provider) = ("mt-250000599.2FPCBMB-HN", "mp-01-0123.2F.C4.90KKDD-HNO")
        #expect(await site.ids("/fhir/Organization?type=trade") == [trader])
        #expect(await site.ids("/fhir/Location?type=wholesale&status=active") == [provider])
        #expect(await site.ids("/fhir/PractitionerRole?organization=Organization/\(provider)") == [provider])
        #expect(await site.ask(.GET, "/fhir/Organization/\(trader)").json["active"] == .boolean(true))
    }

    @Test func `what is entered ahead is told on its day`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        try site.put(
            "health-worker", "1234/HNO-CCHND", ["name": "Lê Thị Mới", "profession": "pharmacist", "scope": "Bán lẻ thuốc", "issued": "2020-01-02"], effective: "2026-12-01")
        #expect(await site.ask(.GET, "/fhir/Practitioner/\(pharmacist)").text.contains("Lê Thị Dược"))
        let early = await site.entries("/fhir/Practitioner/_history?_since=2026-11-26T06:00:00Z")
        #expect(early.isEmpty)
        site.setClock("2026-12-02T05:00:00Z")
        #expect(await site.ids("/fhir/Practitioner/_history?_since=2026-11-26T06:00:00Z") == [pharmacist])
        #expect(await site.ids("/fhir/Practitioner?_lastUpdated=gt2026-11-30") == [pharmacist])
        #expect(await site.ask(.GET, "/fhir/Practitioner/\(pharmacist)").json["meta"]?["lastUpdated"] == .string("2026-11-30T17:00:00.000Z"))
    }

    @Test func `a place on the map has its position as numbers`() async throws {
        let site = try ScratchSite(at: noon)
        try site.put(
            "health-facility", "123/HNO-GPHĐ",
            [
                "name": "Phòng khám Ví Dụ", "type": "polyclinic", "ownership": "private", "commune": "00004", "address": "Số 3", "latitude": "21.0386", "longitude": "105.838",
                "services": "Khám nội", "opened": "2024-01-01", "state": "active",
            ])
        let answer = await site.ask(.GET, "/fhir/Location/hf-123.2FHNO-GPH.C4.90")
        #expect(answer.text.contains(#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bu""#))
        #expect(answer.status == 200 && answer.text.hasSuffix(#""position":{"longitude":105.838,"latitude":21.0386}}"#))
        #expect((try? JSONSerialization.jsonObject(with: Data(answer.text.utf8))) != nil)
    }

    @Test(arguments: refusals)
    func `a refusal is an OperationOutcome`(target: String, status: Int, code: String) async throws {
        let site = try ScratchSite(at: noon)
        let answer = await site.ask(.GET, target)
        #expect(answer.status == status && answer.problem == .string(code) && answer.headers.first(name: "content-type") == "application/fhir+json", "\(answer.text)")
    }

    @Test func `XML, other methods, and unknown parameters of strict clients are refused`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        #expect(await site.ask(.GET, "/fhir/metadata", [("accept", "application/fhir+xml")]).status == 406)
        #expect(await site.ask(.GET, "/fhir/metadata", [("accept", "application/fhir+xml, application/fhir+json;q=0.5")]).status == 200)
        let deleted = await site.ask(.DELETE, "/fhir/Practitioner/\(doctor)")
        #expect(deleted.status == 405 && deleted.problem == .string("not-supported"))
        #expect(await site.ask(.GET, "/fhir/Practitioner", [("authorization", "Bearer nonsense")]).problem == .string("login"))
        let strict = await site.ask(.GET, "/fhir/Practitioner?birthdate=1990-01-01&name=thu", [("prefer", "handling=strict")])
        #expect(strict.status == 400 && strict.problem == .string("invalid"))
        let lenient = await site.ask(.GET, "/fhir/Practitioner?birthdate=1990-01-01&name=thu")
        #expect(lenient.status == 200 && lenient.link("self") == "/fhir/Practitioner?name=thu&_count=100")
    }

    @Test func `no personal number leaves, whoever asks`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        for type in FHIRType.allCases.map(\.rawValue) {
            for target in ["/fhir/\(type)", "/fhir/\(type)/_history", "/fhir/\(type)/\(doctor)/_history"] {
                for headers in [[], site.system] {
                    let text = await site.ask(.GET, target, headers).text
                    #expect(!text.contains("001090000001"), "\(target)")
                }
            }
        }
    }

    @Test func `the statement tells what is there, and what it tells is there`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterHealth()
        let answer = await site.ask(.GET, "/fhir/metadata")
        #expect(answer.json["resourceType"] == .string("CapabilityStatement") && answer.json["fhirVersion"] == .string("4.0.1"))
        guard case .array(let rests)? = answer.json["rest"], case .array(let resources)? = rests.first?["resource"] else {
            Issue.record("no resources")
            return
        }
        #expect(resources.compactMap { $0["type"]?.string } == FHIRType.allCases.map(\.rawValue))
        for resource in resources {
            guard let type = resource["type"]?.string, case .array(let parameters)? = resource["searchParam"] else { continue }
            let ids = await site.ids("/fhir/\(type)")
            #expect(!ids.isEmpty)
            for member in ["searchInclude", "searchRevInclude"] {
                guard case .array(let references)? = resource[member] else { continue }
                for reference in references.compactMap({ $0.string }) {
                    let name = member == "searchInclude" ? "_include" : "_revinclude"
                    #expect(await site.ask(.GET, "/fhir/\(type)?\(name)=\(reference)", [("prefer", "handling=strict")]).status == 200, "\(type) \(reference)")
                }
            }
            for name in parameters.compactMap({ $0["name"]?.string }) {
                let value = ["active": "true", "status": "active", "_lastUpdated": "gt2020-01-01"][name] ?? "x"
                #expect(await site.ask(.GET, "/fhir/\(type)?\(name)=\(value)", [("prefer", "handling=strict")]).status == 200, "\(type) \(name)")
            }
        }
    }
}
