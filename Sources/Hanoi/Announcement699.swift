// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Announcement 699/TB-UBND of July 2017: what the chairman of the city asked for, in its order.
public enum Announcement699 {
    public static let number = "699/TB-UBND"
    public static let instructions: [Instruction] = [city, databases, services, communications, education, health, welfare, police, everywhere].flatMap { $0 }

    public static func instruction(_ id: String) -> Instruction? { instructions.first { $0.id == id } }

    /// It speaks of the second half of 2017.
    private static let halfYear = Day(year: 2017, month: 12, day: 31)!

    // MARK: 1. The city's systems

    private static let city: [Instruction] = [
        Instruction(
            "1.a", ["vi": "Ứng dụng công nghệ thông tin hiệu quả, đúng hướng", "en": "Use information technology so that it is of use, in the right direction"], by: .science,
            registers: [AdministrativeUnits.self, UnitChanges.self, ITSystems.self], indicators: [.online, .services(), .records(of: "it-system")]),
        Instruction(
            "1.b", ["vi": "Giữ an toàn cho các hệ thống", "en": "Keep the systems safe"], by: .science, registers: [ITSystems.self],
            indicators: [.records(of: "it-system"), .fresh("it-system")],
            forOfficers: [.late(in: "it-system", check: "assessment-due"), .late(in: "it-system", check: "backup-due"), .late(in: "it-system", check: "no-level")]),
        Instruction(
            "1.c", ["vi": "Xây dựng dữ liệu lớn của thành phố, toàn diện và bền vững", "en": "Make the city's Big Data, complete and lasting"], by: .science,
            registers: [SharingAgreements.self], indicators: [.registers, .feeds, .records(of: "sharing-agreement")]),
        Instruction(
            "1.d", ["vi": "Trung tâm dữ liệu thứ tư, làm mát bằng không khí", "en": "A fourth data centre, cooled by air"], by: .science, due: halfYear,
            registers: [DataCentreEquipment.self],
            indicators: [
                .records(of: "data-centre-equipment", where: ["centre": "4"]), .records(of: "data-centre-equipment", where: ["centre": "4", "kind": "condenser"]), .telemetry,
            ], forOfficers: [.late(in: "data-centre-equipment")]),
    ]

    // MARK: 2. Core databases

    private static let databases: [Instruction] = [
        Instruction(
            "2.a", ["vi": "Mười một đề xuất của Sở Thông tin và Truyền thông", "en": "Eleven proposals of the Department of Information and Communications"], by: .science,
            due: halfYear, registers: [Proposals.self], indicators: [.records(of: "proposal", where: ["state": "done"], goal: 11), .late(in: "proposal")]),
        Instruction(
            "2.b", ["vi": "Cơ sở dữ liệu dân cư", "en": "Database of the population"], by: .police,
            registers: [Population.self, Households.self, Residences.self, CivilEvents.self],
            procedures: ["1.001193", "1.004884", "1.000894", "1.000656", "1.001022", "1.004873", "2.000635", "2.000986"],
            indicators: [.records(of: "population"), .records(of: "household"), .late(in: "population"), .fresh("population")]),
        Instruction(
            "2.c", ["vi": "Cơ sở dữ liệu đất đai", "en": "Database of land"], by: .environment, registers: [LandParcels.self, LandRights.self, LandCertificates.self],
            procedures: ["1.012783", "1.013225", "1.013314"], indicators: [.records(of: "land-parcel"), .late(in: "land-parcel"), .fresh("land-parcel")]),
        Instruction(
            "2.d", ["vi": "Cơ sở dữ liệu doanh nghiệp, hộ kinh doanh", "en": "Database of enterprises and household businesses"], by: .finance,
            registers: [Enterprises.self, HouseholdBusinesses.self, BusinessEvents.self], procedures: ["1.001612", "2.000720", "2.001610"],
            indicators: [.records(of: "enterprise"), .records(of: "household-business"), .late(in: "household-business"), .fresh("enterprise")]),
        Instruction(
            "2.e", ["vi": "Cơ sở dữ liệu cán bộ, công chức, viên chức", "en": "Database of cadres and civil servants"], by: .homeAffairs,
            registers: [CivilServants.self, PersonnelDecisions.self], indicators: [.records(of: "civil-servant"), .late(in: "civil-servant"), .fresh("civil-servant")]),
        Instruction(
            "2.f", ["vi": "200 điểm mua sắm kết nối thuế và hóa đơn điện tử", "en": "200 shopping places connected to electronic tax and billing"], by: .tax,
            due: halfYear, registers: [ShoppingPlaces.self],
            indicators: [.records(of: "shopping-place", where: ["connection": "both"], goal: 200), .late(in: "shopping-place", check: "silent")]),
    ]

