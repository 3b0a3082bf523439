//! Bytes in any encoding become UTF-8, block by block. UTF-8 itself passes through untouched and
//! unchecked.

use std::io::Read;

use super::super::encoding::{Decoder, TextEncoding};

const STEP: usize = 64 * 1024;

/// A stream of bytes that is read as UTF-8.
pub(super) struct Decoded {
    input: Box<dyn Read + Send>,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ended: bool,
}

impl Decoded {
    /// Reads `input`, which begins behind a byte order mark.
    pub(super) fn new(input: Box<dyn Read + Send>, encoding: TextEncoding) -> Self {
        Self {
            input,
            decoder: (!encoding.is_utf8()).then(|| encoding.decoder()),
            raw: Vec::new(),
            ended: false,
        }
    }

    /// Whether the text comes out of a decoder, so that it is proper UTF-8.
    pub(super) fn is_transcoded(&self) -> bool {
        self.decoder.is_some()
    }

    /// Reads what comes next in another encoding; `pending` is what was read as UTF-8 but belongs
    /// to it, and is decoded in place.
    pub(super) fn switch(&mut self, encoding: TextEncoding, pending: &mut Vec<u8>) {
        let bytes = std::mem::take(pending);
        let mut decoder = encoding.decoder();
        decoder.decode(&bytes, pending, false);
        self.decoder = Some(decoder);
    }

    /// Decodes `text`, which was read as UTF-8 before [`Decoded::switch`] but stands behind it.
    pub(super) fn decode_on(&mut self, text: &mut Vec<u8>) {
        if let Some(decoder) = &mut self.decoder {
            let bytes = std::mem::take(text);
            decoder.decode(&bytes, text, false);
        }
    }

    /// Skips `len` bytes: a byte order mark.
    pub(super) fn skip(&mut self, len: usize) -> std::io::Result<()> {
        let mut mark = [0; 4];
        let mut done = 0;
        while done < len {
            let read = read_some(&mut self.input, &mut mark[..(len - done).min(4)])?;
            if read == 0 {
                break;
            }
            done += read;
        }
        Ok(())
    }

    /// Appends about `wanted` further bytes to `text`; `false` at the end.
    pub(super) fn fill(&mut self, text: &mut Vec<u8>, wanted: usize) -> std::io::Result<bool> {
        let goal = text.len() + wanted;
        while !self.ended && text.len() < goal {
            match &mut self.decoder {
                None => {
                    let before = text.len();
                    text.resize(goal, 0);
                    let read = read_some(&mut self.input, &mut text[before..]);
                    text.truncate(before + read.as_ref().map_or(0, |read| *read));
                    self.ended = read? == 0;
                }
                Some(decoder) => {
                    self.raw.resize(STEP, 0);
                    let read = read_some(&mut self.input, &mut self.raw)?;
                    self.ended = read == 0;
                    decoder.decode(&self.raw[..read], text, self.ended);
                }
            }
        }
        Ok(!self.ended)
    }
}

fn read_some(input: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
