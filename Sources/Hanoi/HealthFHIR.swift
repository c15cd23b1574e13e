// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Hà Nội's directory of care services: who may practise, where, and which places there are, in the resources of IHE mCSD.
public enum HealthFHIR {
    public static let mapping = FHIRMapping(
        // No office has given URIs for these numbers yet; when one does, it stands here.
        namespace: "urn:thanglong:hanoi:",
        marks: [
            HealthWorkers.register.name: "hw", HealthFacilities.register.name: "hf", Pharmacies.register.name: "ph", MedicineProviders.register.name: "mp",
            MedicalTraders.register.name: "mt",
        ],
        [
            FHIRSource(
                .practitioner, from: HealthWorkers.register, active: "licensed",
                [.name: "name", .kind: "profession", .degree: "qualification", .scope: "scope", .from: "issued", .until: "expires", .revoked: "revoked"]),
            FHIRSource(
                .practitionerRole, from: HealthWorkers.register, active: "practising",
                [
                    .name: "name", .kind: "profession", .specialty: "specialty", .organization: "facility", .hours: "hours", .from: "issued", .until: "expires",
                    .revoked: "revoked",
                ]),
            FHIRSource(
                .practitionerRole, from: Pharmacies.register, active: "licensed",
                kind: (HealthWorkers.register.name, "profession", HealthWorkers.professions.first { $0.code == "pharmacist" }!),
                [.practitioner: "pharmacist", .phone: "phone", .from: "issued"]),
            FHIRSource(
                .practitionerRole, from: MedicineProviders.register, active: "licensed",
                kind: (HealthWorkers.register.name, "profession", HealthWorkers.professions.first { $0.code == "pharmacist" }!),
                [.practitioner: "pharmacist", .phone: "phone", .from: "issued"]),
            FHIRSource(.organization, from: HealthFacilities.register, active: "licensed", numbers: ["insurance_code"], facility),
            FHIRSource(.organization, from: Pharmacies.register, active: "licensed", pharmacy),
            FHIRSource(.organization, from: MedicineProviders.register, active: "licensed", dealer),
            FHIRSource(.organization, from: MedicalTraders.register, active: "licensed", dealer),
            FHIRSource(
                .location, from: HealthFacilities.register, active: "licensed", numbers: ["insurance_code"],
                facility.merging([.latitude: "latitude", .longitude: "longitude", .hours: "hours"]) { $1 }),
            FHIRSource(.location, from: Pharmacies.register, active: "licensed", pharmacy),
            FHIRSource(.location, from: MedicineProviders.register, active: "licensed", dealer),
            FHIRSource(.location, from: MedicalTraders.register, active: "licensed", dealer),
            FHIRSource(
                .healthcareService, from: HealthFacilities.register, active: "licensed",
                [.name: "name", .kind: "type", .phone: "phone", .services: "services", .hours: "hours"]),
            FHIRSource(.healthcareService, from: Pharmacies.register, active: "licensed", [.name: "name", .kind: "kind", .phone: "phone"]),
        ])

    private static let facility: [FHIRPart: String] = [
        .name: "name", .kind: "type", .phone: "phone", .address: "address", .commune: "commune", .parent: "parent",
    ]
    private static let dealer: [FHIRPart: String] = [.name: "name", .kind: "activity", .phone: "phone", .address: "address", .commune: "commune"]
    private static let pharmacy: [FHIRPart: String] = [.name: "name", .kind: "kind", .phone: "phone", .address: "address", .commune: "commune"]
}