    // MARK: 3. Services ordered and hired

    private static let services: [Instruction] = [
        Instruction(
            "3.a", ["vi": "Đặt hàng, thuê dịch vụ công nghệ thông tin đúng quy định", "en": "Order and hire IT services as the rules say"], by: .science,
            registers: [ITContracts.self, ITMilestones.self, ServiceMeasures.self, ServiceDeductions.self, ServiceInvoices.self],
            indicators: [
                .records(of: "it-contract", where: ["sort": "order"]), .records(of: "it-contract", where: ["sort": "hire"]), .late(in: "it-milestone", check: "late"),
                .records(of: "service-measure"), .late(in: "service-invoice", check: "waiting"),
            ]),
        Instruction(
            "3.b", ["vi": "Hội đồng nghiệm thu theo tiến độ xây dựng phần mềm", "en": "An Acceptance Council that follows the building of the software"], by: .science,
            registers: [AcceptanceMinutes.self, CouncilMembers.self, AcceptanceVotes.self, ITMilestones.self],
            indicators: [.share(of: "acceptance", where: ["result": "accepted"]), .late(in: "it-milestone", check: "unseen")]),
        Instruction(
            "3.c", ["vi": "Đăng ký quyền tác giả phần mềm", "en": "Register copyrights of the software"], by: .science, registers: [SoftwareCopyrights.self],
            indicators: [.records(of: "software-copyright")]),
    ]

    // MARK: 4. What the Department of Information and Communications was to do

    private static let communications: [Instruction] = [
        Instruction(
            "4.a", ["vi": "Giới thiệu dịch vụ công trực tuyến trên màn hình thang máy chung cư", "en": "Show online services on the screens of lifts in apartment buildings"],
            by: .science, registers: [ApartmentBuildings.self],
            indicators: [.screens, .sum(of: "apartment-building", field: "lift_screens"), .late(in: "apartment-building", check: "dark")]),
        Instruction(
            "4.b", ["vi": "Máy làm thủ tục ở tổ dân phố, chung cư đông dân", "en": "Machines for online services in crowded residential groups and apartment buildings"],
            by: .science,
            registers: [ResidentialGroups.self, ApartmentBuildings.self],
            indicators: [
                .kiosks, .share(of: "residential-group", where: ["kiosk": "true"]), .share(of: "apartment-building", where: ["kiosk": "true"]),
                .late(in: "residential-group", check: "crowded"),
            ]),
        Instruction(
            "4.c", ["vi": "Thí điểm thu phí dịch vụ công trực tuyến để tái đầu tư", "en": "A pilot of fees for online services that pays for re-investment"],
            by: .finance,
            due: halfYear, registers: [FundPurposes.self], indicators: [.fund, .records(of: "fund-purpose")]),
        Instruction(
            "4.d",
            [
                "vi": "Thiết bị có mã riêng và SIM 3G/4G tới từng hộ để nộp học phí, tiền điện, nước",
                "en": "Devices with their own code and a 3G or 4G SIM in households, to pay tuition and utilities",
            ], by: .science, registers: [Billers.self], indicators: [.devices, .records(of: "biller"), .records(of: "biller", where: ["sort": "school"])]),
        Instruction(
            "4.e", ["vi": "Cổng thông tin khởi nghiệp sáng tạo", "en": "A portal of the start-up ecosystem"], by: .science, due: halfYear,
            registers: [StartupOffers.self, Incubators.self, Investors.self], indicators: [.records(of: "startup-offer"), .fresh("startup-offer"), .records(of: "incubator")]),
        Instruction(
            "4.f", ["vi": "Cơ sở dữ liệu hệ sinh thái khởi nghiệp", "en": "A database of the start-up ecosystem"], by: .science,
            registers: [Startups.self, FundingRounds.self, Investors.self, Incubators.self],
            indicators: [.records(of: "startup"), .sum(of: "startup", field: "jobs"), .sum(of: "funding-round", field: "amount"), .late(in: "startup", check: "unconfirmed")]),
        Instruction(
            "4.g", ["vi": "Chuẩn bị điều kiện mở dịch vụ công trực tuyến", "en": "Prepare what online services need"], by: .scienceAtCounters, registers: [Delegations.self],
            procedures: ["2.000815", "2.000884", "3.000333", "1.014061"], indicators: [.services(), .online, .kiosks]),
        Instruction(
            "4.h", ["vi": "Thu thập và đồng bộ dữ liệu của thành phố", "en": "Collect the city's data and keep it the same everywhere"], by: .science,
            registers: [SharingAgreements.self],
            indicators: [.feeds, .records(of: "sharing-agreement")]),
    ]

