//! `fleet render`: what runs a fleet every night, for the scheduler that is there, made of the files
//! in `packaging` that run one tenant. It schedules nothing itself.

use std::path::Path;

use crate::cli::args::{RenderArgs, Scheduler};
use crate::cli::exit::Exit;
use crate::cli::here::absolute;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;
use crate::report::next::typed;
use crate::settings::profile::fleet::{FleetFile, read};

const SERVICE: &str = include_str!("../../../../packaging/systemd/partner-import@.service");
const TIMER: &str = include_str!("../../../../packaging/systemd/partner-import@.timer");
const MANIFEST: &str = include_str!("../../../../packaging/kubernetes/indexed-job.yaml");

/// Where a fleet lies on a machine.
const STATE: &str = "/var/lib/partner-import/fleet";
const METRICS: &str = "/var/cache/partner-import/fleet.prom";

/// Runs the command.
pub fn run(args: &RenderArgs, output: Output) -> Result<Exit, Failure> {
    let fleet = read(&args.file)?;
    let file = absolute(&args.file);
    let text = match args.what {
        Scheduler::Systemd => systemd(&file),
        Scheduler::Cron => cron(&file)?,
        Scheduler::Kubernetes => kubernetes(&fleet)?,
    };
    output.bytes(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Done)
}

/// A service and its timer, each under the name it is to have.
fn systemd(file: &str) -> String {
    let program = "/usr/bin/partner-import";
    let command = format!(
        "ExecStart={program} fleet {} --yes --no-progress --log-format json \\\n    --state-dir \
         {STATE} --metrics-file {METRICS}\n",
        for_systemd(file)
    );
    let service = replaced_from_to(SERVICE, "ExecStart=", "\n\n", &format!("{command}\n"));
    let service = of_fleet(&service)
        .lines()
        // Each tenant's password lies where its profile, or the fleet file, says.
        .filter(|line| !line.starts_with("LoadCredential="))
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    let timer = of_fleet(TIMER);
    format!(
        "# --- /etc/systemd/system/partner-import-fleet.service\n{service}\n\
         # --- /etc/systemd/system/partner-import-fleet.timer\n{timer}"
    )
}

/// A template unit's text as that of the one unit of a fleet, without the comments that tell of the
/// template.
fn of_fleet(text: &str) -> String {
    let from = text.find("\n[").map_or(0, |at| at + 1);
    text[from..]
        .replace(
            "StateDirectory=partner-import/%i",
            "StateDirectory=partner-import/fleet",
        )
        .replace("(%i)", "(all tenants)")
        .replace("%i", "fleet")
}

/// A path as a word of a unit.
fn for_systemd(path: &str) -> String {
    let path = path.replace('%', "%%");
    if path.contains([' ', '"', '\\', '\'']) {
        format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        path
    }
}

/// A text with what stands from a beginning to the end behind it in another's place.
fn replaced_from_to(text: &str, from: &str, to: &str, by: &str) -> String {
    let Some(start) = text.find(from) else {
        return text.to_owned();
    };
    let end = text[start..]
        .find(to)
        .map_or(text.len(), |at| start + at + to.len());
    format!("{}{by}{}", &text[..start], &text[end..])
}

/// A line for `/etc/cron.d`.
fn cron(file: &str) -> Result<String, Failure> {
    if file.contains('%') {
        let text = format!("cron makes a new line of the % in {file}");
        return Err(Failure::usage(text).hint("give the file another name"));
    }
    let command = typed([
        "/usr/bin/partner-import",
        "fleet",
        file,
        "--yes",
        "--no-progress",
        "--log-format",
        "json",
        "--state-dir",
        STATE,
        "--metrics-file",
        METRICS,
    ]);
    // A night that is still under way holds the tenants' locks: the next one ends with 6.
    Ok(format!(
        "# /etc/cron.d/partner-import-fleet: every night at 02:17; again while it ends with 5 or 6.\n\
         # The directories that cron does not make: docs/operating.md.\n\
         SHELL=/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\n\
         17 2 * * * partner-import for try in 1 2 3 4 5 6; do {command} \
         >>/var/log/partner-import/fleet.log 2>&1; code=$?; [ $code -eq 5 ] || [ $code -eq 6 ] || \
         exit $code; sleep 900; done; exit $code\n"
    ))
}

