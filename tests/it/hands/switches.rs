//! Runs that change customers and switch their automatic deployment on, killed at random moments, continued
//! or not, then taken back by undoings that are killed too. Answers are lost and requests land late
//! meanwhile. Nobody stays switched on who was off before, unless the undo names it; nobody who was on
//! is switched off; and a later undo comes to its end.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use fastrand::Rng;
use partner_import::sandbox::{Config, Method, PartnerView};
use serde_json::Value;

use super::each_seed;
use crate::cli::desk::{Desk, Done, Service, until};

/// How long a lost request may take to land, and how long is waited for one.
const LANDS: &str = "300ms";
const WAIT: [&str; 2] = ["--settle-wait", "800ms"];

#[test]
fn switches_of_killed_runs_are_taken_back_or_named() {
    each_seed("switches that are killed", 12, killed_and_taken_back);
}

/// What the journal and the tenant are held against.
struct Trial<'r> {
    desk: Desk,
    service: Service,
    random: &'r mut Rng,
    rows: usize,
    /// Who had automatic deployment before, by name.
    before: BTreeMap<String, bool>,
    /// What was done, for whoever reads a failure.
    story: String,
}

fn name(row: usize) -> String {
    format!("Customer {row:02}")
}

fn killed_and_taken_back(random: &mut Rng) -> &'static str {
    let mut trial = Trial::begin(random);
    trial.run_and_kill();
    let run = trial.newest_run();
    let undone = trial.undo(&run, &[]);
    trial.holds(&undone, false);
    let ended = if undone.code == 0 {
        "all back"
    } else {
        "some named"
    };
    // Whoever was named is taken back when that is asked for.
    let found = trial.undo(&run, &["--found"]);
    trial.holds(&found, true);
    let again = trial.command(&["undo", &run]).output().expect("it starts");
    let again = Done::of(&again);
    assert_eq!(
        again.code,
        found.code.min(2),
        "{}\n{}",
        trial.story,
        again.err
    );
    ended
}

impl<'r> Trial<'r> {
    fn begin(random: &'r mut Rng) -> Self {
        let faults = [
            format!("late-commit=0.08:{LANDS}@ModifyAutoDeploymentPartnerState"),
            "drop-answer=0.08@ModifyAutoDeploymentPartnerState".to_owned(),
            "drop-request=0.05@ModifyAutoDeploymentPartnerState".to_owned(),
            "502-after=0.05@ModifyAutoDeploymentPartnerState".to_owned(),
            "drop-answer=0.03@GetAutoDeploymentPartnerState".to_owned(),
            "drop-answer=0.03@ModifyPartner".to_owned(),
            format!("late-commit=0.03:{LANDS}@ModifyPartner"),
        ];
        let service = Service::with(Config {
            seed: random.u64(..),
            latency: Duration::from_millis(random.u64(1..20)),
            faults: faults.map(|one| one.parse().expect("a fault")).into(),
            ..Config::default()
        });
        let desk = Desk::new();
        let rows = random.usize(3..25);
        let on: Vec<bool> = (0..rows)
            .map(|row| row > 0 && random.u8(..4) == 0)
            .collect();
        let changed: Vec<bool> = (0..rows).map(|_| random.bool()).collect();
        let list = |wish: &dyn Fn(usize) -> bool, phone: &dyn Fn(usize) -> u8| {
            let mut text = "Name,Level,State,Country,Phone,AutomaticDeployment\n".to_owned();
            for row in 0..rows {
                let wish = if wish(row) { "yes" } else { "" };
                let (name, phone) = (name(row), phone(row));
                text.push_str(&format!(
                    "{name},EndCustomer,InTrial,DE,+49 40 {phone},{wish}\n"
                ));
            }
            text
        };
        desk.write("in.csv", list(&|row| on[row], &|_| 1));
        desk.import_with(&service, &WAIT).exits(0);
        desk.write("in.csv", list(&|_| true, &|row| 1 + u8::from(changed[row])));
        // What was lost of the import lands before the run begins.
        service.all_has_landed();
        let before = on.iter().enumerate().map(|(row, on)| (name(row), *on));
        let before = before.collect();
        let trial = Self {
            desk,
            service,
            random,
            rows,
            before,
            story: format!("{rows} rows; "),
        };
        assert_eq!(trial.on(), trial.before, "{}", trial.story);
        trial
    }

    fn on(&self) -> BTreeMap<String, bool> {
        let added = self.service.added().into_iter();
        added.map(|one| (one.name, one.deploys)).collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.desk.at(&self.service, &[arguments, &WAIT].concat())
    }

    /// Requests that change anybody, so far.
    fn sent(&self) -> u64 {
        let methods = [
            Method::ModifyAutoDeploymentPartnerState,
            Method::ModifyPartner,
        ];
        methods.iter().map(|one| self.service.requests(*one)).sum()
    }

