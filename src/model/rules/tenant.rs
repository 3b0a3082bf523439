//! Family `T`: what only the tenant can tell.

use super::{Rule, Severity};

/// The parent is nobody in the tenant.
pub static PARENT_UNKNOWN: Rule = Rule {
    code: "T101",
    name: "parent-unknown",
    severity: Severity::Error,
    what: "the parent is neither a row of the file nor a customer of the tenant",
    why: "a customer can only be created below one that exists",
    example: "Parent = Acme Gruop",
    fix: "write the parent's name or reference exactly as the console shows it, or add a row for it",
};

/// Several customers answer to the parent's name.
pub static PARENT_AMBIGUOUS: Rule = Rule {
    code: "T102",
    name: "parent-ambiguous-in-tenant",
    severity: Severity::Error,
    what: "several customers of the tenant answer to the parent's name",
    why: "the customer would land below whichever comes first",
    example: "Parent = Head Office, where two customers are called Head Office",
    fix: "give the parent's id in the column ParentId instead",
};

/// `Parent` and `ParentId` speak of different customers.
pub static PARENTS_DISAGREE: Rule = Rule {
    code: "T103",
    name: "parent-and-parent-id-disagree-in-tenant",
    severity: Severity::Error,
    what: "Parent and ParentId speak of different customers of the tenant",
    why: "one of the two is wrong, and only you know which",
    example: "Parent = Acme, ParentId = 1234, where 1234 is called Zeus",
    fix: "correct one of the cells, or leave one empty",
};

/// The level is not lower than that of the parent in the tenant.
pub static LEVEL_NOT_LOWER: Rule = Rule {
    code: "T104",
    name: "level-not-below-tenant-parent",
    severity: Severity::Error,
    what: "the level is not lower than the level of the parent in the tenant",
    why: "the service refuses it",
    example: "Level = Reseller below a Reseller",
    fix: "choose a lower level, or another parent",
};

/// A site outside an end customer.
pub static SITE_OUTSIDE_END_CUSTOMER: Rule = Rule {
    code: "T105",
    name: "site-outside-end-customer-in-tenant",
    severity: Severity::Error,
    what: "a Site stands below a customer of the tenant that is no EndCustomer",
    why: "sites are parts of an end customer",
    example: "Level = Site below a Reseller",
    fix: "choose the end customer as the parent, or make it an EndCustomer",
};

/// The parent in the tenant does not offer the service type.
pub static SERVICE_NOT_OFFERED: Rule = Rule {
    code: "T106",
    name: "service-type-not-offered-by-tenant-parent",
    severity: Severity::Error,
    what: "the parent in the tenant does not offer the service type",
    why: "a customer can only get what its parent may give",
    example: "ServiceType = SoftwareOnly below a parent that offers AllInclusive",
    fix: "choose another service type, or extend the parent's in the console first",
};

/// Another customer has the external code.
pub static CODE_TAKEN: Rule = Rule {
    code: "T201",
    name: "external-code-on-another-customer",
    severity: Severity::Error,
    what: "another customer of the tenant has this ExternalCode",
    why: "the code is how a customer is recognised again; the row may be a moved or renamed customer",
    example: "ExternalCode = CWM:1478, which Zeus below another parent has",
    fix: "if it is the same customer, correct the row's parent; if not, give the row another code",
};

/// A customer of that name under the parent has another code.
pub static NAME_TAKEN: Rule = Rule {
    code: "T202",
    name: "name-taken",
    severity: Severity::Error,
    what: "the name is taken by another customer of the tenant",
    why: "the service most likely refuses a second customer of the same name",
    example: "Name = Acme with ExternalCode A-1, where Acme has ExternalCode A-2",
    fix: "give the row another name, for instance with the town in brackets, or correct its parent or code",
};

/// Two customers of the tenant answer to the row.
pub static IDENTITY_AMBIGUOUS: Rule = Rule {
    code: "T203",
    name: "several-customers-match",
    severity: Severity::Error,
    what: "several customers of the tenant answer to this row",
    why: "nobody can say which of them the row is",
    example: "two customers called Acme below the same parent",
    fix: "put the right customer's id into the column ID, or give the row an ExternalCode that one of them has",
};