/// An Indexed Job with an index for each tenant, and what it mounts.
fn kubernetes(fleet: &FleetFile) -> Result<String, Failure> {
    let count = fleet.tenants.len();
    let at_once = fleet
        .at_once
        .map_or(1, std::num::NonZeroUsize::get)
        .min(count);
    let from = MANIFEST.find("apiVersion:").unwrap_or(0);
    let arguments = "args:\n                - fleet\n                \
                     - /etc/partner-import/fleet.toml\n                \
                     - --index=$(JOB_COMPLETION_INDEX)\n                - --yes\n                \
                     - --no-progress\n                - --log-format=json\n                \
                     - --state-dir=/state\n                \
                     - --metrics-file=/state/tenant-$(JOB_COMPLETION_INDEX).prom\n              env:";
    let job = MANIFEST[from..]
        .replace("partner-import-tenants", "partner-import-fleet")
        .replace("instance: tenants", "instance: fleet")
        .replace("completions: 40", &format!("completions: {count}"))
        .replace(
            "maxFailedIndexes: 40",
            &format!("maxFailedIndexes: {count}"),
        )
        .replace("parallelism: 8", &format!("parallelism: {at_once}"));
    let job = replaced_from_to(&job, "args:\n", "env:", arguments);
    let mut map = String::from(
        "# Not in here: the Secret partner-import-fleet, with a password for each tenant under its name\n\
         # (kubectl create secret generic partner-import-fleet --from-file=NAME=FILE ...), and \"notify\" \
         and\n# \"ping\" where somebody is told; the claims partner-import-fleet-state (ReadWriteOnce, a \
         block\n# volume) and partner-import-fleet-input, with the lists as NAME/FILE.\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: partner-import-fleet\n  labels:\n    \
         app.kubernetes.io/name: partner-import\n    app.kubernetes.io/instance: fleet\ndata:\n",
    );
    map.push_str(&key_of_map("fleet.toml", &for_pods(fleet)));
    for tenant in &fleet.tenants {
        let text = std::fs::read_to_string(&tenant.profile).map_err(|error| {
            let path = tenant.profile.display();
            Failure::usage(format!("cannot read the profile {path}: {error}"))
        })?;
        map.push_str(&key_of_map(&format!("{}.toml", tenant.name), &text));
    }
    Ok(format!("{map}---\n{job}"))
}

/// A key of a map with a text of several lines.
fn key_of_map(key: &str, text: &str) -> String {
    let lines = text.lines().map(|line| match line.trim_end() {
        "" => "\n".to_owned(),
        _ => format!("    {line}\n"),
    });
    format!("  {key}: |\n{}", lines.collect::<String>())
}

/// The fleet as a pod finds it: profiles beside it, lists and passwords where they are mounted. The
/// rate is all pods' together, since they share a volume.
fn for_pods(fleet: &FleetFile) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = String::from("[fleet]\n");
    for (key, setting) in crate::settings::profile::fleet::OWN {
        let is_paths = matches!(*key, "state_dir" | "metrics_file" | "notify_file");
        let entry = fleet.own.iter().find(|one| one.setting == *setting);
        if let Some(entry) = entry.filter(|one| !is_paths && !one.setting.is_secret()) {
            let value = entry.content.text();
            let value = match value.as_str() {
                "true" | "false" => value,
                other => quoted(other),
            };
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    for tenant in &fleet.tenants {
        let list = tenant.list.file_name().unwrap_or_default();
        let list = Path::new(&tenant.name).join(list);
        let list = list.display().to_string().replace('\\', "/");
        text.push_str(&format!(
            "\n[[tenant]]\nname = {}\nlist = {}\npassword_file = {}\n",
            quoted(&tenant.name),
            quoted(&format!("/input/{list}")),
            quoted(&format!("/run/secrets/partner-import/{}", tenant.name)),
        ));
    }
    text
}
