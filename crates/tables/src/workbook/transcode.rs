//! XML that is not UTF-8 (a few tools write UTF-16 or a legacy encoding) made UTF-8 as it is read.

use std::io::{Cursor, Read, Result};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

/// A part's content as it is inflated.
pub(super) type PartReader = Box<dyn Read + Send>;

/// The same content in UTF-8.
pub(super) fn to_utf8(mut source: PartReader) -> Result<PartReader> {
    let mut head = Vec::with_capacity(128);
    source.by_ref().take(128).read_to_end(&mut head)?;
    let encoding = encoding_of(&head);
    let bom = if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let whole = Cursor::new(head.split_off(bom)).chain(source);
    if encoding == UTF_8 {
        return Ok(Box::new(whole));
    }
    Ok(Box::new(Transcoder {
        source: Box::new(whole),
        decoder: encoding.new_decoder(),
        input: Vec::new(),
        output: Vec::new(),
        at: 0,
        ended: false,
    }))
}

fn encoding_of(head: &[u8]) -> &'static Encoding {
    match head {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] | [0, b'<', ..] => UTF_16BE,
        _ => declared(head).unwrap_or(UTF_8),
    }
}

/// The encoding the XML declaration names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = &head[..memmem::find(head, b"?>")?];
    let at = memmem::find(declaration, b"encoding=")? + b"encoding=".len();
    let (quote, value) = declaration[at..].split_first()?;
    let label = &value[..value.iter().position(|byte| byte == quote)?];
    // A declaration that could be read byte by byte does not speak of UTF-16.
    Encoding::for_label(label).filter(|found| *found != UTF_16LE && *found != UTF_16BE)
}

struct Transcoder {
    source: PartReader,
    decoder: Decoder,
    input: Vec<u8>,
    output: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Read for Transcoder {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        while self.at == self.output.len() {
            if self.ended {
                return Ok(0);
            }
            self.input.resize(16 << 10, 0);
            let count = self.source.read(&mut self.input)?;
            self.ended = count == 0;
            let needed = self
                .decoder
                .max_utf8_buffer_length(count)
                .unwrap_or(count * 4 + 16);
            self.output.resize(needed, 0);
            let (_, _, written, _) =
                self.decoder
                    .decode_to_utf8(&self.input[..count], &mut self.output, self.ended);
            self.output.truncate(written);
            self.at = 0;
        }
        let rest = &self.output[self.at..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}
