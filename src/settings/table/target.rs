//! Where the service is, and who logs in.

use super::super::setting::Decides::Rows;
use super::super::setting::{
    Fallback, Group, InProfile, InSandbox, Rivals, Setting, Use, Variable,
};
use super::super::takes::Takes;
use super::super::value::BillingContact;
use super::short::{flag, setting, settings, switch, variable};

settings! { setting;
    SANDBOX "target.sandbox" Takes::Truth => {
        about: "Use the built-in sandbox; `--endpoint` overrides it",
        fallback: Fallback::Value("false"),
        example: "false",
        flags: &[switch("sandbox", "true")
            .help("Use the built-in sandbox instead of the real service")
            .conflicts("endpoint")],
        groups: &[Group::Target],
        use_: Use::Attempt,
        rivals: Some(Rivals::Place),
    }
    ENDPOINT "target.endpoint" Takes::Text => {
        about: "The service's address",
        fallback: Fallback::Value("https://api.backup.management/jsonapi"),
        sandbox: InSandbox::Own,
        example: "\"https://api.backup.management/jsonapi\"",
        flags: &[flag("endpoint", "URL")],
        groups: &[Group::Target],
        variable: Some(variable("PARTNER_IMPORT_ENDPOINT")),
        rivals: Some(Rivals::Place),
    }
    PARTNER "target.partner" Takes::Text => {
        about: "The customer to log in under, exactly as the console shows it, including the \
                e-mail address in brackets",
        sandbox: InSandbox::Own,
        example: "\"Acme MSP (admin@acme.example)\"",
        flags: &[flag("partner", "NAME")],
        groups: &[Group::Target],
        variable: Some(variable("PARTNER_IMPORT_PARTNER")),
    }
    USERNAME "target.username" Takes::Text => {
        about: "The name of the (API) user",
        sandbox: InSandbox::Own,
        example: "\"import\"",
        flags: &[flag("username", "NAME")],
        groups: &[Group::Target],
        variable: Some(variable("PARTNER_IMPORT_USERNAME")),
    }
    PASSWORD "target.password" Takes::Secret => {
        about: "The password (API token)",
        sandbox: InSandbox::Own,
        variable: Some(Variable {
            name: "PARTNER_IMPORT_PASSWORD",
            about: "the password (API token); there is no flag for it, because other users of a \
                    machine can read command lines",
            why: "",
        }),
        use_: Use::Secret,
        profile: InProfile::Never,
        rivals: Some(Rivals::Password),
    }
    PASSWORD_FILE "target.password_file" Takes::Path => {
        about: "A file whose first line is the password (API token); the password itself is never \
                put in a profile",
        example: "\"token.txt\"",
        flags: &[flag("password-file", "FILE").help(
            "A file whose first line is the password (API token) [environment, for the password \
             itself: `PARTNER_IMPORT_PASSWORD`]",
        )],
        groups: &[Group::Target],
        rivals: Some(Rivals::Password),
    }
    PASSWORD_STDIN "target.password_stdin" Takes::Truth => {
        about: "Read the password from standard input",
        flags: &[switch("password-stdin", "true").conflicts("password-file")],
        groups: &[Group::Target],
        profile: InProfile::Never,
        rivals: Some(Rivals::Password),
    }
    PASSWORD_COMMAND "target.password_command" Takes::Words => {
        about: "A program, with its arguments, whose first line of output is the password; \
                started without a shell",
        example: "[\"pass\", \"show\", \"backup/api\"]",
        rivals: Some(Rivals::Password),
    }
    PROXY "target.proxy" Takes::Proxy => {
        about: "The proxy to the service; not used for addresses of this machine",
        fallback: Fallback::Words("the environment's: HTTPS_PROXY"),
        example: "\"http://proxy.example.com:3128\"",
    }
    CA_FILE "target.ca_file" Takes::Path => {
        about: "A file of certificates (PEM) to trust in addition to the system's",
        fallback: Fallback::Words("the system's, or SSL_CERT_FILE's"),
        example: "\"company-ca.pem\"",
    }
    BILLING_CONTACT "target.billing_contact" Takes::OneOf(BillingContact::CHOICES) => {
        about: "How BillingContactPersonId is sent: the service's schema says integer, its \
                documentation says text (`string` is the same)",
        fallback: Fallback::Value("integer"),
        example: "\"integer\"",
        use_: Use::Decisive(Rows),
    }
}