    // MARK: 5. Education

    private static let education: [Instruction] = [
        Instruction(
            "5.a", ["vi": "Đưa dịch vụ công trực tuyến vào chương trình học", "en": "Teach online services at school"], by: .education,
            registers: [Schools.self, LessonsHeld.self],
            indicators: [.reached(by: "lesson-held", field: "school", day: "day", fromMonth: 8), .records(of: "lesson-held"), .sum(of: "lesson-held", field: "pupils")]),
        Instruction(
            "5.b", ["vi": "Học sinh, sinh viên hướng dẫn người dân dùng dịch vụ công", "en": "Students show people how to use online services"], by: .education,
            registers: [GuidingShifts.self],
            indicators: [
                .records(of: "guiding-shift", where: ["state": "done"]), .helped, .sum(of: "guiding-shift", field: "dossiers"), .sum(of: "guiding-shift", field: "succeeded"),
                .late(in: "guiding-shift", check: "unsettled"),
            ]),
        Instruction(
            "5.c", ["vi": "Cập nhật thông tin học sinh vào cơ sở dữ liệu thành phố", "en": "Keep the students' data up to date in the city's database"], by: .education,
            registers: [Students.self, Enrolments.self, Schools.self], procedures: ["2.002854", "9.000002"],
            indicators: [.records(of: "student"), .fresh("student"), .late(in: "student")]),
    ]

    // MARK: 6. Health

    private static let health: [Instruction] = [
        Instruction(
            "6.a", ["vi": "Cơ sở dữ liệu người hành nghề và nhà khoa học ngành y", "en": "Database of health workers and scientists"], by: .health,
            registers: [HealthWorkers.self, HealthScientists.self], procedures: ["1.012289"],
            indicators: [.records(of: "health-worker"), .records(of: "health-scientist"), .late(in: "health-worker")]),
        Instruction(
            "6.b", ["vi": "Cơ sở dữ liệu phòng khám, cơ sở y tế", "en": "Database of clinics and health facilities"], by: .health, registers: [HealthFacilities.self],
            procedures: ["9.000001"], indicators: [.records(of: "health-facility"), .late(in: "health-facility")]),
        Instruction(
            "6.c", ["vi": "Cơ sở dữ liệu nhà cung cấp dược và người buôn bán thuốc, vật tư y tế", "en": "Database of providers of medicines and medical traders"],
            by: .health,
            registers: [Pharmacies.self, MedicineProviders.self, MedicalTraders.self], procedures: ["1.014076"],
            indicators: [.records(of: "pharmacy"), .records(of: "medicine-provider"), .records(of: "medical-trader"), .late(in: "pharmacy")]),
        Instruction(
            "6.d",
            [
                "vi": "Đánh giá phần mềm Bộ Y tế chuyển giao: chức năng, tiếng Việt, dữ liệu, chia sẻ, hội nhập",
                "en": "Assess software handed over by the Ministry of Health: function, language, data, sharing, integration",
            ], by: .health, registers: [MinistrySoftware.self],
            indicators: [.share(of: "ministry-software", where: ["sharing": "pass"]), .late(in: "ministry-software", check: "undecided")]),
        Instruction(
            "6.e", ["vi": "Phần mềm thiếu tiếng Việt hoặc thiếu dữ liệu thì không dùng", "en": "Software without Vietnamese or without data is not used"], by: .health,
            registers: [MinistrySoftware.self],
            indicators: [
                .records(of: "ministry-software", where: ["decision": "refused"]), .records(of: "ministry-software", where: ["decision": "accepted", "language": "fail"], goal: 0),
                .records(of: "ministry-software", where: ["decision": "accepted", "data": "fail"], goal: 0),
            ]),
    ]

    // MARK: 7. People with merit, the poor, the old

