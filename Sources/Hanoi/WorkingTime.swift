// SPDX-License-Identifier: Apache-2.0
public import Civic

extension City {
    /// Days off since 2015 and the Saturdays worked for them, from the lists in `Data` (sources in NOTICE).
    public static let calendar: WorkCalendar = {
        func days(_ file: [UInt8]) -> Set<Day> { Set(String(decoding: file, as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst().compactMap { Day($0.prefix(10)) }) }
        return WorkCalendar(daysOff: days(PackageResources.days_off_2015_2027_csv), makeUpDays: days(PackageResources.make_up_days_csv))
    }()

    /// From this minute of a day a commune's sign-off of it is not early: half an hour before the offices close.
    public static let signedFrom: WorkCalendar.Minute = 16 * 60 + 30

    /// Every procedure the city declares, in the order of their codes.
    public static let procedures: [Procedure] = [
        MarriageRegistration.procedure, DeathRegistration.procedure, ParentRecognition.procedure, BirthRegistration.procedure, HouseholdBusinessRegistration.procedure,
        Disability.procedure,
        TemporaryResidenceRenewal.procedure, PermanentResidenceRemoval.procedure, TemporaryAbsence.procedure, TemporaryResidence.procedure, PermanentResidence.procedure,
        MaritalStatus.procedure,
        BirthRegistrationAgain.procedure, TemporaryResidenceRemoval.procedure, HouseholdSplit.procedure, PoorHousehold.procedure, LandCertificateExchange.procedure,
        BuildingPermit.procedure, HousingArea.procedure,
        SocialPension.procedure, FuneralSupport.procedure, IdentityCard.procedure, PharmacyCertificate.procedure, CivilExtract.procedure, HouseholdBusinessChange.procedure,
        CertifiedCopies.procedure,
        CertifiedSignature.procedure, PrivateEnterprise.procedure, SchoolTransfer.procedure, CriminalRecord.procedure, DataCorrection.procedure, LinkedBirth.procedure,
        ChildInsurance.procedure, PractisingLicence.procedure, SchoolEnrolment.procedure,
    ]

    /// The agency in a dossier's code: H26 is Hà Nội; then the commune's place in the list of 2025, or the department's.
    public static func agency(_ office: Office, _ unit: String) -> String {
        let departments = [
            "finance-department": 201, "environment-department": 202, "health-department": 203, "education-department": 204, "city-police": 205, "social-insurance": 206,
        ]
        let number = departments[office.code] ?? (communeCodes.firstIndex(of: unit).map { $0 + 1 } ?? 0)
        return "H26." + String(repeating: "0", count: number < 10 ? 2 : number < 100 ? 1 : 0) + String(number)
    }

    /// The wards and communes of today, by their codes.
    public static let communeCodes = UnitData.units.filter { $0.level == .commune && $0.lastDay == nil }.map(\.code).sorted()
}
