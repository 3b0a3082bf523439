//! The customer sheet, copied element by element: our columns filled in, cells at fault coloured,
//! everything else as it was.

use std::io::{BufRead, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

use super::cells::{Edit, Look, Value, cell, number_in};
use super::error::EditError;
use super::frame::{self, Frame, order_of};
use super::styles::Styles;
use super::survey::{Survey, column_of};
use super::xml;

/// The height of a line, in points.
const LINE: u32 = 15;

/// What is to become of the rows.
pub trait Rows {
    /// The changes of a row (from 1), from the left; none for rows that stay as they are.
    fn edits(&mut self, row: u32) -> Vec<Edit>;
    /// The next row from `row` on that has changes.
    fn next(&self, row: u32) -> Option<u32>;
    /// How many lines the longest of these texts takes.
    fn lines(&self, _edits: &[Edit]) -> u32 {
        1
    }
    /// Whether cells of this row may bear the ground of an earlier run.
    fn may_be_marked(&self, row: u32) -> bool;
    /// The ground of a cell (row from 1, column from 0) before that of an earlier run.
    fn ground_before(&self, row: u32, column: u32) -> Option<u32>;
}

/// Copies a sheet.
///
/// # Errors
///
/// When the sheet is no XML, or the output cannot be written.
pub fn rewrite(
    sheet: impl BufRead,
    out: impl Write,
    survey: &Survey,
    frame: &Frame,
    rows: &mut dyn Rows,
    styles: &mut Styles,
) -> Result<(), EditError> {
    let mut copy = Copy {
        reader: Reader::from_reader(sheet),
        writer: Writer::new(out),
        survey,
        rows,
        styles,
        row: 0,
    };
    let mut pending = frame.pending(survey);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = copy.read(&mut buffer)?;
        match event {
            Event::Eof => return Ok(()),
            Event::Start(tag) => {
                copy.event(Event::Start(tag))?;
                break;
            }
            other => copy.event(other)?,
        }
    }
    loop {
        buffer.clear();
        let event = copy.read(&mut buffer)?;
        let (tag, empty) = match &event {
            Event::Start(tag) => (tag.to_owned(), false),
            Event::Empty(tag) => (tag.to_owned(), true),
            Event::End(_) => {
                copy.flush(&mut pending, usize::MAX)?;
                copy.event(event)?;
                break;
            }
            Event::Eof => break,
            _ => {
                copy.event(event)?;
                continue;
            }
        };
        let full = tag.name();
        let name = xml::local(full.as_ref());
        if let Some(order) = order_of(name) {
            copy.flush(&mut pending, order)?;
        }
        match name {
            "sheetData" => copy.data(&tag, empty)?,
            _ if frame.changes(name) => {
                let raw = copy.capture(&tag, empty)?;
                let raw = frame::changed(name, &raw, frame, survey)?;
                copy.raw(&raw)?;
            }
            _ => copy.pass(event)?,
        }
    }
    Ok(())
}

struct Copy<'a, R: BufRead, W: Write> {
    reader: Reader<R>,
    writer: Writer<W>,
    survey: &'a Survey,
    rows: &'a mut dyn Rows,
    styles: &'a mut Styles,
    /// The last row that was written, from 1.
    row: u32,
}

