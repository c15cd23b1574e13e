// SPDX-License-Identifier: Apache-2.0
import Civic
import HTTP
import NIOHTTP1
import Testing

@testable import Web

private let noon = "2026-11-26T05:00:00Z"
private let page = "/registers/health-worker/records/001234%2FHNO-GPHN"

extension ScratchSite {
    fileprivate func enterPractice() throws {
        try put(
            "health-facility", "TYT-00004",
            [
                "name": "Trạm Y tế phường Ba Đình", "type": "station", "ownership": "public", "commune": "00004", "address": "Số 1", "services": "Khám bệnh",
                "opened": "2025-07-01", "state": "active",
            ])
        try put(
            "health-worker", "001234/HNO-GPHN",
            ["name": "Nguyễn Văn Thử", "profession": "doctor", "scope": "Nhi", "issued": "2024-05-06", "expires": "2029-05-06", "facility": "TYT-00004"])
    }
}

struct `May practise` {
    @Test func `is answered on the record's page for today, with every reason and the law`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterPractice()
        let text = await site.ask(.GET, page + "?lang=en").text
        #expect(text.contains(#"<h2>May this person practise on that day? <span class="tag tag-ok">Yes</span></h2>"#) && text.contains("<p>On 26 November 2026.</p>"))
        for words in [
            "Issued on 6 May 2024.", "Valid until the end of 6 May 2029.", "Not revoked.", "Not suspended.",
            "Registered to practise at Trạm Y tế phường Ba Đình, which may be open.",
        ] { #expect(text.contains(#"<li><span class="tag tag-ok">Met</span> \#(words)</li>"#), "\(words)") }
        #expect(text.contains("By: Law on Medical Examination and Treatment"))
        #expect(await site.ask(.GET, page).text.contains("Có giá trị đến hết ngày"))
    }

    @Test func `is answered for the day that is asked`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterPractice()
        let later = await site.ask(.GET, page + "?asked=2029-05-07&lang=en").text
        #expect(later.contains(#"<span class="tag tag-closed">No</span></h2>"#) && later.contains(#"<span class="tag tag-closed">Not met</span> Expired on 6 May 2029."#))
        #expect(later.contains(#"name="asked" value="2029-05-07""#))
        let earlier = await site.ask(.GET, page + "?asked=2024-05-05&lang=en").text
        #expect(earlier.contains("Not yet issued: it is issued on 6 May 2024."))
        #expect(await site.ask(.GET, page + "?asked=soon").status == 400)
    }

    @Test func `is asked of facilities too, and of nothing that explains no answer`() async throws {
        let site = try ScratchSite(at: noon)
        try site.enterPractice()
        let facility = await site.ask(.GET, "/registers/health-facility/records/TYT-00004?lang=en").text
        #expect(facility.contains(#"May it examine and treat people? <span class="tag tag-ok">Yes</span>"#) && facility.contains("Open since 1 July 2025."))
        #expect(!facility.contains("Does it take health insurance?"))
        #expect(!(await site.ask(.GET, "/registers/administrative-unit?lang=en").text.contains("name=\"asked\"")))
    }
}