    /// Starts a command and kills it when it has sent some requests; `None` where it was killed.
    fn kill(&mut self, arguments: &[&str], most: usize) -> Option<Done> {
        let sent = self.sent() + self.random.u64(0..=most as u64);
        let more = Duration::from_millis(self.random.u64(..30));
        let mut child = self.command(arguments).spawn().expect("it starts");
        let mut ended = false;
        until("the moment", || {
            ended = child.try_wait().expect("it can be asked").is_some();
            ended || self.sent() > sent
        });
        if !ended {
            std::thread::park_timeout(more);
            // It may have ended by now.
            let _ = child.kill();
        }
        let output = child.wait_with_output().expect("it ends");
        self.service.hear_the_dead();
        let done = Done::of(&output);
        self.story
            .push_str(&format!("{} -> {}; ", arguments[0], done.code));
        (done.code >= 0).then_some(done)
    }

    /// A run that is killed and perhaps continued, or comes to its end.
    fn run_and_kill(&mut self) {
        let concurrency = self.random.usize(1..6).to_string();
        let run = [
            "run",
            "in.csv",
            "--yes",
            "--out",
            "out",
            "--on-exists",
            "update",
            "--concurrency",
            &concurrency,
        ];
        for _ in 0..self.random.usize(1..4) {
            // One that was killed as its last word was written would be followed by another run.
            if self.kill(&run, self.rows * 2).is_some() || self.is_finished() {
                return;
            }
        }
    }

    fn newest(&self) -> Value {
        let runs = self.desk.run(&["runs", "--format", "json"]);
        runs.exits(0).json()[0].clone()
    }

    fn newest_run(&self) -> String {
        self.newest()["run_id"].as_str().expect("a run").to_owned()
    }

    fn is_finished(&self) -> bool {
        !self.newest()["finished_at"].is_null()
    }

    /// How many customers an undo would take back now, as somebody who looks first is told.
    fn number(&self, run: &str, more: &[&str]) -> String {
        let dry = ["undo", run, "--dry-run", "--format", "json"];
        let dry = self.command(&[&dry[..], more].concat()).output();
        let dry = Done::of(&dry.expect("it starts")).json();
        let count = |what: &str| dry["counts"][what].as_u64().expect("a number");
        (count("remove") + count("restore")).to_string()
    }

    /// Takes a run back: killed now and then, until it comes to its end.
    fn undo(&mut self, run: &str, more: &[&str]) -> Done {
        let kills = self.random.usize(..3);
        for attempt in 0..8 {
            let number = self.number(run, more);
            let undo = ["undo", run, "--confirm", &number, "--out", "undone"];
            let undo = [&undo[..], more].concat();
            let done = if attempt < kills {
                self.kill(&undo, self.rows)
            } else {
                let output = self.command(&undo).output().expect("it starts");
                let done = Done::of(&output);
                self.story.push_str(&format!("undo -> {}; ", done.code));
                Some(done)
            };
            match done {
                Some(done) if matches!(done.code, 0 | 1) => return done,
                // Something has landed since the number was told.
                Some(done) if done.code == 2 => assert!(done.err.contains("agreed to"), "{done:?}"),
                Some(done) => panic!("{}: {done:?}", self.story),
                None => {}
            }
        }
        panic!("it never ends: {}", self.story);
    }

    /// What the files say of each customer is so.
    fn holds(&self, undone: &Done, with_found: bool) {
        // Nothing that was lost lands any more.
        self.service.all_has_landed();
        let story = &self.story;
        if undone.err.contains("has created nothing") {
            for customer in self.service.added() {
                self.holds_of(&customer, None, with_found);
            }
            return;
        }
        let undo = self.desk.read("undone/undo.json");
        let undo: Value = serde_json::from_str(&undo).expect("JSON");
        let table = self.desk.table("undone/removed.csv");
        let count = |what: &str| {
            let count = undo["counts"][what].as_u64().expect("a number");
            usize::try_from(count).expect("few")
        };
        let told = |status: &str| {
            let all = table.column("UndoStatus");
            all.into_iter().filter(|one| *one == status).count()
        };
        for status in ["restored", "kept", "gone", "unknown", "pending"] {
            assert_eq!(count(status), told(status), "{status}: {story}");
        }
        assert_eq!(count("changed"), table.rows.len(), "{story}");
        let is_short = count("restored") < count("changed");
        assert_eq!(undone.code, i32::from(is_short), "{story}\n{}", undone.err);
        let says: BTreeMap<&str, &BTreeMap<String, String>> = table
            .rows
            .iter()
            .map(|row| (row["Name"].as_str(), row))
            .collect();
        for customer in self.service.added() {
            let row = says.get(customer.name.as_str()).copied();
            self.holds_of(&customer, row, with_found);
        }
    }

    fn holds_of(
        &self,
        customer: &PartnerView,
        row: Option<&BTreeMap<String, String>>,
        with_found: bool,
    ) {
        let was_on = self.before[&customer.name];
        let status = row.map_or("", |row| row["UndoStatus"].as_str());
        let story = format!("{customer:?}\n{row:?}\n{}", self.story);
        if was_on {
            assert!(customer.deploys, "it was on before: {story}");
        } else if customer.deploys {
            assert_eq!(status, "kept", "it stays on: {story}");
            let code = row.map_or("", |row| row["UndoCode"].as_str());
            assert!(
                code == "no-answer" || code == "found-only" && !with_found,
                "{story}"
            );
        }
        let phone = customer.phone.as_deref().unwrap_or_default();
        let is_back = phone == "+49 40 1";
        assert!(is_back || status == "kept", "it stays changed: {story}");
    }
}
