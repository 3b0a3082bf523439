//! Numbers and codes in the binary formats (XLS, XLSB): every read is checked, missing bytes are
//! zero. Knows no records.

use super::format::{DateSystem, NumberFormat, Rendered, render_f64};
use super::grid::Grid;
use crate::batch::CellKind;

/// The byte at `at`.
pub(super) fn byte(data: &[u8], at: usize) -> u8 {
    data.get(at).copied().unwrap_or(0)
}

/// Two bytes, the low one first.
pub(super) fn u16_at(data: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array(data, at))
}

/// Four bytes, the low one first.
pub(super) fn u32_at(data: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(data, at))
}

/// A floating-point number.
pub(super) fn f64_at(data: &[u8], at: usize) -> f64 {
    f64::from_le_bytes(array(data, at))
}

fn array<const N: usize>(data: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    let found = data.get(at..).unwrap_or_default();
    let count = found.len().min(N);
    bytes[..count].copy_from_slice(&found[..count]);
    bytes
}

/// The number in the four bytes of an RK value.
pub(super) fn rk_at(data: &[u8], at: usize) -> f64 {
    let raw = u32_at(data, at);
    let number = if raw & 2 == 0 {
        f64::from_bits(u64::from(raw & !3) << 32)
    } else {
        f64::from(raw.cast_signed() >> 2)
    };
    if raw & 1 == 0 { number } else { number / 100.0 }
}

/// What a program shows for an error code.
pub(super) fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        0x2C => "#SPILL!",
        0x2D => "#CONNECT!",
        0x2E => "#BLOCKED!",
        0x2F => "#UNKNOWN!",
        0x30 => "#FIELD!",
        0x31 => "#CALC!",
        _ => "#ERROR!",
    }
}

/// Appends UTF-16 text.
pub(super) fn push_utf16(bytes: &[u8], text: &mut String) {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')));
}

/// Appends text of which each byte is one of the first 256 characters.
pub(super) fn push_latin1(bytes: &[u8], text: &mut String) {
    if bytes.is_ascii() {
        super::xmltext::push_utf8(bytes, text);
    } else {
        text.extend(bytes.iter().copied().map(char::from));
    }
}

/// Writes a number into `text` and notes lost digits.
pub(super) fn render_number(
    number: f64,
    format: &NumberFormat,
    system: DateSystem,
    (grid, column): (&Grid, u32),
    text: &mut String,
) -> CellKind {
    if !number.is_finite() {
        return CellKind::Text;
    }
    match render_f64(number, format, system, text) {
        Rendered::Date => CellKind::Date,
        Rendered::Number(digits) => {
            if digits == super::format::Digits::BeyondFifteen {
                grid.notes().long_number(grid.row(), column);
            }
            CellKind::Number
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rk_values_are_four_kinds_of_number() {
        let rk = |raw: u32| rk_at(&raw.to_le_bytes(), 0);
        assert!((rk((1067 << 2) | 2) - 1067.0).abs() < f64::EPSILON);
        assert!((rk((1250 << 2) | 3) - 12.5).abs() < f64::EPSILON);
        assert!((rk(0xFFFF_FFFE) + 1.0).abs() < f64::EPSILON);
        assert!((rk(0x3FF0_0000) - 1.0).abs() < f64::EPSILON);
        assert!((rk(0x3FF0_0001) - 0.01).abs() < f64::EPSILON);
    }

    #[test]
    fn missing_bytes_are_zero() {
        assert_eq!(
            (u32_at(&[1, 2], 0), u16_at(&[1], 5), byte(&[], 0)),
            (0x201, 0, 0)
        );
    }
}
