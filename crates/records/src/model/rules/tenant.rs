//! Rules that only the tenant can tell (T100 to T599): emitted by the plan, after looking.

catalogue! {
    PARENT_NOT_IN_TENANT = Error "T101" "parent-not-in-tenant" {
        what: "The tenant has no customer with this name, external code or id that could be the parent.",
        why: "A customer is always created below an existing one.",
        example: "Parent `Acme Holding`, or ParentId `4711`, which the user cannot see.",
        fix: "Correct the parent, add its row to the file, or log in under a customer that sees it.",
    }
    PARENT_AMBIGUOUS_IN_TENANT = Error "T102" "parent-ambiguous-in-tenant" {
        what: "Several customers of the tenant have this name or external code.",
        why: "Choosing one of them would be a guess.",
        example: "Parent `Main Office`, the name of two customers.",
        fix: "Give the parent by its id in the column ParentId.",
    }
    PARENT_IDS_DISAGREE = Error "T103" "parent-ids-disagree" {
        what: "The customer that Parent names has a different id from ParentId.",
        why: "Choosing one of the two would be a guess.",
        example: "Parent `Acme`, which is 4711 in the tenant, with ParentId 4712.",
        fix: "Empty one of the two cells, or correct it.",
    }
    LEVEL_NOT_BELOW_TENANT_PARENT = Error "T104" "level-not-below-tenant-parent" {
        what: "The level is not lower than that of the parent in the tenant.",
        why: "The service wants every customer's level below its parent's.",
        example: "A Reseller below a customer that is an EndCustomer.",
        fix: "Correct the level, or the parent.",
    }
    SITE_OUTSIDE_TENANT_END_CUSTOMER = Error "T105" "site-outside-tenant-end-customer" {
        what: "A Site would be below a customer of the tenant that is not an EndCustomer.",
        why: "Sites are the sites of an end customer; its devices are billed to it.",
        example: "A Site without a parent, directly below the Reseller that logs in.",
        fix: "Name the EndCustomer as the parent, or make the row an EndCustomer.",
    }
    SERVICE_TYPE_NOT_OFFERED_IN_TENANT = Error "T106" "service-type-not-offered-in-tenant" {
        what: "The service type is not one that the parent in the tenant may offer.",
        why: "A customer can get only what its parent's ChildServiceTypes list.",
        example: "ServiceType SoftwareOnly below a customer that offers AllInclusive.",
        fix: "Change the row's ServiceType, or what the parent may offer.",
    }
    LEVEL_NOT_DERIVABLE_IN_TENANT = Error "T107" "level-not-derivable-in-tenant" {
        what: "The level should be derived from that of the parent in the tenant, but cannot be.",
        why: "Nothing can be below a Site, and what belongs below an unknown level would be a guess.",
        example: "A row without Level below a customer that is a Site, with `--default Level=derive`.",
        fix: "Correct the parent, or fill in Level.",
    }
    NAME_TAKEN = Error "T201" "name-taken" {
        what: "A customer below the same parent has this name, but another external code.",
        why: "It is another customer, or the code is wrong; the service would refuse a second one.",
        example: "`Acme` with the code `A-1`, while the tenant's `Acme` has `A-2`.",
        fix: "Correct the code, or choose another name, for instance with the town in brackets.",
    }
    EXTERNAL_CODE_TAKEN = Error "T202" "external-code-taken" {
        what: "The external code belongs to another customer of the tenant.",
        why: "The code is how a customer is recognised again; two customers cannot share it.",
        example: "Code `CWM:1478` on the row `Acme Ltd`, while the tenant has it on `Zenith`.",
        fix: "Correct the code, in the file or in the console's field Customer Reference.",
    }
    SEVERAL_MATCH = Error "T203" "several-customers-match" {
        what: "Several customers of the tenant match this row.",
        why: "Choosing one of them would be a guess.",
        example: "Two customers called `Acme` below the same parent.",
        fix: "Put the right customer's id into the column ID, or give the row an ExternalCode that one of them has.",
    }
    NAME_ALMOST_TAKEN = Warning "T204" "name-almost-taken" {
        what: "A customer below the same parent has this name except for case, spaces, accents, punctuation, or letters that became question marks.",
        why: "It is probably the same customer, which would then exist twice.",
        example: "Name `ACME`, while `Acme` exists; `M?ller`, while `Müller` does.",
        fix: "Write the name exactly as the console shows it if it is the same customer.",
    }
    NAME_ELSEWHERE = Warning "T205" "name-elsewhere" {
        what: "A customer below another parent has this name.",
        why: "Names are most likely unique across the whole service: it may refuse the row.",
        example: "`Acme Ltd` below `North`, while it exists below `South`.",
        fix: "Correct the parent if it is the same customer, or choose another name.",
    }
    CUSTOMER_TWICE = Error "T206" "customer-twice" {
        what: "Another row of the file is the same customer.",
        why: "Each customer belongs to one row; with two it would be created or changed twice.",
        example: "`Acme` without a parent, and `Acme` below the customer that you log in under.",
        fix: "Delete one of the rows, or give it a different name or parent.",
    }
    LOCATION_UNKNOWN = Error "T301" "location-unknown" {
        what: "The tenant offers no storage location of this name or id.",
        why: "The location decides where backups are kept.",
        example: "Location `Atlantis`.",
        fix: "Use one that `lookup locations` shows.",
    }
    REGION_UNKNOWN = Error "T302" "region-unknown" {
        what: "The tenant has no region of this name or id.",
        why: "The service refuses a region that does not exist.",
        example: "Region `Middle`.",
        fix: "Use one that `lookup regions` shows.",
    }
    PLACE_AMBIGUOUS = Error "T304" "location-or-region-ambiguous" {
        what: "Several locations or regions have this name.",
        why: "The customer would get whichever comes first.",
        example: "Location `Europe`, the name of two.",
        fix: "Give the id instead of the name.",
    }
    COUNTRY_BLOCKED = Error "T303" "country-blocked" {
        what: "The service does not accept customers in this country.",
        why: "The vendor blocks some countries.",
        example: "A country that `lookup countries` shows as blocked.",
        fix: "Ask the vendor.",
    }
    EXISTING_ID_NOT_FOUND = Error "T401" "existing-id-not-found" {
        what: "The ID cell says that the customer was imported before, but the tenant has no such customer.",
        why: "It was deleted, or the ID belongs to another tenant.",
        example: "ID `55806` in a tenant without it.",
        fix: "Empty the ID cell to create the customer again.",
    }
    EXISTING_ID_DISAGREES = Error "T402" "existing-id-disagrees" {
        what: "The customer with the row's ID is a different one.",
        why: "Its name or external code does not match: the rows and their IDs were mixed up.",
        example: "ID `55806` on the row `Acme Ltd`, while the tenant's 55806 is `Zenith`.",
        fix: "Correct or empty the ID cell.",
    }
    DIFFERS_IN_TENANT = Warning "T501" "differs-in-tenant" {
        what: "The customer exists and is left as it is, although the row says something else.",
        why: "An import changes no existing customer unless it is told to.",
        example: "Level EndCustomer in the row, Reseller in the tenant.",
        fix: "If the row is right, run with `--on-exists update`, or change it in the console.",
    }
    UPDATED_IN_TENANT = Note "T502" "updated-in-tenant" {
        what: "The customer exists, and the members that differ are changed to what the row says.",
        why: "`--on-exists update` asks for it.",
        example: "Phone `+43 1 234` in the row, another one in the tenant.",
        fix: "Nothing to do; leave `--on-exists update` out to change nothing.",
    }
    MOVE_NOT_ALLOWED = Error "T503" "move-not-allowed" {
        what: "The customer exists, but with a different parent or level from the row.",
        why: "Moving a customer changes who sees it and who pays for it: that is never a side effect.",
        example: "`Acme` below `North` in the row, below `South` in the tenant, with `--on-exists update`.",
        fix: "Correct the row, or add `--allow-move` if the customer should be moved.",
    }
    EXISTS_ALREADY = Error "T504" "exists-already" {
        what: "The customer exists, and `--on-exists fail` allows no existing customer.",
        why: "The file was meant to hold new customers only.",
        example: "`Acme`, which was imported yesterday.",
        fix: "Remove the row, or run without `--on-exists fail`.",
    }
    DEPLOYMENT_LEFT = Note "T505" "deployment-left" {
        what: "AutomaticDeployment is filled, but the customer already exists: it is left as it is.",
        why: "An existing customer is changed only on request.",
        example: "`yes` in AutomaticDeployment on the row of a customer of the tenant, without `--on-exists update`.",
        fix: "Run with `--on-exists update` to switch it on where it is off.",
    }
    DEPLOYMENT_NOT_ASKED = Note "T506" "deployment-not-asked" {
        what: "AutomaticDeployment is filled, but it was not checked if it is on for the customer.",
        why: "A customer with a UID has had it on once; checking if it still is takes a request each, which is made for the first 500 such rows only.",
        example: "Row 800 of a list of 1,000 customers with `yes` in AutomaticDeployment, run with `--on-exists update`.",
        fix: "If it was switched off by hand or by an undo, run a list of those rows, or switch it on in the console.",
    }
    DEPLOYMENT_REFUSED_BEFORE = Warning "T507" "deployment-refused-before" {
        what: "AutomaticDeployment is filled, the service refused an earlier run to switch it on, and it is still off.",
        why: "The customer is there, and a customer that is there is changed only where that is asked for; without automatic deployment nothing is installed on its devices, so every run ends as one with rows that need somebody until it is on.",
        example: "`yes` in AutomaticDeployment of a customer that yesterday's run created and the service refused with 2102.",
        fix: "When the reason is gone, run with `--on-exists update`; or empty the cell if it is not wanted any more.",
    }
    DEPLOYMENT_NOT_REACHED_BEFORE = Warning "T508" "deployment-not-reached-before" {
        what: "AutomaticDeployment is filled, an earlier run was to switch it on and did not come to it, and it is still off.",
        why: "That run was abandoned before it asked the service, or its change of the customer was refused. An existing customer is changed only with `--on-exists update`; until automatic deployment is on, every run ends as one with rows that need attention.",
        example: "`yes` in AutomaticDeployment of a customer that yesterday's run created before the machine was switched off.",
        fix: "Run with `--on-exists update`; or empty the cell if it is not wanted any more.",
    }
}
