//! A face that is no terminal: the use cases from the list to the customers and back, from values and
//! events alone.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use partner_import::flow::agree::{Agreement, Answer, Answered, Asking, Asks, Question, agree};
use partner_import::flow::begin::{Beginning, begin};
use partner_import::flow::check::check;
use partner_import::flow::drafting::{Drafting, Keeping};
use partner_import::flow::enter::{Entrance, WithoutRows, enter, lock};
use partner_import::flow::event::{Event, Listener, Note, Stage};
use partner_import::flow::failure::{Failure, Kind};
use partner_import::flow::guard::Guards;
use partner_import::flow::host::{Host, Keeps, Work};
use partner_import::flow::in_flight::Unreadable;
use partner_import::flow::open::open;
use partner_import::flow::plan::{Questions, plan};
use partner_import::flow::run::{self, Carrying};
use partner_import::flow::runs::open_run;
use partner_import::flow::tally::Tally;
use partner_import::flow::target::{Target, connect};
use partner_import::flow::undo::{self, Outlook, Planned, Undoable};
use partner_import::model::{Ending, RowIndex};
use partner_import::report::next::Flags;
use partner_import::settings::table::SANDBOX;
use partner_import::settings::{Machine, Origins, Profile, Resolved, Settings, Typed};
use partner_import::submit::Control;
use partner_import::submit::undo::FoundOnes;
use tokio::sync::watch;

const LIST: &str = "Name,Level,Parent\n\
    Acme,Reseller,\n\
    Beta,EndCustomer,Acme\n\
    Gamma,EndCustomer,Acme\n";

/// Remembers what it was told.
struct Heard {
    tally: Mutex<Tally>,
    said: Mutex<Vec<String>>,
}

impl Heard {
    fn new() -> Self {
        Self {
            tally: Mutex::new(Tally::new(Instant::now())),
            said: Mutex::default(),
        }
    }

    fn say(&self, text: String) {
        self.said.lock().expect("not poisoned").push(text);
    }

    fn said(&self) -> Vec<String> {
        std::mem::take(&mut *self.said.lock().expect("not poisoned"))
    }
}

impl Listener for Heard {
    fn on(&self, event: Event<'_>) {
        match event {
            Event::Begins(stage) => self.say(match stage {
                Stage::Reading(_) => "reading".to_owned(),
                Stage::Checking(_) => "checking".to_owned(),
                other => format!("{other:?}"),
            }),
            Event::Note(Note::Intent { counted, .. }) => self.say(counted),
            Event::Sends(sending) => {
                *self.tally.lock().expect("not poisoned") = Tally::new(Instant::now());
                let numbers = sending.rows.numbers.clone();
                self.say(format!("{:?} {numbers:?}", sending.direction));
            }
            Event::Row(event) => {
                let mut tally = self.tally.lock().expect("not poisoned");
                tally.on(&event, Instant::now());
            }
            Event::Sent => {
                let ended = self.tally.lock().expect("not poisoned").ended;
                let counts = (ended.created, ended.removed, ended.kept);
                self.say(format!("sent {counts:?}"));
            }
            _ => {}
        }
    }
}

/// Answers always the same.
struct Says(Answer);

impl Asks for Says {
    fn ask<'a>(&'a self, _: &'a Question) -> Answered<'a> {
        Box::pin(std::future::ready(self.0))
    }
}

/// Settings that a face made, not a command line.
struct Desk {
    directory: tempfile::TempDir,
    resolved: Resolved,
    host: Host,
}

