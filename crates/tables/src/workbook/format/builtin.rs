//! The number formats that files name by number only.

/// The format code behind a built-in number; `General` for those that mean nothing to us.
pub(in crate::workbook) fn builtin_code(id: u32) -> &'static str {
    match id {
        14 => "mm-dd-yy",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        22 => "m/d/yy h:mm",
        // Dates of East Asian and Thai versions; what they look like depends on the version.
        27..=31 | 36 | 50..=54 | 57 | 58 | 71..=74 => "yyyy-mm-dd",
        21 | 32..=35 | 55 | 56 | 75 | 76 => "h:mm:ss",
        77 => "yyyy-mm-dd h:mm",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mmss.0",
        49 => "@",
        _ => "General",
    }
}
