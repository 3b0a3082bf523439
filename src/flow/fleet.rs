//! The nights of many tenants: one after the other or some at once, each as if it were alone, with its
//! own journal, lock and results. None that fails stops another.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::agree::{Answer, Answered, Asking, Asks, Question};
use super::begin::spare_input;
use super::drafting::Keeping;
use super::event::{Event, Listener, Note};
use super::failure::Failure;
use super::host::{Host, Keeps, Work};
use super::import::{Attends, Order, import, leave_word, out_of};
use super::in_flight::Unreadable;
use super::of_run::named_id;
use super::open::open;
use super::plan::PlannedList;
use super::quarantine::Holding;
use super::read_rows::ReadRows;
use super::run::Ended;
use super::target::connect_within;
use super::unfinished::Then;
use super::watch::codes_of;
use crate::api::{Credentials, Pacer};
use crate::journal::RunInfo;
use crate::model::Ending;
use crate::report::Counts;
use crate::report::next::{Flags, Next};
use crate::settings::table::OUT;
use crate::settings::{Access, Resolved};
use crate::submit::Control;

/// A tenant that is to be imported.
pub struct Tenant {
    /// What it is called.
    pub name: String,
    /// Its list.
    pub list: PathBuf,
    /// What its night goes by, or what is wrong with that.
    pub ready: Result<Ready, Failure>,
}

/// What a tenant's night goes by.
pub struct Ready {
    /// Flags, fleet file and profile.
    pub resolved: Resolved,
    /// What commands repeat that its result files name.
    pub flags: Box<dyn Fn(&RunInfo) -> Flags + Send + Sync>,
}

/// How a fleet is carried out.
pub struct Fleet<'f> {
    /// Its tenants.
    pub tenants: &'f [Tenant],
    /// How many are at work at once.
    pub at_once: NonZeroUsize,
    /// The send times of all.
    pub pacer: Arc<Pacer>,
    /// The machine's name.
    pub host: String,
    /// What is asked of all of them meanwhile.
    pub control: watch::Receiver<Control>,
    /// Finds who logs in.
    pub credentials: &'f (dyn Fn(&Access) -> Result<Credentials, Failure> + Sync),
    /// How work ends that ended early.
    pub ending_of: fn(&Failure) -> Ending,
    /// Who is told of a sentence, and of which tenant it is.
    pub note: &'f (dyn Fn(&str, &Note) + Sync),
    /// Runs what is to be run after a tenant's import, on the thread on which it was at work; hands back
    /// what went wrong with it.
    pub after: &'f (dyn Fn(&Tenant, &TenantEnd) -> Option<String> + Sync),
    /// Who is told of an end, on that thread too.
    pub ended: &'f (dyn Fn(&TenantEnd) + Sync),
}

/// How a tenant's night ended.
#[derive(Debug)]
pub struct TenantEnd {
    /// The tenant's place in the fleet.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// How.
    pub ending: Ending,
    /// Why it stopped, or never began.
    pub failure: Option<Failure>,
    /// What went wrong after it.
    pub after: Option<String>,
    /// Its run, where there is one.
    pub run: Option<RunOfTenant>,
    /// How long it was at work.
    pub took: Duration,
    /// When it ended, or was passed over, Unix milliseconds.
    pub ended_ms: i64,
}

/// What a tenant's run came to.
#[derive(Debug, Clone, Default)]
pub struct RunOfTenant {
    /// Its id.
    pub id: String,
    /// Rows by status.
    pub counts: Counts,
    /// The first codes of rows that need somebody, each with how many have it.
    pub codes: Vec<(String, u64)>,
    /// Rows that were refused run after run, and not sent.
    pub quarantined: u64,
    /// Rows to be created beside a customer with nearly the same name, which is probably they.
    pub near_names: u64,
    /// Customers of the tenant that the list has not, where they were counted.
    pub orphans: Option<u64>,
    /// Requests by method.
    pub requests: Vec<(String, u64)>,
    /// The directory of the result files.
    pub results: PathBuf,
    /// What to type next.
    pub next: Vec<Next>,
}

/// How bad an end is: the worst of a fleet is the fleet's.
pub fn rank(ending: Ending) -> u8 {
    match ending {
        Ending::Done => 0,
        Ending::SomeRows => 1,
        Ending::Usage => 2,
        Ending::Input => 3,
        Ending::Refused => 4,
        Ending::Stopped => 5,
        Ending::Locked => 6,
        Ending::Interrupted => 7,
    }
}

