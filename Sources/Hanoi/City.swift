// SPDX-License-Identifier: Apache-2.0
public import Civic

/// Hà Nội: every register the city declares, and the facts it starts with.
public enum City {
    public static let name: Text = ["vi": "Thành phố Hà Nội", "en": "Hà Nội"]

    /// In the order in which they refer to each other, so that their files load in this order.
    public static let registers: [Register] = [
        AdministrativeUnits.register, UnitChanges.register, Households.register, Population.register, Residences.register, Enterprises.register,
        LandParcels.register, LandRights.register, LandCertificates.register, HouseholdBusinesses.register, BusinessEvents.register, CivilServants.register,
        PersonnelDecisions.register, Tasks.register, CivilEvents.register, SharingAgreements.register, Delegations.register, Billers.register, FundPurposes.register,
        HealthFacilities.register, HealthWorkers.register, HealthScientists.register, Pharmacies.register, MedicineProviders.register, MedicalTraders.register,
        Schools.register, Students.register, Enrolments.register, Contributors.register, PoorHouseholds.register, Beneficiaries.register,
        ResidentialGroups.register, ApartmentBuildings.register, ShoppingPlaces.register, Startups.register, Incubators.register, Investors.register,
        FundingRounds.register, StartupOffers.register, ITSystems.register, SoftwareCopyrights.register, DataCentreEquipment.register, ITContracts.register,
        ITMilestones.register, ServiceDeductions.register, ServiceMeasures.register, AcceptanceMinutes.register, AcceptanceVotes.register, MinistrySoftware.register,
        Proposals.register, Inspections.register, DailySignoffs.register,
        Urgings.register, GuidingShifts.register,
    ]
}
