// SPDX-License-Identifier: Apache-2.0
import Civic
import Papers
import Testing

struct `Bank statements` {
    static let mt940 = """
        {1:F01BANKVNVXAXXX0000000000}{4:
        :20:TL261128
        :25:970436/0011001234567
        :28C:332/1
        :60F:C261128VND1000000,00
        :61:2611281128C350000,00NTRFNONREF//FT1000001
        :86:IBFT nop tien EVNHN.D1
        CT tu 0123
        :61:2611281128D11000,00NCHGNONREF//FT1000002
        :86:PHI DICH VU
        :62F:C261128VND1339000,00
        -}
        """
    static let camt = """
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S1</Id>
        <Acct><Id><Othr><Id>0011001234567</Id></Othr></Id></Acct>
        <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="VND">1000000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-28</Dt></Dt></Bal>
        <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="VND">1339000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-28</Dt></Dt></Bal>
        <Ntry><Amt Ccy="VND">350000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-28</Dt></BookgDt><AcctSvcrRef>FT1000001</AcctSvcrRef>
        <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RmtInf><Ustrd>IBFT nop tien EVNHN.D1 &amp; khac</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
        <Ntry><Amt Ccy="VND">11000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-11-28T10:00:00</DtTm></BookgDt><AcctSvcrRef>FT1000002</AcctSvcrRef></Ntry>
        <Ntry><Amt Ccy="VND">5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><BookgDt><Dt>2026-11-28</Dt></BookgDt><AcctSvcrRef>FT3</AcctSvcrRef></Ntry>
        </Stmt></BkToCstmrStmt></Document>
        """
    static let csv = """
        Số tài khoản,0011001234567
        Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung,Số dư
        28/11/2026,FT1000001,,"350.000",IBFT nop tien EVNHN.D1,1.350.000
        28/11/2026,FT1000002,11000,,PHI,"1,339,000.00"
        """

    @Test(arguments: [mt940, camt, csv]) func `are read alike`(text: String) throws {
        let all = try BankStatement.read(Array(text.utf8))
        let one = try #require(all.first)
        #expect(all.count == 1 && one.account == "0011001234567" && one.day == Day("2026-11-28") && one.opening == 1_000_000 && one.closing == 1_339_000 && one.adds)
        #expect(one.lines.map(\.reference) == ["FT1000001", "FT1000002"] && one.lines.map(\.amount) == [350_000, -11_000])
        #expect(one.lines[0].text.contains("EVNHN.D1"))
    }

    @Test func `what is cut off, in another currency or does not follow is told`() {
        func fault(_ text: String) -> BankStatement.Fault? {
            do throws(BankStatement.Fault) {
                _ = try BankStatement.read(Array(text.utf8))
                return nil
            } catch { return error }
        }
        #expect(fault("") != nil)
        #expect(fault(Self.mt940.split(separator: ":62F:")[0] + "")?.text.en.contains("cut off") == true)
        #expect(fault(Self.mt940.replacing("VND1000000", with: "USD1000000"))?.line == 5)
        #expect(fault(Self.mt940.replacing("350000,00", with: "350000,50"))?.line == 6)
        #expect(fault(Self.camt.replacing("<Amt Ccy=\"VND\">350000</Amt>", with: "<Amt Ccy=\"VND\">350000.50</Amt>")) != nil)
        #expect(fault(String(Self.camt.prefix(900))) != nil)
        #expect(fault(Self.camt.replacing("<Document", with: "<!DOCTYPE x [<!ENTITY e \"x\">]><Document")) != nil)
        // The first balance says where the account began; it is the second that no longer follows.
        #expect(fault(Self.csv.replacing("1.350.000", with: "1.350.001"))?.line == 4)
        #expect(fault(Self.csv.replacing("28/11/2026,FT1000002", with: "31/02/2026,FT1000002"))?.line == 4)
        #expect(fault("a,b\n1,2\n") != nil)
    }
}