/// The name differs from an existing sibling's by case or spaces only.
pub static NAME_ALMOST_TAKEN: Rule = Rule {
    code: "T204",
    name: "name-almost-taken",
    severity: Severity::Warning,
    what: "a customer below the same parent has this name but for case or spaces",
    why: "it is probably the same customer, and would then be there twice",
    example: "Name = ACME, where Acme exists",
    fix: "write the name exactly as the console shows it if it is the same customer",
};

/// The `ID` cell names nobody in the tenant.
pub static ID_UNKNOWN: Rule = Rule {
    code: "T301",
    name: "id-unknown",
    severity: Severity::Error,
    what: "no customer of the tenant has the id in the column ID",
    why: "the row says that it was imported before; its customer is gone or belongs to another tenant",
    example: "ID = 4711",
    fix: "clear the cell if the customer is to be created again",
};

/// The `ID` cell names a customer that is not the row's.
pub static ID_OF_ANOTHER: Rule = Rule {
    code: "T302",
    name: "id-of-another-customer",
    severity: Severity::Error,
    what: "the customer with the id in the column ID has another name and another code",
    why: "rows and ids were mixed up, for instance by sorting one column only",
    example: "Name = Acme, ID = 4711, where 4711 is Zeus",
    fix: "correct or clear the cell",
};

/// The customer exists and some members differ.
pub static DIFFERS: Rule = Rule {
    code: "T303",
    name: "customer-differs",
    severity: Severity::Warning,
    what: "the customer exists, and some of its members differ from the row",
    why: "an import does not change customers that exist",
    example: "Level = EndCustomer, where the customer is a Site",
    fix: "change it in the console if the row is right",
};

/// A location name that the service does not know.
pub static LOCATION_UNKNOWN: Rule = Rule {
    code: "T401",
    name: "location-unknown",
    severity: Severity::Error,
    what: "no storage location has this name or id",
    why: "the location decides where backups are kept",
    example: "Location = Germny",
    fix: "see `partner-import lookup locations` for the names",
};

/// A region name that the service does not know.
pub static REGION_UNKNOWN: Rule = Rule {
    code: "T402",
    name: "region-unknown",
    severity: Severity::Error,
    what: "no region has this name or id",
    why: "the service refuses it",
    example: "Region = EMEAA",
    fix: "see `partner-import lookup regions` for the names",
};

/// A location or region name that several have.
pub static PLACE_AMBIGUOUS: Rule = Rule {
    code: "T403",
    name: "location-or-region-ambiguous",
    severity: Severity::Error,
    what: "several locations or regions have this name",
    why: "the customer would get whichever comes first",
    example: "Location = Europe",
    fix: "give the id instead of the name",
};

/// The row's parent row cannot be created or found.
pub static BLOCKED: Rule = Rule {
    code: "T501",
    name: "blocked-by-parent-row",
    severity: Severity::Error,
    what: "the row's parent row does not make it",
    why: "a customer can only be created below one that exists",
    example: "Parent = Acme, where the row Acme has an error",
    fix: "mend the parent row and run again; this row then follows by itself",
};

pub(super) const FAMILY: &[&Rule] = &[
    &PARENT_UNKNOWN,
    &PARENT_AMBIGUOUS,
    &PARENTS_DISAGREE,
    &LEVEL_NOT_LOWER,
    &SITE_OUTSIDE_END_CUSTOMER,
    &SERVICE_NOT_OFFERED,
    &CODE_TAKEN,
    &NAME_TAKEN,
    &IDENTITY_AMBIGUOUS,
    &NAME_ALMOST_TAKEN,
    &ID_UNKNOWN,
    &ID_OF_ANOTHER,
    &DIFFERS,
    &LOCATION_UNKNOWN,
    &REGION_UNKNOWN,
    &PLACE_AMBIGUOUS,
    &BLOCKED,
];
