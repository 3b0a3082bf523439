//! A plan as JSON, for machines.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::View;
use crate::flow::target::Target;
use crate::model::{
    Deployment, Diagnostic, LeftOutRows, Operation, Parent, Planned, RowIndex, all_left_out,
};
use crate::plan::{Customer, Finding, Item};

impl View<'_> {
    /// Everything, for machines; rows are made one by one as they are written.
    pub fn document<'v>(&'v self, target: &'v Target) -> Document<'v> {
        let counts = self.plan.counts();
        let mut numbers = json!({
            "rows": self.plan.items.len(),
            "create": counts.create,
            "exists": counts.exists,
            "invalid": counts.invalid,
            "blocked": counts.blocked,
        });
        for (word, count) in [
            ("update", counts.update),
            ("fail", counts.fail),
            ("automatic_deployment", counts.deploy),
        ] {
            if count > 0 {
                numbers[word] = json!(count);
            }
        }
        let reasons = &self.prepared.file.checked.left_out;
        if !reasons.is_empty() {
            numbers["left_out"] = json!(all_left_out(reasons));
        }
        let findings: Map<String, Value> = Finding::ALL
            .iter()
            .map(|one| (one.as_str().to_owned(), json!(self.plan.found(*one))))
            .collect();
        let source = &self.prepared.file.source;
        Document {
            file: &source.file,
            sheet: source.sheet.as_deref(),
            endpoint: &target.name,
            mode: target.mode().as_str(),
            root: json!({ "id": self.tenant.root().id, "name": &*self.tenant.root().name }),
            counts: numbers,
            left_out_by: reasons,
            findings,
            rows: self,
            diagnostics: self.diagnostics,
            orphans: self
                .orphans
                .map(|all| all.iter().map(|one| orphan(one)).collect()),
            refused: &self.refused,
        }
    }

    /// The plan as JSON lines: problems, rows, and last what is said of all of them.
    pub fn lines(&self, target: &Target, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let mut line = |kind: &str, mut document: Value| {
            document["type"] = json!(kind);
            serde_json::to_writer(&mut *out, &document)?;
            out.write_all(b"\n")
        };
        for one in self.diagnostics {
            line("diagnostic", json!(diagnostic_document(one)))?;
        }
        for item in &self.plan.items {
            line("row", self.row(item))?;
        }
        for one in self.orphans.into_iter().flatten() {
            line("orphan", orphan(one))?;
        }
        let document = self.document(target);
        let mut summary = json!({
            "file": document.file,
            "sheet": document.sheet,
            "endpoint": document.endpoint,
            "mode": document.mode,
            "root": document.root,
            "counts": document.counts,
            "left_out_by": document.left_out_by,
            "findings": document.findings,
        });
        if !document.refused.is_empty() {
            summary["refused"] = json!(document.refused);
        }
        line("summary", summary)
    }

    fn row(&self, item: &Item) -> Value {
        let action = &item.action;
        let mut row = self.place(item.row);
        row["address"] = self.address(item.row);
        row["action"] = json!(action.as_str());
        row["finding"] = json!(item.finding.as_str());
        row["name"] = json!(self.names.get(item.row.as_usize()));
        if self.held.rows.contains_key(&item.row) {
            row["quarantined"] = json!(true);
        }
        if let Some(codes) = self.codes.get(&item.row.0) {
            row["codes"] = json!(codes);
        }
        if let Some(id) = action.id() {
            row["id"] = json!(id.get());
        }
        match action.parent() {
            Some(Parent::Customer(id)) => {
                let name = self.tenant.get(id.get()).map(|one| &*one.name);
                row["parent"] = json!({ "id": id.get(), "name": name });
            }
            Some(Parent::Row(above)) => {
                row["parent"] = self.place(above);
                row["parent"]["name"] = json!(self.name(above));
            }
            None => {}
        }
        if item.deployment == Deployment::SwitchOn {
            row["automatic_deployment"] = json!(true);
        }
        match action {
            Planned::Send(Operation::Create { partner, .. }) => {
                row["partner_info"] = json!(**partner);
                if self.derived_level(item).is_some() {
                    row["level_derived"] = json!(true);
                }
            }
            Planned::Send(Operation::Update { update, .. }) => {
                row["changes"] = json!(update.changes);
            }
            Planned::Blocked { by } => {
                row["blocked_by_row"] = json!(self.number(*by));
                if let Some(sheet) = self.prepared.file.checked.sheets.of(*by) {
                    row["blocked_by_sheet"] = json!(sheet);
                }
            }
            _ => {}
        }
        if action.id().is_some() {
            row["differences"] = item
                .differences
                .iter()
                .map(|one| json!({ "member": one.member, "tenant": one.tenant, "row": one.row }))
                .collect();
        }
        row
    }

    /// Where the row stands: its first cell, with the sheet of a workbook.
    fn address(&self, row: RowIndex) -> Value {
        let source = &self.prepared.file.source;
        json!({
            "file": source.file,
            "sheet": self.prepared.file.checked.sheets.of(row).or(source.sheet.as_deref()),
            "cell": format!("A{}", self.number(row)),
        })
    }

    /// The row for machines.
    fn place(&self, row: RowIndex) -> Value {
        let mut place = json!({ "row": self.number(row) });
        if let Some(sheet) = self.prepared.file.checked.sheets.of(row) {
            place["sheet"] = json!(sheet);
        }
        place
    }
}

/// A plan as JSON.
#[derive(Serialize)]
pub struct Document<'v> {
    file: &'v str,
    sheet: Option<&'v str>,
    endpoint: &'v str,
    mode: &'static str,
    root: Value,
    counts: Value,
    #[serde(skip_serializing_if = "<[LeftOutRows]>::is_empty")]
    left_out_by: &'v [LeftOutRows],
    findings: Map<String, Value>,
    #[serde(serialize_with = "rows")]
    rows: &'v View<'v>,
    #[serde(serialize_with = "diagnostics")]
    diagnostics: &'v [Diagnostic],
    #[serde(skip_serializing_if = "Option::is_none")]
    orphans: Option<Vec<Value>>,
    /// Why a guard would hold the run back, reason by reason.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    refused: &'v [String],
}

/// A customer for which no row of the list stands.
fn orphan(one: &Customer) -> Value {
    json!({
        "id": one.id,
        "parent_id": one.parent,
        "name": one.name,
        "level": one.level,
        "state": one.state,
        "external_code": one.external_code,
    })
}

fn rows<S: Serializer>(view: &View<'_>, out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(view.plan.items.iter().map(|item| view.row(item)))
}

fn diagnostics<S: Serializer>(all: &[Diagnostic], out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(all.iter().map(diagnostic_document))
}

fn diagnostic_document(one: &Diagnostic) -> Value {
    let mut document = json!({
        "row": one.at.map(|at| at.row),
        "cell": one.at.map(|at| at.to_string()),
        "column": one.column,
        "value": one.value,
        "code": one.rule.code,
        "severity": one.severity().as_str(),
        "message": one.message,
        "help": one.help,
        "suggestions": one.suggestions,
        "related_rows": one.related_rows,
    });
    if let Some(sheet) = &one.sheet {
        document["sheet"] = json!(sheet);
    }
    let sheets = one.related_rows.sheets();
    if !sheets.is_empty() {
        document["related_sheets"] = json!(sheets);
    }
    document
}