    private static let welfare: [Instruction] = [
        Instruction(
            "7.a", ["vi": "Hoàn thiện dữ liệu người có công", "en": "Complete the data of those who contributed to the country"], by: .homeAffairs,
            registers: [Contributors.self],
            indicators: [
                .records(of: "contributor"), .unenrolled("contributor-allowance"), .unentitled("contributor-allowance"), .unentitled("relative-allowance"),
                .late(in: "contributor"), .fresh("contributor"),
            ]),
        Instruction(
            "7.b", ["vi": "Hoàn thiện dữ liệu người nghèo", "en": "Complete the data of poor people"], by: .environment,
            registers: [PoorHouseholds.self, Beneficiaries.self], procedures: ["1.011606"],
            indicators: [.records(of: "poor-household"), .late(in: "poor-household"), .fresh("poor-household")]),
        // The disabled are named nowhere in the announcement. They stand here for the office: a letter about them goes to who keeps their registers.
        Instruction(
            "7.c", ["vi": "Hoàn thiện dữ liệu người trên 80 tuổi", "en": "Complete the data of people over 80"], by: .health,
            registers: [Beneficiaries.self, Pensions.self, DisabilityCertificates.self], procedures: ["1.014027", "1.014028", "1.001699"],
            indicators: [
                .residents(from: 80), .records(of: "beneficiary"), .unenrolled("social-pension"), .unverified("social-pension"), .unentitled("social-pension"),
                .late(in: "beneficiary"), .records(of: "pension"), .records(of: "disability"), .unenrolled("disability-assistance"), .unentitled("disability-assistance"),
                .late(in: "disability"),
            ]),
    ]

    // MARK: 8. Police

    private static let police: [Instruction] = [
        Instruction(
            "8.a", ["vi": "Cập nhật dữ liệu dân cư thường xuyên", "en": "Keep the population's data up to date"], by: .police,
            registers: [Population.self, Households.self, Residences.self], procedures: ["1.010039", "1.004222", "1.004194"],
            indicators: [.fresh("population"), .fresh("residence"), .late(in: "population")]),
        Instruction(
            "8.b", ["vi": "Công an phường, xã cập nhật dân cư, hộ khẩu hằng ngày", "en": "The local police enter population and household changes daily"], by: .police,
            registers: [DailySignoffs.self, Residences.self], procedures: ["1.003197", "1.003677", "1.002755", "1.010028", "1.010038"],
            indicators: [.signed, .fresh("daily-signoff"), .fresh("population")]),
    ]

    // MARK: 9 and 10. Every office

    private static let everywhere: [Instruction] = [
        Instruction(
            "9.a", ["vi": "Hướng dẫn người dân dùng dịch vụ công trên cổng của từng đơn vị", "en": "Every office guides people to online services on its portal"],
            by: .everyOffice(inCommunes: Offices.communeServiceCentre),
            registers: [GuidingShifts.self, Delegations.self, OfficeAddresses.self],
            indicators: [
                .share(of: "office", where: ["guides": "true"], goal: 100), .late(in: "office", check: "no-guide"), .late(in: "office", check: "look-due"), .helped, .online,
                .services(),
            ]),
        Instruction(
            "10.a", ["vi": "Rà soát thủ tục hành chính thuộc thẩm quyền", "en": "Review the administrative procedures under one's authority"],
            by: .everyOffice(inCommunes: Offices.communeCommittee),
            procedures: City.procedures.map(\.code).sorted(), indicators: [.services(), .online]),
        Instruction(
            "10.b", ["vi": "Kiểm tra việc cập nhật dữ liệu", "en": "Examine how the data is kept"], by: .cityOffice,
            registers: [Inspections.self, InspectionFindings.self],
            indicators: [
                .records(of: "inspection"), .sum(of: "inspection", field: "wrong"), .records(of: "inspection-finding"), .late(in: "inspection-finding", check: "not-mended"),
            ]),
        Instruction(
            "10.c", ["vi": "Đôn đốc cán bộ cập nhật dữ liệu", "en": "Urge officers to keep the data up to date"], by: .cityOffice,
            registers: [Urgings.self, Tasks.self, DailySignoffs.self, OfficeAddresses.self],
            indicators: [
                .records(of: "urging"), .late(in: "urging", check: "unanswered"), .late(in: "task"), .late(in: "office", check: "no-mail"), .fresh("office"),
            ]),
    ]
}
