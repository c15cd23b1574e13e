// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Civic
import Foundation
import HTTP
import Hanoi
import Papers
import People
import Registers

struct Assess: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Assess software that a ministry hands over, and enter what was found: its language, its data, its API; function and integration as people judged them.",
        discussion: "What lacks Vietnamese or data is refused, and its tokens are revoked.")

    @Option(help: "The software's key in the register ministry-software, such as PB000001.") var software: String
    @Option(parsing: .upToNextOption, help: "Resource files with its texts: .strings, .properties, .json, .po, strings.xml, .resx.") var strings: [String] = []
    @Option(help: "A file of its data, loaded on trial; nothing of it is entered.") var data: String?
    @Option(help: "With --data: the register that the data belongs to.") var register: String?
    @Option(help: "The address of its OpenAPI document in JSON.") var api: String?
    @Option(help: "A token for its API. Default: $THANGLONG_API_TOKEN.") var apiToken: String?
    @Option(help: "What people found of its functions: pass:PERCENT or fail:PERCENT.") var function: String?
    @Option(help: "What people found of its international integration: pass:PERCENT or fail:PERCENT.") var integration: String?
    @Flag(help: "Only tell; enter nothing.") var dryRun = false
    @OptionGroup var database: DatabaseOption

    func validate() throws {
        guard (data == nil) == (register == nil) else { throw ValidationError("--data and --register belong together.") }
        guard !strings.isEmpty || data != nil || api != nil || function != nil || integration != nil else {
            throw ValidationError("Give something to assess: --strings, --data, --api, --function or --integration.")
        }
        for text in [function, integration].compactMap({ $0 }) where Self.judged("", text) == nil {
            throw ValidationError("“\(text)” is no judgement; write it as pass:92 or fail:40.")
        }
    }

    func run() throws {
        let city = try OpenCity(database.place, mustExist: true)
        defer { city.close() }
        let record = try city.standing(MinistrySoftware.register.name, software)
        var results: [CriterionResult] = []
        if let function { results.append(Self.judged("function", function)!) }
        if !strings.isEmpty { results.append(try language()) }
        if let data, let register { results.append(try tryLoad(data, into: register, city)) }
        if let api { results.append(try tryAPI(api)) }
        if let integration { results.append(Self.judged("integration", integration)!) }
        for one in results {
            Terminal.print("\(SoftwareAssessment.title(of: one.criterion).en): \(one.passes ? "pass" : "FAIL"), \(one.share) %. \(one.reason.en)")
        }
        guard !dryRun else { return Terminal.print("Nothing entered.") }
        let before = Dictionary(uniqueKeysWithValues: MinistrySoftware.register.allFields.map { ($0.name, record[$0.name].plain) })
        let texts = SoftwareAssessment.fields(before, with: results, on: city.world.today)
        let item = try city.registry.item(MinistrySoftware.register.name, texts: texts, effective: nil)
        _ = try city.registry.enterAndWait(
            [Change(MinistrySoftware.register.name, key: software, .put(item), expecting: .anything)], cause: "assessment", by: .operator_())
        let after = try city.standing(MinistrySoftware.register.name, software)
        guard let why = SoftwareAssessment.refusal({ after[$0] }) else { return Terminal.print("It may have a token: thanglong token add NAME --software \(software) --grant …") }
        Terminal.print("No token: \(why.en)")
        guard after["decision"].string == "refused" else { return }
        let revoked = try city.accounts.revokeTokens(ofSoftware: software)
        if !revoked.isEmpty { Terminal.print("Revoked: \(revoked.joined(separator: ", ")).") }
    }

    /// `pass:92`
    private static func judged(_ criterion: String, _ text: String) -> CriterionResult? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, parts[0] == "pass" || parts[0] == "fail", let share = Int(parts[1]), (0...100).contains(share) else { return nil }
        return CriterionResult(criterion: criterion, share: share, passes: parts[0] == "pass", reason: ["vi": "Do người đánh giá xác định.", "en": "As people judged it."])
    }

    private func language() throws -> CriterionResult {
        var texts: [String] = []
        for file in strings {
            guard let bytes = FileManager.default.contents(atPath: file) else { throw Failure("There is no file \(file).") }
            do {
                texts += try ResourceStrings.texts(Array(bytes), named: file)
            } catch {
                switch error {
                case .unknownForm: throw Failure("\(file) is of no form that is known: \(ResourceStrings.forms.joined(separator: ", ")).")
                case .unreadable(let why): throw Failure("\(file) cannot be read as what its name says (\(why)).")
                }
            }
        }
        let share = LanguageShare(texts)
        for text in share.others { Terminal.say("not Vietnamese: \(text.shortened)") }
        return SoftwareAssessment.language(share)
    }

    private func tryLoad(_ file: String, into name: String, _ city: OpenCity) throws -> CriterionResult {
        guard FileManager.default.fileExists(atPath: file) else { throw Failure("There is no file \(file).") }
        var options = LoadOptions()
        options.isDryRun = true
        let result = try city.registry.load(name, file: file, options: options, by: .operator_())
        for sample in result.samples.prefix(10) {
            Terminal.say("line \(sample.line)\(sample.objection.field.isEmpty ? "" : ", " + sample.objection.field): \(sample.objection.text.en)")
        }
        return SoftwareAssessment.data(
            lines: result.lines, known: result.changed + result.unchanged, accepted: result.lines - result.rejected, register: try city.registry.register(name))
    }

    private static let apiSecondsMax = 30
    private static let apiBytesMax = 8 << 20

    private func tryAPI(_ address: String) throws -> CriterionResult {
        let client = HTTPClient()
        let token = apiToken ?? ProcessInfo.processInfo.environment["THANGLONG_API_TOKEN"]
        let headers = [("accept", "application/json")] + (token.map { [("authorization", "Bearer \($0)")] } ?? [])
        let document = try client.get(address, headers: headers, seconds: Self.apiSecondsMax, max: Self.apiBytesMax)
        guard document.status == 200 else { throw Failure("\(address) answers \(document.status); its OpenAPI document cannot be read.") }
        let contract: APIContract
        do {
            contract = try APIContract(parsing: document.body)
        } catch {
            throw Failure(error == .notOpenAPI ? "\(address) is no OpenAPI 3 document." : "\(address) is no JSON.")
        }
        var passed = 0
        for operation in contract.operations {
            guard let url = contract.address(of: operation, documentAt: address) else { throw Failure("The document's server “\(contract.server ?? "")” is no address.") }
            let objection: Text?
            do {
                // The token goes to the document's own server only.
                let isOwn = URL(string: url)?.host == URL(string: address)?.host && URL(string: url)?.port == URL(string: address)?.port
                let answer = try client.get(url, headers: isOwn ? headers : [("accept", "application/json")], seconds: Self.apiSecondsMax, max: Self.apiBytesMax)
                objection = APIContract.objection(to: answer.status, type: answer.header("content-type"), of: operation)
            } catch let failure as HTTPFailure {
                objection = failure.text
            }
            if let objection { Terminal.say("GET \(operation.path): \(objection.en)") } else { passed += 1 }
        }
        return SoftwareAssessment.sharing(passed: passed, of: contract.operations.count)
    }
}