/// The worst of these; done where there is none.
pub fn worst(ends: &[TenantEnd]) -> Ending {
    let endings = ends.iter().map(|end| end.ending);
    endings.max_by_key(|one| rank(*one)).unwrap_or_default()
}

/// Carries all of them out, and waits for the last; in the order of the fleet. Called on a thread of
/// a runtime that has others.
pub fn carry_out(fleet: &Fleet<'_>) -> Vec<TenantEnd> {
    let next = AtomicUsize::new(0);
    let ends = Mutex::new(Vec::new());
    let runtime = Handle::current();
    std::thread::scope(|scope| {
        for _ in 0..fleet.at_once.get().min(fleet.tenants.len()) {
            scope.spawn(|| {
                let _inside = runtime.enter();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(tenant) = fleet.tenants.get(index) else {
                        break;
                    };
                    let span = tracing::info_span!(
                        "tenant",
                        tenant = tenant.name,
                        run = tracing::field::Empty
                    );
                    let end = span.in_scope(|| fleet.one(index, tenant, &runtime));
                    span.in_scope(|| (fleet.ended)(&end));
                    let mut ends = ends.lock().unwrap_or_else(PoisonError::into_inner);
                    ends.push(end);
                }
            });
        }
    });
    let mut ends = ends.into_inner().unwrap_or_else(PoisonError::into_inner);
    ends.sort_by_key(|end| end.index);
    ends
}

impl Fleet<'_> {
    fn one(&self, index: usize, tenant: &Tenant, runtime: &Handle) -> TenantEnd {
        let mut end = TenantEnd {
            index,
            name: tenant.name.clone(),
            ending: Ending::Interrupted,
            failure: None,
            after: None,
            run: None,
            took: Duration::ZERO,
            ended_ms: super::clock::now_ms(),
        };
        let asked = *self.control.borrow();
        if asked != Control::Run {
            let why = match asked {
                Control::TimeUp => "not started: the time of the fleet's --max-duration was up",
                _ => "not started: the fleet was stopped earlier",
            };
            end.failure = Some(Failure::interrupted(why));
            return end;
        }
        let began = Instant::now();
        let mut ended = None;
        match &tenant.ready {
            // Said once more, as a new failure: the tenant's stays for whoever looks at the fleet.
            Err(failure) => {
                let mut again = Failure::new(failure.kind, failure.message.clone());
                again.details.clone_from(&failure.details);
                end.failure = Some(again);
            }
            Ok(ready) => match runtime.block_on(self.import(tenant, ready)) {
                Ok(run) => {
                    end.takes(&run);
                    for mismatch in &run.mismatches {
                        (self.note)(&tenant.name, &Note::Mismatch(mismatch.message.clone()));
                    }
                    ended = Some(run);
                }
                Err(failure) => {
                    leave_word(&ready.resolved, &tenant.list, &failure);
                    end.failure = Some(failure);
                }
            },
        }
        if let Some(mut run) = ended {
            let unwritten = run.unwritten.take();
            if let Some(failure) = &unwritten {
                end.ending = (self.ending_of)(failure);
            }
            end.failure = run.stopped.take().or(unwritten);
            self.follow(tenant, &mut end, Some(&mut run));
            run.log();
        } else {
            if let Some(failure) = &end.failure {
                end.ending = (self.ending_of)(failure);
            }
            self.follow(tenant, &mut end, None);
        }
        end.took = began.elapsed();
        end.ended_ms = super::clock::now_ms();
        end
    }

    /// Has done what is to be done after it, which may change how it ends.
    fn follow(&self, tenant: &Tenant, end: &mut TenantEnd, run: Option<&mut Ended>) {
        let Some(problem) = (self.after)(tenant, end) else {
            return;
        };
        end.ending = end.ending.and_failed_after();
        if let Some(run) = run
            && let Err(failure) = run.fails_after(&problem, super::clock::now_ms())
        {
            tracing::error!(
                reason = failure.message,
                "the result files still say how the run itself ended"
            );
        }
        end.after = Some(problem);
    }

    /// Its import, for as long as the fleet and its own settings let it go on.
    async fn import(&self, tenant: &Tenant, ready: &Ready) -> Result<Ended, Failure> {
        let (resolved, list) = (&ready.resolved, &tenant.list);
        let host = Host {
            name: self.host.clone(),
            state_dir: resolved.state_dir.clone(),
            keeps: Keeps::Chosen,
        };
        if let Some(out) = resolved.typed.path(&OUT) {
            spare_input(list, out)?;
        }
        resolved.refuse_idle_flags()?;
        let opened = open(list)?;
        let decisive = resolved.decisive(named_id(resolved, list)?.as_deref());
        let ear = Ear {
            name: &tenant.name,
            note: self.note,
        };
        let (connections, pacer) = (
            resolved.running.concurrency.get(),
            Some(Arc::clone(&self.pacer)),
        );
        let connecting = connect_within(resolved, connections, pacer, self.credentials, &ear);
        let target = connecting.await?;
        let (sender, control) = watch::channel(Control::Run);
        let work = Work {
            host: &host,
            target: &target,
            running: &resolved.running,
            control,
            events: &ear,
        };
        let order = Order {
            opened,
            resolved,
            decisive: &decisive,
            approved: None,
            and: Then::Continue,
            unreadable: Unreadable::Block,
            if_changed: resolved.if_changed,
            holding: Holding::Back,
            keeping: Keeping::OnDisk,
            out: out_of(resolved, list),
        };
        let most = resolved.running.max_duration;
        tokio::select! {
            ended = import(order, ready, &work) => ended,
            never = forward(self.control.clone(), most, &sender) => match never {},
        }
    }
}

