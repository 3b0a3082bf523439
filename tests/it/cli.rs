//! The tool as people and schedulers meet it: real processes, real sockets, real files.
//!
//! | file | what |
//! |---|---|
//! | `desk` | a place to work at: files, a service, and the tool started there |
//! | `checking` | `check` and `preview` |
//! | `planning` | `plan` and `run --dry-run` |
//! | `running` | `run` and its result files, again and again |
//! | `results_again` | result files through a spreadsheet program and back, `--of-run` |
//! | `results_twice` | rows refused for another row, run again by themselves |
//! | `approving` | `plan --save`, `run --plan` |
//! | `confirming` | questions before a run, `--max-create` |
//! | `front_door` | a list alone, nothing typed, words of other tools, files that are not there, the short help |
//! | `guarding` | what holds a list back: empty, shrunk, wrong rows, too many changes |
//! | `continuing` | interruptions, `resume`, `runs`, `report`, changed inputs, locks |
//! | `cut_off` | requests of a killed run that may still land when another one begins |
//! | `offered` | the commands that are offered, typed in another folder; the options that decide what is sent |
//! | `trouble` | a service that misbehaves, budgets, logs |
//! | `undeploying` | the undo of automatic deployment: every switch is accounted for |
//! | `messy` | a list that was written for something else: said plainly, once, and with the place |
//! | `mistakes` | what a beginner does wrong, and what is said to it |
//! | `exported` | `lookup partners --save FILE.xlsx`, and its way back |
//! | `deployed` | what became of automatic deployment, everywhere a user looks |
//! | `deploying` | automatic deployment and default accounts; every request against the vendor's schema |
//! | `doctor` | a look at the service before the first run, and its record |
//! | `overheard` | a service that keeps every request as it came |
//! | `existing` | customers that already exist: plans, `--on-exists`, quiet second runs |
//! | `shown` | in which order problems are shown, what to type next, why each row is not sent |
//! | `snapshot` | `lookup partners --save`, `check --tenant` |
//! | `schema` | documents held against their JSON Schemas |
//! | `country` | `country`: one answer a name, in order |
//! | `explained` | `explain`: every rule, error number, status and exit code that a person can meet |
//! | `setting_up` | Before the first import: `template`, `init`, `lookup` |
//! | `flags` | Every command and flag in `--help`, man pages and completions |
//! | `serving` | `sandbox`: the simulated service as a process of its own |
//! | `piped` | Output into files and into readers that go away |

mod approving;
mod callers;
mod checking;
mod confirming;
mod continuing;
mod country;
mod cut_off;
mod deployed;
mod deploying;
pub(crate) mod desk;
mod doctor;
mod existing;
mod explained;
mod exported;
mod flags;
mod front_door;
mod guarding;
mod messy;
mod mistakes;
#[cfg(unix)]
mod offered;
mod overheard;
mod piped;
mod planning;
#[cfg(unix)]
mod progress;
mod results_again;
mod results_twice;
mod running;
pub(crate) mod schema;
mod serving;
mod setting_up;
mod shown;
mod snapshot;
#[cfg(unix)]
mod terminal;
mod trouble;
mod undeploying;
