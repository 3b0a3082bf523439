//! Where this process is: the machine's name, and paths of this folder as they are seen from others.

use std::path::{Path, PathBuf};

/// A path as it is seen from everywhere.
pub fn absolute(path: &Path) -> String {
    let whole = std::path::absolute(path);
    whole
        .unwrap_or_else(|_| path.to_owned())
        .display()
        .to_string()
}

/// The folder that this process was started in, where there is one: what is offered is typed there again.
pub fn current_folder() -> Option<PathBuf> {
    std::env::current_dir().ok()
}

/// The machine's name, as far as the environment says it.
pub fn host_name() -> String {
    let variable = |name| std::env::var(name).ok().filter(|name| !name.is_empty());
    variable("HOSTNAME")
        .or_else(|| variable("COMPUTERNAME"))
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}
