//! What a process knows that hosts the use cases: its machine, and the password.

use std::path::Path;

use super::args::RunArgs;
use super::credentials;
use super::here::host_name;
use super::settings::usual_state_dir;
use super::show::face::Face;
use super::show::output::Output;
use crate::flow::failure::Failure;
use crate::flow::host::{Host, Keeps};
use crate::flow::quarantine::Holding;
use crate::flow::target::{self, Target};
use crate::settings::Resolved;

/// Makes a client for what flags, environment and profile say. `connections` is how many calls may
/// be under way.
pub async fn connect(
    resolved: &Resolved,
    connections: usize,
    output: Output,
) -> Result<Target, Failure> {
    let password = |access: &_| credentials::find(access, output);
    target::connect(resolved, connections, password, &Face::on(output)).await
}

/// This process.
pub fn host(resolved: &Resolved) -> Host {
    host_at(&resolved.state_dir)
}

/// This process, where journals are in this directory.
pub fn host_at(state_dir: &Path) -> Host {
    let is_usual = usual_state_dir().as_deref() == Some(state_dir);
    Host {
        name: host_name(),
        state_dir: state_dir.to_owned(),
        keeps: if is_usual {
            Keeps::Usual
        } else {
            Keeps::Chosen
        },
    }
}

impl From<&RunArgs> for Holding {
    fn from(args: &RunArgs) -> Self {
        if args.retry_quarantined {
            Self::Nothing
        } else {
            Self::Back
        }
    }
}
