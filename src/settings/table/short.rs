//! Short ways to write an entry of the table down.

use super::super::setting::{
    Decides, Fallback, Flag, Group, InProfile, InSandbox, Says, Setting, Use, Variable,
};
use super::super::takes::Takes;

/// What most settings are: of this machine, in trusted profiles, without flag and variable.
pub(super) const fn setting(key: &'static str, takes: Takes) -> Setting {
    Setting {
        key,
        about: "",
        takes,
        fallback: Fallback::Nothing,
        sandbox: InSandbox::Same,
        example: "",
        flags: &[],
        groups: &[],
        variable: None,
        use_: Use::Local,
        profile: InProfile::Trusted,
        rivals: None,
    }
}

/// How a process goes about its work.
pub(super) const fn limit(key: &'static str, takes: Takes) -> Setting {
    Setting {
        use_: Use::Attempt,
        ..setting(key, takes)
    }
}

/// How a list is read.
pub(super) const fn of_list(key: &'static str, takes: Takes) -> Setting {
    Setting {
        groups: &[Group::Input],
        use_: Use::Decisive(Decides::Reading),
        profile: InProfile::Found,
        ..setting(key, takes)
    }
}

/// A flag with a value behind it.
pub(super) const fn flag(long: &'static str, value: &'static str) -> Flag {
    Flag {
        long,
        short: None,
        help: "",
        says: Says::Takes(value),
        conflicts: None,
    }
}

/// A flag that is a value by itself.
pub(super) const fn switch(long: &'static str, value: &'static str) -> Flag {
    Flag {
        says: Says::Is(value),
        ..flag(long, "")
    }
}

/// A variable that is what its setting is for.
pub(super) const fn variable(name: &'static str) -> Variable {
    Variable {
        name,
        about: "",
        why: "",
    }
}

macro_rules! settings {
    ($base:ident; $($name:ident $key:literal $takes:expr => { $($member:ident: $value:expr),* $(,)? })*) => {
        $(
            #[doc = concat!("`", $key, "`")]
            pub static $name: Setting = Setting { $($member: $value,)* ..$base($key, $takes) };
        )*

        /// These settings, in this order.
        pub(in crate::settings::table) static LIST: &[&Setting] = &[$(&$name),*];
    };
}
pub(super) use settings;
