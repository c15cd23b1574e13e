// SPDX-License-Identifier: Apache-2.0
internal import Civic
internal import HTTP
internal import Journal
internal import NIOHTTP1

/// The site's own files, named by their content so that browsers may keep them for ever.
struct Assets: Sendable {
    struct Asset: Sendable {
        let path: String
        let type: String
        let bytes: [UInt8]
    }

    private let byName: [String: Asset]
    let mark: HTML

    init() {
        var byName: [String: Asset] = [:]
        for (name, type, bytes) in [
            ("site.css", "text/css; charset=utf-8", PackageResources.site_css), ("site.js", "text/javascript; charset=utf-8", PackageResources.site_js),
            ("passkey.js", "text/javascript; charset=utf-8", PackageResources.passkey_js), ("kiosk.js", "text/javascript; charset=utf-8", PackageResources.kiosk_js),
            ("kiosk-worker.js", "text/javascript; charset=utf-8", PackageResources.kiosk_worker_js), ("mark.svg", "image/svg+xml", PackageResources.mark_svg),
        ] {
            let hash = Hash.of(bytes).hex.prefix(10)
            byName[name] = Asset(path: "/assets/\(hash)-\(name)", type: type, bytes: bytes)
        }
        self.byName = byName
        let svg = String(decoding: PackageResources.mark_svg, as: UTF8.self)
        // Inside a page the drawing is decoration; its first line, a comment, stays in the file.
        let start = svg.firstRange(of: "<svg")!.lowerBound
        mark = HTML(trusted: Array(("<svg class=\"mark\" aria-hidden=\"true\"" + svg[start...].dropFirst(4)).utf8))
    }

    func path(_ name: String) -> String { byName[name]!.path }
    func bytes(_ name: String) -> [UInt8] { byName[name]!.bytes }
    func find(_ file: String) -> Asset? { byName.values.first { $0.path == "/assets/" + file } }
}

extension Parts {
    var assetEndpoints: [Endpoint] {
        [
            Endpoint(
                .GET, "/assets/{file}", .open,
                quick: { _, _, parameters in
                    guard let asset = assets.find(parameters[0]) else {
                        throw Problem(.notFound, "no-such-file", ["vi": "Không có tệp này.", "en": "There is no such file."])
                    }
                    return Response(.ok, type: asset.type, asset.bytes, headers: [("cache-control", "public, max-age=31536000, immutable")])
                }
            ) { _, _, _ in .redirect("/") },
            Endpoint(.GET, "/favicon.ico", .open) { _, _, _ in .redirect(assets.path("mark.svg")) },
            Endpoint(.GET, "/robots.txt", .open) { _, _, _ in .text("User-agent: *\nDisallow: /registers/\nDisallow: /api/\n") },
        ]
    }
}
