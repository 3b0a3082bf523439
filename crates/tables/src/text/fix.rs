//! Makes damaged bytes proper text and remembers where they stood.

use std::borrow::Cow;

use encoding_rs::{UTF_8, WINDOWS_1252};
use memchr::memmem;

/// Takes NUL characters out of `buffer[..end]`; gives the new end.
pub(super) fn remove_nul(buffer: &mut Vec<u8>, end: usize) -> usize {
    let behind = buffer.split_off(end);
    buffer.retain(|byte| *byte != 0);
    let end = buffer.len();
    buffer.extend_from_slice(&behind);
    end
}

/// Where a decoder put replacement characters.
pub(super) fn replaced(text: &[u8]) -> Vec<usize> {
    memmem::find_iter(text, "\u{FFFD}").collect()
}

/// Makes `buffer[..end]` proper UTF-8: bytes that are none are read as Windows-1252, which is what
/// they mostly are. Gives the new end and notes in `places` where that was done.
pub(super) fn mend_utf8(buffer: &mut Vec<u8>, end: usize, places: &mut Vec<usize>) -> usize {
    let behind = buffer.split_off(end);
    let damaged = std::mem::take(buffer);
    for chunk in damaged.utf8_chunks() {
        buffer.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            places.push(buffer.len());
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
            buffer.extend_from_slice(text.as_bytes());
        }
    }
    let end = buffer.len();
    buffer.extend_from_slice(&behind);
    end
}

/// Bytes that are proper UTF-8 as text, several times faster than the standard library looks.
pub(super) fn as_text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    UTF_8.decode_without_bom_handling_and_without_replacement(bytes)
}
