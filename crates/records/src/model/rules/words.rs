//! Rules of one cell's word or number (V200 to V299): enumerations, sets, integers, truth values.

catalogue! {
    LEVEL_UNKNOWN = Error "V201" "level-unknown" {
        what: "The level is not one of the service's.",
        why: "The level decides where the customer is in the tree and what it may do.",
        example: "`Endcustomr`",
        fix: "Use Root, SubRoot, Distributor, SubDistributor, Reseller, ServiceOrganization, EndCustomer or Site.",
    }
    SERVICE_TYPE_UNKNOWN = Error "V202" "service-type-unknown" {
        what: "The service type is neither AllInclusive nor SoftwareOnly.",
        why: "It decides whether storage is included, and what is billed.",
        example: "`Full`",
        fix: "Use AllInclusive or SoftwareOnly.",
    }
    CHILD_SERVICE_TYPES_UNKNOWN = Error "V203" "child-service-types-unknown" {
        what: "A member of ChildServiceTypes is neither AllInclusive nor SoftwareOnly.",
        why: "It decides what the customer may offer to its own customers.",
        example: "`AllInclusive; Software`",
        fix: "Use AllInclusive, SoftwareOnly or both, separated by `;`, `,` or `|`.",
    }
    STATE_UNKNOWN = Error "V204" "state-unknown" {
        what: "The state is not one of the service's.",
        why: "The state decides whether the customer is billed.",
        example: "`Trial`",
        fix: "Use InTrial or InProduction.",
    }
    STATE_UNUSUAL = Warning "V205" "state-unusual" {
        what: "The state is one that customers get later in their life, not on creation.",
        why: "Only InTrial and InProduction are known to be accepted on creation; the service may refuse the others.",
        example: "`Expired`",
        fix: "Use InTrial or InProduction.",
    }
    FLAG_UNKNOWN = Error "V206" "flag-unknown" {
        what: "A member of Flags is not one of the service's.",
        why: "The service refuses the whole customer.",
        example: "`CustomBranding`",
        fix: "Use HasCustomBranding, HasCustomUpdatePackages, UnsubscribedFromTrialNotifications or CanInvoiceOthers.",
    }
    NOT_AN_INTEGER = Error "V207" "not-an-integer" {
        what: "The value is not a whole number in plain digits.",
        why: "Ids are whole numbers; anything else points to a wrong column or a damaged value.",
        example: "`1,234` in the ParentId column.",
        fix: "Write the digits alone: `1234`.",
    }
    INTEGER_OUT_OF_RANGE = Error "V208" "integer-out-of-range" {
        what: "The number is not one that an id can have.",
        why: "Ids are 32-bit numbers above zero; the service refuses others.",
        example: "`0` in the ParentId column.",
        fix: "Use the id as the console shows it; leave the cell empty if there is none.",
    }
    NOT_A_TRUTH_VALUE = Error "V209" "not-a-truth-value" {
        what: "The value is neither yes nor no.",
        why: "CreateDefaultAccount creates a backup account together with the customer; that is never guessed.",
        example: "`maybe` in the CreateDefaultAccount column.",
        fix: "Use true or false.",
    }
}
