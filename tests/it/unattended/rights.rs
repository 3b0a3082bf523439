//! Whose files are whose: what others are meant to read they can, what the job needs it can write,
//! and who comes by hand locks nobody out.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::cli::desk::{Desk, Done, SMALL, Service};

/// Somebody without rights, as root can start a process for.
const SOMEBODY: u32 = 65_534;

fn mode(desk: &Desk, name: &str) -> u32 {
    let found = fs::metadata(desk.path(name)).expect("it is there");
    found.permissions().mode() & 0o777
}

fn is_root(desk: &Desk) -> bool {
    fs::metadata(desk.path("")).expect("a directory").uid() == 0
}

/// A command, started with this mask for new files.
fn masked(plain: &Command, umask: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")])
        .arg(plain.get_program())
        .args(plain.get_args())
        .env_clear();
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    if let Some(place) = plain.get_current_dir() {
        command.current_dir(place);
    }
    command
}

#[test]
fn the_metrics_are_for_others_and_the_rest_is_not_whatever_the_umask() {
    // The packaged unit has the second.
    for umask in ["000", "077", "177"] {
        let (desk, service) = (Desk::new(), Service::new());
        desk.write("in.csv", SMALL);
        let plain = desk.import_command(&service, &["--metrics-file", "job.prom"]);
        let done = masked(&plain, umask).output().expect("sh");
        Done::of(&done).exits(0);
        assert_eq!(mode(&desk, "job.prom"), 0o644, "umask {umask}");
        assert_eq!(mode(&desk, "out/results.csv"), 0o600, "umask {umask}");
    }
}

#[test]
fn a_directory_that_cannot_be_written_is_a_wrong_setting_and_no_outage() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.write("file", "");
    let refused = |mut command: Command| {
        let done = Done::of(&command.output().expect("the tool starts"));
        let advice = "give the directory to the user that this runs as";
        done.exits(2)
            .says(&["cannot use the state directory", advice]);
    };
    refused(desk.import_command(&service, &["--state-dir", "file/state"]));
    if is_root(&desk) {
        // As the container's volume was: root's, and the process is somebody else's.
        fs::create_dir(desk.path("volume")).expect("a directory");
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(desk.path(""), open).expect("its own");
        fs::create_dir(desk.path("out")).expect("a directory");
        std::os::unix::fs::chown(desk.path("out"), Some(SOMEBODY), None).expect("root may");
        let mut command = desk.import_command(&service, &["--state-dir", "volume"]);
        command.uid(SOMEBODY);
        refused(command);
        desk.write("sandbox.csv", SMALL);
        let mut command = desk.tool(&["plan", "sandbox.csv", "--sandbox", "--state-dir", "volume"]);
        command.uid(SOMEBODY);
        let done = Done::of(&command.output().expect("the tool starts"));
        done.exits(2)
            .says(&["cannot use the state directory volume"]);
    }
    assert_eq!(service.added().len(), 0);
}

#[test]
fn journals_that_may_not_be_written_are_no_damaged_ones() {
    let (desk, service) = (Desk::new(), Service::new());
    if !is_root(&desk) {
        return;
    }
    desk.write("in.csv", SMALL);
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(desk.path(""), open.clone()).expect("its own");
    let as_somebody = |arguments: &[&str]| {
        let mut command = desk.at(&service, arguments);
        command.uid(SOMEBODY);
        Done::of(&command.output().expect("the tool starts"))
    };
    for name in ["state", "out"] {
        fs::create_dir(desk.path(name)).expect("a directory");
        std::os::unix::fs::chown(desk.path(name), Some(SOMEBODY), None).expect("root may");
    }
    let run = ["run", "in.csv", "--yes", "--out", "out"];
    as_somebody(&run).exits(0);
    // A volume that is mounted for reading alone, as far as a directory can be that.
    for name in ["state/runs", "state/locks", "state"] {
        let closed = fs::Permissions::from_mode(0o555);
        fs::set_permissions(desk.path(name), closed).expect("root may");
    }
    for command in [&run[..], &["resume"], &["undo", "last", "--dry-run"]] {
        let done = as_somebody(command)
            .exits(2)
            .says(&["give the directory to the user that this runs as"]);
        assert!(!done.err.contains("damaged"), "{}", done.err);
    }
}

#[test]
fn root_by_hand_does_not_lock_the_service_out() {
    let (desk, service) = (Desk::new(), Service::new());
    if !is_root(&desk) {
        return;
    }
    desk.write("in.csv", SMALL);
    fs::create_dir(desk.path("state")).expect("a directory");
    std::os::unix::fs::chown(desk.path("state"), Some(SOMEBODY), None).expect("root may");
    for command in [
        &["run", "in.csv", "--yes"][..],
        &["plan", "in.csv", "--rate", "5/s"],
        &["lookup", "partners", "--rate", "5/s"],
        // One of its own below it, as a fleet gives to each tenant, is yet to be made.
        &["run", "in.csv", "--yes", "--state-dir", "state/north"],
    ] {
        desk.run_at(&service, command).exits(2).says(&[
            "the state directory",
            "and this is root",
            "run it as that user: `sudo -u ",
            "systemctl start partner-import@NAME.service",
        ]);
    }
    let left = fs::read_dir(desk.path("state"))
        .expect("a directory")
        .count();
    assert_eq!((left, service.added().len()), (0, 0));
}

#[test]
fn a_secret_that_is_read_through_its_group_raises_no_warning() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.write("password", partner_import::sandbox::ACCOUNT_PASSWORD);
    let told = |mode: u32, owner: Option<u32>| {
        let path = desk.path("password");
        if let Some(owner) = owner {
            std::os::unix::fs::chown(&path, Some(owner), None).expect("root may");
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its own");
        let done = desk.run_at(
            &service,
            &["lookup", "regions", "--password-file", "password"],
        );
        done.exits(0).err.contains("others can read")
    };
    assert!(!told(0o600, None));
    assert!(told(0o640, None));
    if is_root(&desk) {
        // Not this process's own: as Kubernetes mounts it, with the mode of the manifests.
        assert!(!told(0o440, Some(SOMEBODY)));
        assert!(told(0o444, Some(SOMEBODY)));
    }
}