impl TenantEnd {
    /// What its run came to.
    fn takes(&mut self, ended: &Ended) {
        self.ending = ended.ending;
        let facts = &ended.written.facts;
        self.run = Some(RunOfTenant {
            id: ended.info.id.clone(),
            counts: facts.counts,
            codes: codes_of(facts),
            quarantined: facts.quarantined(),
            near_names: facts.near_names(),
            orphans: facts.info.orphans,
            requests: facts.requests.clone(),
            results: PathBuf::from(&ended.info.out_dir),
            next: ended.written.next.clone(),
        });
    }
}

/// There is nobody to ask.
impl Asks for Ready {
    fn ask<'a>(&'a self, _: &'a Question) -> Answered<'a> {
        Box::pin(async { Answer::Nobody })
    }
}

impl Attends for Ready {
    fn planned(&self, _: &PlannedList, _: Option<&ReadRows>) -> Result<Asking, Failure> {
        Ok(Asking::Never)
    }

    fn flags(&self, info: &RunInfo) -> Flags {
        (self.flags)(info)
    }
}

/// Hands on what is asked of the fleet, and that a tenant's own time is up. Never ends.
async fn forward(
    mut fleet: watch::Receiver<Control>,
    most: Option<Duration>,
    to: &watch::Sender<Control>,
) -> std::convert::Infallible {
    let mut time_up = std::pin::pin!(async {
        match most {
            Some(most) => tokio::time::sleep(most).await,
            None => std::future::pending().await,
        }
    });
    let mut is_up = false;
    loop {
        tokio::select! {
            () = &mut time_up, if !is_up => {
                is_up = true;
                to.send_if_modified(|now| {
                    let goes_on = *now == Control::Run;
                    if goes_on {
                        *now = Control::TimeUp;
                    }
                    goes_on
                });
            }
            changed = fleet.changed() => match changed {
                Ok(()) => {
                    let _ = to.send(*fleet.borrow_and_update());
                }
                Err(_) => std::future::pending().await,
            },
        }
    }
}

/// Hears of one tenant.
struct Ear<'e> {
    name: &'e str,
    note: &'e (dyn Fn(&str, &Note) + Sync),
}

impl Listener for Ear<'_> {
    fn on(&self, event: Event<'_>) {
        match event {
            Event::Note(note) => (self.note)(self.name, &note),
            Event::Run(info) => {
                tracing::Span::current().record("run", info.id.as_str());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_end_is_the_fleets() {
        let of = |numbers: &[i64]| {
            let ends: Vec<TenantEnd> = numbers
                .iter()
                .map(|number| TenantEnd {
                    index: 0,
                    name: String::new(),
                    ending: Ending::of_number(*number).unwrap(),
                    failure: None,
                    after: None,
                    run: None,
                    took: Duration::ZERO,
                    ended_ms: 0,
                })
                .collect();
            worst(&ends).number()
        };
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&[0, 1, 0]), 1);
        assert_eq!(of(&[1, 3, 2]), 3);
        assert_eq!(of(&[5, 4]), 5);
        assert_eq!(of(&[6, 5, 130, 0]), 130);
    }
}
