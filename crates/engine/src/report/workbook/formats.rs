//! How cells look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::model::Severity;
use crate::report::status::Status;

/// The ground of cells with an error.
pub const ERROR_GROUND: u32 = 0x00FF_D9D9;
/// The ground of cells with a warning.
pub const WARNING_GROUND: u32 = 0x00FF_F0C2;

/// How the cells look.
pub(super) struct Formats {
    pub(super) header: Format,
    pub(super) text: Format,
    pub(super) id: Format,
    pub(super) message: Format,
    pub(super) error: Format,
    pub(super) warning: Format,
    pub(super) statuses: [Format; Status::COUNT],
}

impl Formats {
    /// As they are in every workbook of ours.
    pub(super) fn new() -> Self {
        let text = Format::new()
            .set_num_format("@")
            .set_align(FormatAlign::Top);
        Self {
            header: Format::new()
                .set_bold()
                .set_num_format("@")
                .set_background_color(0x00E7_EBF0)
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::VerticalCenter),
            error: text
                .clone()
                .set_background_color(ERROR_GROUND)
                .set_border(FormatBorder::Thin)
                .set_border_color(0x00C0_0000),
            warning: text
                .clone()
                .set_background_color(WARNING_GROUND)
                .set_border(FormatBorder::Thin)
                .set_border_color(0x00B4_8A00),
            statuses: Status::ALL.map(status_format),
            id: Format::new().set_align(FormatAlign::Top),
            message: message_format(),
            text,
        }
    }

    /// Those of the cells below the header.
    pub(super) fn all(&self) -> impl Iterator<Item = &Format> {
        let own = [
            &self.text,
            &self.id,
            &self.message,
            &self.error,
            &self.warning,
        ];
        own.into_iter().chain(&self.statuses)
    }
}

/// The numbers under which a workbook knows the formats.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) text: String,
    pub(super) id: String,
    pub(super) message: String,
    error: String,
    warning: String,
    statuses: [String; Status::COUNT],
}

impl Looks {
    /// In the order of [`Formats::all`]; none where there are not as many.
    pub(super) fn of<'n>(numbers: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let mut numbers = numbers.into_iter().map(str::to_owned);
        Some(Self {
            text: numbers.next()?,
            id: numbers.next()?,
            message: numbers.next()?,
            error: numbers.next()?,
            warning: numbers.next()?,
            statuses: numbers.collect::<Vec<_>>().try_into().ok()?,
        })
    }

    /// Of a cell with a problem.
    pub(super) fn at_fault(&self, worst: Severity) -> &str {
        if worst == Severity::Error {
            &self.error
        } else {
            &self.warning
        }
    }

    /// Of a status.
    pub(super) fn status(&self, status: Status) -> &str {
        &self.statuses[status as usize]
    }
}

/// A message: as many lines as it takes, and nothing of it over other cells.
pub(super) fn message_format() -> Format {
    Format::new()
        .set_num_format("@")
        .set_align(FormatAlign::Top)
        .set_text_wrap()
}

/// A status in its colours.
pub(super) fn status_format(status: Status) -> Format {
    let (ground, ink) = colours(status);
    Format::new()
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(ground))
        .set_font_color(Color::RGB(ink))
}

/// Ground and ink of a status.
fn colours(status: Status) -> (u32, u32) {
    match status {
        Status::Created => (0x00C6_EFCE, 0x0000_6100),
        Status::Exists => (0x00DD_EBF7, 0x001F_4E78),
        Status::Updated => (0x00D5_F0EC, 0x000B_5345),
        Status::Failed | Status::Invalid => (0x00FF_C7CE, 0x009C_0006),
        Status::Blocked => (0x00FC_E4D6, 0x0083_3C0B),
        Status::Unknown => (0x00FF_EB9C, 0x007F_6000),
        Status::Pending => (0x00ED_EDED, 0x003F_3F3F),
    }
}

/// The colour of a status in the chart.
pub(super) fn bar_colour(status: Status) -> u32 {
    match status {
        Status::Created => 0x002E_8B57,
        Status::Exists => 0x004A_7EBB,
        Status::Updated => 0x001F_8A80,
        Status::Failed => 0x00C0_392B,
        Status::Invalid => 0x00D9_5F5F,
        Status::Blocked => 0x00D9_8648,
        Status::Unknown => 0x00C9_A227,
        Status::Pending => 0x008C_8C8C,
    }
}
