//! Settings: each described once ([`table`]), laid upon each other once ([`Layers`]: defaults below
//! profiles, these below the environment, that below what was typed), resolved once for a command
//! ([`Resolved`]). What help, reference, `config show`, journals and the commands to type next say of
//! them is made from here.

pub mod access;
pub mod decisive;
mod error;
mod given;
mod layers;
mod machine;
pub mod plain_text;
pub mod profile;
mod reading;
pub mod repeated;
mod resolved;
mod setting;
pub mod table;
mod takes;
mod value;

pub use access::{Access, Account, PasswordSource};
pub use decisive::{Decisive, Kept, Origins};
pub use error::{SettingsError, chain};
pub use given::{Content, Entry, Given, Origin, Place, Typed, option};
pub use layers::{Layers, Wrong};
pub use machine::{AFTER as AFTER_VARIABLES, CONFIG_DIR, LOG, Machine};
pub use profile::Profile;
pub use repeated::Reads;
pub use resolved::{Limits, PartOfList, Resolved, RowsToBe, Settings, Watching};
pub use setting::{
    Decides, Fallback, Flag, Group, InProfile, InSandbox, Says, Setting, Use, Variable,
};
pub use takes::{Takes, Value};
pub use value::{
    BillingContact, Choice, HIDDEN, Hidden, IfChanged, LogFormat, MinRows, NotifyFormat,
    NotifyWhen, OfRun, RateChoice, Verbosity, parse_time,
};
