//! Rules of the tree (H100 to H399): parents, levels, service types, and rows that wait for a row
//! that is wrong.

catalogue! {
    PARENT_NOT_IN_FILE = Warning "H101" "parent-not-in-file" {
        what: "No row of the file has this name or external code; the parent is looked up in the tenant.",
        why: "If the tenant does not have it either, the row is not sent.",
        example: "Parent `Acme Holding` in a file without such a row.",
        fix: "Nothing, if the parent exists in the tenant; otherwise correct it or add its row.",
    }
    PARENT_AMBIGUOUS = Error "H102" "parent-ambiguous" {
        what: "Several rows of the file have this name or external code.",
        why: "Choosing one of them would be a guess.",
        example: "Parent `Main Office`, the name of two rows.",
        fix: "Name the parent by its ExternalCode, or give the rows different names.",
    }
    PARENT_DIFFERS_IN_CASE = Error "H103" "parent-differs-in-case" {
        what: "A row of the file has this name only when case and spaces are ignored.",
        why: "Names are case sensitive in the service; the two may be different customers.",
        example: "Parent `ACME ltd`, while the row is called `Acme Ltd`.",
        fix: "Write the parent exactly as its row does.",
    }
    PARENT_IS_ITSELF = Error "H104" "parent-is-itself" {
        what: "The row names itself as its parent.",
        why: "A customer cannot be below itself.",
        example: "Name `Acme`, Parent `Acme`.",
        fix: "Name the real parent, or empty the cell.",
    }
    PARENT_CYCLE = Error "H105" "parent-cycle" {
        what: "Rows name each other as parents in a circle.",
        why: "None of them can be created first.",
        example: "A below B, B below C, C below A.",
        fix: "Correct the parent of one of them.",
    }
    PARENTS_DISAGREE = Error "H106" "parents-disagree" {
        what: "Parent and ParentId name different customers.",
        why: "Choosing one of the two would be a guess.",
        example: "Parent `Acme`, whose ID is 4711, with ParentId 4712.",
        fix: "Empty one of the two cells, or correct it.",
    }
    PARENT_LEFT_OUT = Error "H107" "parent-left-out" {
        what: "The row's parent is in the list, but was left out because it is not a customer of the export.",
        why: "The customer would be created below somebody else, or nowhere.",
        example: "An office whose company is marked inactive.",
        fix: "Leave the row out too, name another parent, or keep the parent with a mends file or `--export none`.",
    }
    PARENT_OF_TOOL_UNKNOWN = Error "H108" "parent-of-tool-unknown" {
        what: "The row's parent, given by the tool's own number or path, is not in the list.",
        why: "The tenant does not know the tool's numbers. If there are several such parents, none of them is the tool's root.",
        example: "Customers of two service organizations, exported without these.",
        fix: "Export the parents too, or import each part separately with --only.",
    }
    LEVEL_NOT_BELOW_PARENT = Error "H201" "level-not-below-parent" {
        what: "The level is not lower than the parent row's.",
        why: "The service wants every customer's level below its parent's.",
        example: "A Reseller below an EndCustomer.",
        fix: "Correct the level, or the parent.",
    }
    SITE_OUTSIDE_END_CUSTOMER = Error "H202" "site-outside-end-customer" {
        what: "A Site is below a row that is not an EndCustomer.",
        why: "Sites are the sites of an end customer; its devices are billed to it.",
        example: "A Site directly below a Reseller.",
        fix: "Name the EndCustomer as the parent, or make the row an EndCustomer.",
    }
    SERVICE_TYPE_NOT_OFFERED = Error "H203" "service-type-not-offered" {
        what: "The service type is not one that the parent row may offer.",
        why: "A customer can get only what its parent's ChildServiceTypes list.",
        example: "ServiceType SoftwareOnly below a parent with ChildServiceTypes AllInclusive.",
        fix: "Add the type to the parent's ChildServiceTypes, or change the row's ServiceType.",
    }
    LEVEL_NOT_DERIVABLE = Error "H204" "level-not-derivable" {
        what: "The level should be derived from the parent row's, but that is a Site.",
        why: "Nothing can be below a Site.",
        example: "A row without Level below a Site, with `--default Level=derive`.",
        fix: "Correct the parent, or its level.",
    }
    LEVEL_FOR_ALL_ABOVE_OTHERS = Warning "H205" "level-for-all-above-others" {
        what: "The row has a level only because all rows get it that say none, and rows of the list that do not fit below this level stand below it.",
        why: "It is most likely a partner. A customer of the wrong level is created, and what stands below it is not.",
        example: "A row without Level that three EndCustomers name as their Parent, with `--default Level=EndCustomer`.",
        fix: "Give the row a level of its own, such as Reseller.",
    }
    PARENT_ROW_BLOCKED = Error "H301" "parent-row-blocked" {
        what: "The row itself is valid, but the row it depends on has an error.",
        why: "A child is never sent before its parent's ID is known.",
        example: "A Site whose EndCustomer's row lacks its country.",
        fix: "Fix the row that is named; this one needs nothing.",
    }
}