impl<R: BufRead, W: Write> Copy<'_, R, W> {
    fn read<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, EditError> {
        let read = self.reader.read_event_into(buffer);
        read.map_err(|error| EditError::unreadable("sheet", error))
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), EditError> {
        self.writer.write_event(event).map_err(EditError::Write)
    }

    fn raw(&mut self, text: &str) -> Result<(), EditError> {
        let out = self.writer.get_mut();
        out.write_all(text.as_bytes()).map_err(EditError::Write)
    }

    /// Writes what is new and stands before the parts of this order.
    fn flush(&mut self, pending: &mut Vec<(usize, String)>, order: usize) -> Result<(), EditError> {
        let later = pending.split_off(pending.partition_point(|(at, _)| *at < order));
        for (_, text) in std::mem::replace(pending, later) {
            self.raw(&text)?;
        }
        Ok(())
    }

    /// Copies an element that was begun to its end.
    fn pass(&mut self, first: Event<'_>) -> Result<(), EditError> {
        let mut depth = u32::from(matches!(first, Event::Start(_)));
        self.event(first)?;
        let mut buffer = Vec::new();
        while depth > 0 {
            buffer.clear();
            let event = self.read(&mut buffer)?;
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(EditError::unreadable("sheet", "cut off")),
                _ => {}
            }
            self.event(event)?;
        }
        Ok(())
    }

    /// An element that was begun, as text.
    fn capture(&mut self, tag: &BytesStart<'_>, empty: bool) -> Result<String, EditError> {
        let mut text = Writer::new(Vec::new());
        let first = if empty {
            Event::Empty(tag.borrow())
        } else {
            Event::Start(tag.borrow())
        };
        text.write_event(first).map_err(EditError::Write)?;
        let mut depth = u32::from(!empty);
        let mut buffer = Vec::new();
        while depth > 0 {
            buffer.clear();
            let read = self.reader.read_event_into(&mut buffer);
            let event = read.map_err(|error| EditError::unreadable("sheet", error))?;
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(EditError::unreadable("sheet", "cut off")),
                _ => {}
            }
            text.write_event(event).map_err(EditError::Write)?;
        }
        String::from_utf8(text.into_inner()).map_err(|error| EditError::unreadable("sheet", error))
    }

    /// The next element inside the one that is open, and whether it is empty; none at its end. What is no
    /// element is written as it is.
    fn next_inside(
        &mut self,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<(BytesStart<'static>, bool)>, EditError> {
        loop {
            buffer.clear();
            match self.read(buffer)? {
                Event::Start(tag) => return Ok(Some((tag.into_owned(), false))),
                Event::Empty(tag) => return Ok(Some((tag.into_owned(), true))),
                Event::End(_) | Event::Eof => return Ok(None),
                other => self.event(other)?,
            }
        }
    }

    fn data(&mut self, tag: &BytesStart<'_>, empty: bool) -> Result<(), EditError> {
        self.event(Event::Start(tag.borrow()))?;
        let mut buffer = Vec::new();
        while !empty && let Some((row, empty)) = self.next_inside(&mut buffer)? {
            let number = xml::number_of(&row, "r").unwrap_or(self.row + 1);
            self.missing_rows(number)?;
            self.row = number;
            let edits = self.rows.edits(number);
            if edits.is_empty() && !self.rows.may_be_marked(number) {
                self.pass(event_of(&row, empty))?;
            } else {
                self.a_row(&row, empty, &edits)?;
            }
        }
        self.missing_rows(u32::MAX)?;
        self.event(Event::End(tag.to_end()))
    }

    /// Rows with changes that do not stand in the sheet, before this one.
    fn missing_rows(&mut self, before: u32) -> Result<(), EditError> {
        while let Some(row) = self.rows.next(self.row + 1).filter(|row| *row < before) {
            let p = self.survey.prefix.as_str();
            let edits = self.rows.edits(row);
            let height = self.height(None, &edits);
            let height = height.map_or_else(String::new, |height| format!(" ht=\"{height}\""));
            let mut text = format!("<{p}row r=\"{row}\"{height}>");
            for edit in &edits {
                let style = self.style_of(edit, self.column_style(edit.column));
                text.push_str(&cell(p, row, edit, style));
            }
            text.push_str(&format!("</{p}row>"));
            self.raw(&text)?;
            self.row = row;
        }
        Ok(())
    }

    fn a_row(
        &mut self,
        tag: &BytesStart<'_>,
        empty: bool,
        edits: &[Edit],
    ) -> Result<(), EditError> {
        let own = xml::number_of(tag, "s").filter(|_| {
            xml::value_of(tag, "customFormat").is_some_and(|set| set == "1" || set == "true")
        });
        // The cells it spans have changed; programs work that out themselves.
        let height = self
            .height(Some(tag), edits)
            .map(|height| height.to_string());
        let mut set = vec![("spans", None)];
        set.extend(height.as_deref().map(|height| ("ht", Some(height))));
        self.raw(&format!("<{}>", xml::changed(tag, &set)))?;
        let mut edits = edits.iter().peekable();
        let mut column = None;
        let mut buffer = Vec::new();
        while !empty && let Some((found, empty)) = self.next_inside(&mut buffer)? {
            if xml::local(found.name().as_ref()) != "c" {
                self.new_cells(&mut edits, u32::MAX, own)?;
                self.pass(event_of(&found, empty))?;
                continue;
            }
            let at = column_of(&found, column);
            column = Some(at);
            self.new_cells(&mut edits, at, own)?;
            match edits.next_if(|edit| edit.column == at) {
                Some(edit) => self.edited(&found, empty, edit)?,
                None => self.unedited(&found, at, empty)?,
            }
        }
        self.new_cells(&mut edits, u32::MAX, own)?;
        self.raw(&format!("</{}>", tag.name().as_ref() as &str))
    }

    /// The height of a row that its texts need more of, in points: not every program makes a row as high
    /// as its text. One that somebody has set stays.
    fn height(&self, tag: Option<&BytesStart<'_>>, edits: &[Edit]) -> Option<u32> {
        let value = |name| tag.and_then(|tag| xml::value_of(tag, name));
        let is_set = value("customHeight").is_some_and(|set| set == "1" || set == "true");
        let own = value("ht").and_then(|height| height.parse::<f64>().ok());
        let lines = self.rows.lines(edits);
        let height = lines * LINE;
        let grows = own.is_none_or(|own| own < f64::from(height));
        (lines > 1 && grows && !is_set).then_some(height)
    }

    /// Changes of cells that do not stand in the row, before this column.
    fn new_cells<'e>(
        &mut self,
        edits: &mut std::iter::Peekable<impl Iterator<Item = &'e Edit>>,
        before: u32,
        row_style: Option<u32>,
    ) -> Result<(), EditError> {
        while let Some(edit) = edits.next_if(|edit| edit.column < before) {
            let own = row_style.unwrap_or_else(|| self.column_style(edit.column));
            let style = self.style_of(edit, own);
            let text = cell(&self.survey.prefix, self.row, edit, style);
            self.raw(&text)?;
        }
        Ok(())
    }

    fn edited(&mut self, tag: &BytesStart<'_>, empty: bool, edit: &Edit) -> Result<(), EditError> {
        let own = xml::number_of(tag, "s").unwrap_or(0);
        let own = self.settled(edit.column, own);
        let style = self.style_of(edit, own);
        let raw = self.capture(tag, empty)?;
        let formula = format!("<{}f", self.survey.prefix);
        let text = match &edit.value {
            Value::Keep => restyled(&raw, style),
            // What a formula gives is the user's own.
            Value::Marked(_) if raw.contains(&formula) => restyled(&raw, style),
            _ => cell(&self.survey.prefix, self.row, edit, style),
        };
        self.raw(&text)
    }

    fn unedited(
        &mut self,
        tag: &BytesStart<'_>,
        column: u32,
        empty: bool,
    ) -> Result<(), EditError> {
        let own = number_in(tag);
        let settled = self.settled(column, own);
        if settled == own {
            return self.pass(event_of(tag, empty));
        }
        let raw = self.capture(tag, empty)?;
        self.raw(&restyled(&raw, settled))
    }

    /// A style without the ground of an earlier run.
    fn settled(&mut self, column: u32, own: u32) -> u32 {
        if self.rows.may_be_marked(self.row) {
            let before = self.rows.ground_before(self.row, column);
            self.styles.cleared(own, before)
        } else {
            own
        }
    }

    fn style_of(&mut self, edit: &Edit, own: u32) -> u32 {
        match edit.look {
            Look::Own => own,
            Look::As(style) => style,
            Look::Fault(worst) => self.styles.at_fault(own, worst),
        }
    }

    fn column_style(&self, column: u32) -> u32 {
        let styles = self.survey.column_styles.iter();
        let mut found = styles.filter(|(first, last, _)| (*first..=*last).contains(&column));
        found.next().map_or(0, |(.., style)| *style)
    }
}

fn event_of<'t>(tag: &'t BytesStart<'_>, empty: bool) -> Event<'t> {
    if empty {
        Event::Empty(tag.borrow())
    } else {
        Event::Start(tag.borrow())
    }
}

fn restyled(raw: &str, style: u32) -> String {
    xml::with_attributes(raw, &[("s", Some(&style.to_string()))])
}