impl Desk {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let state_dir = directory.path().join("state");
        let machine = Machine {
            data_dir: Some(state_dir.clone()),
            ..Machine::new(|_| None, Arc::new(|| 1_772_000_000_000))
        };
        let typed = Typed::default().with(&SANDBOX, "true");
        let settings = Settings::new(Profile::default(), typed, machine).expect("settings");
        let resolved = settings.with(&Typed::default()).expect("settings");
        Self {
            host: Host {
                name: "here".to_owned(),
                state_dir,
                keeps: Keeps::Usual,
            },
            directory,
            resolved,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn target(&self, heard: &Heard) -> Target {
        let nobody = |_: &_| Err(Failure::usage("the sandbox asks nobody"));
        let target = connect(&self.resolved, 2, nobody, heard).await;
        target.expect("a sandbox")
    }

    fn work<'w>(&'w self, target: &'w Target, heard: &'w Heard) -> Work<'w> {
        Work {
            host: &self.host,
            target,
            running: &self.resolved.running,
            control: watch::channel(Control::Run).1,
            events: heard,
        }
    }

    /// From the list to its customers; hands back the run's id.
    async fn import(&self, list: &Path, work: &Work<'_>) -> Result<String, Failure> {
        let opened = open(list)?;
        let mut lock = lock(work.host, &work.target.lock_key(), list, work.now_ms())?;
        let (checked, rows) = check(opened, &self.resolved, work.events)?;
        let drafting = Drafting::begin(Keeping::OnDisk, &work.host.state_dir, rows.into());
        let entrance = Entrance {
            given_up: None,
            unreadable: Unreadable::Block,
            without_rows: WithoutRows::StayOut,
        };
        let entered = enter(&checked, entrance, work).await?;
        let patience = work.patience();
        let asking = Questions {
            target: work.target,
            patience: &patience,
            events: work.events,
            state_dir: &work.host.state_dir,
        };
        let planned = plan(checked, entered, self.resolved.planning, None, &asking).await?;
        let agreement = Agreement {
            asking: Asking::ByCount,
            guards: Guards::of(&self.resolved),
        };
        let agreed = agree(planned, agreement, &Says(Answer::Yes), work).await?;
        let beginning = Beginning {
            options: Vec::new(),
            origins: Origins::default(),
            out: Some(self.path("out")),
            job: None,
            backup_profile: None,
        };
        let begun = begin(agreed, drafting.done()?, &mut lock, &beginning, work)?;
        let carrying = Carrying {
            settings: self.resolved.plain(),
            flags: Flags::default(),
            quarantine: None,
        };
        let ended = run::carry(begun, carrying, work).await?;
        assert_eq!(ended.ending, Ending::Done);
        Ok(ended.info.id)
    }

    fn undoable(&self, run: &str) -> Undoable {
        let store = open_run(&self.host.state_dir, run).expect("a run");
        Undoable::of(store).expect("a journal").expect("a plan")
    }

    /// What there is to do, when the tenant has been taken.
    async fn outlook(&self, run: &str, work: &Work<'_>) -> Outlook {
        let entered = undo::enter(self.undoable(run), work).await;
        let entered = entered.expect("nobody else is there");
        let outlook = undo::plan(entered, FoundOnes::Stay, work).await;
        outlook.expect("a tenant")
    }

    async fn to_do(&self, run: &str, work: &Work<'_>) -> Planned {
        match self.outlook(run, work).await {
            Outlook::ToDo(planned) => *planned,
            Outlook::Nothing | Outlook::Over(_) => panic!("there is something to do"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_and_its_undo_are_values_and_events() {
    let (desk, heard) = (Desk::new(), Heard::new());
    let list = desk.path("list.csv");
    std::fs::write(&list, LIST).expect("it can be written");
    let target = desk.target(&heard).await;
    let work = desk.work(&target, &heard);
    let run = desk.import(&list, &work).await.expect("it can be run");
    assert_eq!(
        heard.said(),
        [
            "reading",
            "checking",
            "ReadingTenant",
            "Planning",
            "WritingJournal",
            "Forth [2, 3, 4]",
            "sent (3, 0, 0)",
            "WritingResults",
        ]
    );

    let look = undo::preview(desk.undoable(&run), FoundOnes::Stay, &work).await;
    let look = look.expect("a tenant");
    assert_eq!(look.plan().counts().remove, 3);
    assert_eq!(look.plan().items[0].row, RowIndex(0));
    drop(look);
    heard.said();

    let wrong = undo::Agreement::Given(2);
    let planned = desk.to_do(&run, &work).await;
    let refused = undo::agree(planned, wrong, &Says(Answer::Yes), &work).await;
    let refused = refused.err().expect("another number");
    assert_eq!(refused.kind, Kind::Usage);
    let asking = undo::Agreement::Asking;
    for (answer, kind) in [(Answer::No, Kind::Declined), (Answer::Nobody, Kind::Usage)] {
        let planned = desk.to_do(&run, &work).await;
        let refused = undo::agree(planned, asking, &Says(answer), &work).await;
        assert_eq!(refused.err().expect("no agreement").kind, kind);
    }
    heard.said();

    let planned = desk.to_do(&run, &work).await;
    let agreed = undo::agree(planned, asking, &Says(Answer::Yes), &work).await;
    let carrying = undo::Carrying::default();
    let Ok(agreed) = agreed else {
        panic!("it was agreed to");
    };
    let ended = undo::carry(agreed, &carrying, &work).await;
    let ended = ended.expect("it can be undone");
    assert_eq!((ended.ending, ended.kept), (Ending::Done, 0));
    let counted = format!("the run {run} created 3 customers; 3 to remove");
    assert_eq!(
        heard.said(),
        [
            "ReadingTenant",
            "LookingForDevices",
            &counted,
            "Back [2, 3, 4]",
            "sent (0, 3, 0)",
            "WritingResults",
        ]
    );
    assert!(desk.path("out").join("undo.json").is_file());

    // Nobody is asked twice, and nothing is sent for an undo that is over.
    assert!(matches!(desk.outlook(&run, &work).await, Outlook::Over(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_is_planned_keeps_others_out() {
    let (desk, heard) = (Desk::new(), Heard::new());
    let list = desk.path("list.csv");
    std::fs::write(&list, LIST).expect("it can be written");
    let target = desk.target(&heard).await;
    let work = desk.work(&target, &heard);
    let run = desk.import(&list, &work).await.expect("it can be run");
    let planned = desk.to_do(&run, &work).await;
    let other = undo::enter(desk.undoable(&run), &work).await;
    assert_eq!(other.err().expect("it is locked").kind, Kind::Locked);
    let again = desk.import(&list, &work).await;
    assert_eq!(again.expect_err("it is locked").kind, Kind::Locked);
    // Looking disturbs nobody.
    let look = undo::preview(desk.undoable(&run), FoundOnes::Stay, &work).await;
    assert!(look.is_ok());
    drop(planned);
    assert!(undo::enter(desk.undoable(&run), &work).await.is_ok());
}
