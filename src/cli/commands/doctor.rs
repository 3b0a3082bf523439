//! `doctor`: a look at the service before the first run; changes nothing.

use std::time::Duration;

use serde_json::{Value, json};

use crate::api::watched::{Exchange, Keep};
use crate::cli::args::{Common, DoctorArgs, TextOrJson};
use crate::cli::credentials;
use crate::cli::exit::Exit;
use crate::cli::show::face::Face;
use crate::cli::show::output::{Output, Stream};
use crate::cli::signals::watch_signals;
use crate::flow::doctor::{self, Examination, Extent, Finding, Patient, Verdict};
use crate::flow::failure::{Failure, Kind};
use crate::flow::host::first_patience;
use crate::flow::new_file::{try_new, write_new};
use crate::flow::target::{Target, connect_watched, in_words};
use crate::model::number::counted;
use crate::model::printable;
use crate::report::wrap::wrap;
use crate::settings::Settings;

/// A service that is not reached is said soon: nobody looks at one in order to wait for it.
const FIRST_CONTACT: Duration = Duration::from_secs(4);

/// Runs the command.
pub async fn run(common: &Common, args: &DoctorArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let resolved = settings.with(&args.target)?;
    let keep = match &args.record {
        Some(path) => {
            try_new(path)?;
            Keep::Answers
        }
        None => Keep::Times,
    };
    let face = Face::on(output);
    let password = |access: &_| credentials::find(access, output);
    let (target, seen) = connect_watched(&resolved, (1, keep), password, &face).await?;
    let patient = Patient::of(&target, &resolved, seen);
    let mut patience = first_patience(watch_signals(), &resolved.running);
    patience.first_contact = patience.first_contact.min(FIRST_CONTACT);
    let examination = patient.examine(&patience, &face).await;
    drop(face);
    let target = &target;
    match args.format {
        TextOrJson::Json => output.document(&document(&examination, target))?,
        TextOrJson::Text => {
            let width = Stream::Out.room().columns();
            output.text(&text(&examination, target, width))?;
        }
    }
    if let Some(path) = &args.record {
        let record = doctor::record(&examination.exchanges, examination.extent());
        let bytes = serde_json::to_vec_pretty(&record).unwrap_or_default();
        write_new(path, &bytes)?;
        output.say(&format!(
            "written: {}, {}; read it before you pass it on",
            path.display(),
            recorded(&examination.exchanges)
        ));
    }
    match examination.extent() {
        Extent::Whole => Ok(exit_of(&examination)),
        Extent::Part => Err(Failure::interrupted(
            "interrupted: not everything was looked at",
        )),
    }
}

/// What a record holds, in words.
fn recorded(exchanges: &[Exchange]) -> String {
    let answered = exchanges.iter().filter(|one| one.failure.is_none()).count();
    let silent = match exchanges.len() - answered {
        0 => String::new(),
        1 => "1 request that had no answer".to_owned(),
        many => format!("{} that had no answer", counted(many, "request")),
    };
    let shapes = match answered {
        0 => return format!("with {silent}"),
        1 => "with the shape of 1 answer and no value of it".to_owned(),
        many => format!("with the shapes of {many} answers and no values of them"),
    };
    match silent.as_str() {
        "" => shapes,
        silent => format!("{shapes}, and {silent}"),
    }
}

fn exit_of(examination: &Examination) -> Exit {
    match examination.stopped {
        Some(Kind::Refused) => Exit::Refused,
        Some(Kind::Usage) => Exit::Usage,
        Some(_) => Exit::Stopped,
        None if examination.worst() == Verdict::WillFail => Exit::SomeRows,
        None => Exit::Done,
    }
}

fn text(examination: &Examination, target: &Target, width: usize) -> String {
    let below = examination.below.as_deref().unwrap_or("the service");
    let mode = in_words(target.mode());
    let mut text = format!(
        "{} at {}, {mode}\n\n",
        printable(below),
        printable(&target.name)
    );
    let widest = examination.findings.iter().map(|one| one.about.len());
    let widest = widest.max().unwrap_or(0);
    for Finding {
        about,
        verdict,
        says,
        advice,
    } in &examination.findings
    {
        let head = format!("{:<9}  {about:<widest$}  ", verdict.words());
        let indent = head.len();
        text.push_str(&wrap(
            &format!("{head}{}", printable(says)),
            width,
            0,
            indent,
        ));
        text.push('\n');
        if let Some(advice) = advice {
            let line = format!("{}{}", " ".repeat(indent), printable(advice));
            text.push_str(&wrap(&line, width, indent, indent));
            text.push('\n');
        }
    }
    text
}

fn document(examination: &Examination, target: &Target) -> Value {
    let findings = examination.findings.iter().map(|one| {
        json!({
            "about": one.about,
            "verdict": one.verdict.as_str(),
            "says": one.says,
            "advice": one.advice,
        })
    });
    let mut document = json!({
        "endpoint": target.name,
        "mode": target.mode().as_str(),
        "below": examination.below,
        "worst": examination.worst().as_str(),
        "requests": examination.exchanges.len(),
        "findings": findings.collect::<Vec<Value>>(),
    });
    if examination.extent() == Extent::Part {
        document["interrupted"] = true.into();
    }
    document
}
