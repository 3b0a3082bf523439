//! What is handed in by the process that serves the page, and what it is told.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;

use crate::api::Secret;
use crate::flow::failure::Failure;
use crate::flow::host::Host;
use crate::settings::{PasswordSource, Settings};
use crate::submit::Control;

/// Reads a password from where only the process can.
pub type Password = Arc<dyn Fn(&PasswordSource) -> Result<Secret, Failure> + Send + Sync>;
/// Makes an empty workbook.
pub type Template = Arc<dyn Fn() -> Result<Vec<u8>, Failure> + Send + Sync>;
/// Finds the settings that count for a list that was named.
pub type SettingsOf = Arc<dyn Fn(&Path) -> Result<Settings, Failure> + Send + Sync>;
/// Tells whoever started the process.
pub type Say = Arc<dyn Fn(Said<'_>) + Send + Sync>;

/// What is handed in by the process that serves the page.
pub struct Setup {
    /// Settings without a list at hand.
    pub settings: Settings,
    /// Those that count for a list that is named.
    pub settings_of: SettingsOf,
    /// This process.
    pub host: Host,
    /// What it is asked: Ctrl-C.
    pub control: watch::Receiver<Control>,
    /// Reads passwords.
    pub password: Password,
    /// Makes the empty workbook.
    pub template: Template,
    /// Hears what is to be said.
    pub say: Say,
    /// Whether a browser is opened.
    pub opening: Opening,
}

/// Whether a browser is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// The user's own.
    Browser,
    /// None: the link is printed.
    Nothing,
}

/// What is said to whoever started the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'s> {
    /// The launch link, and nothing else.
    Link(&'s str),
    /// The browser was opened on this address.
    Opened(&'s str),
    /// Another process has the page of this state directory.
    Elsewhere,
    /// This file is opened in it.
    Handed(&'s Path),
    /// It ends, since nobody has come for a while.
    Alone,
}
