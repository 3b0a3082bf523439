"""Folds names into keys, exactly as src/fold.rs does.

Both are held together by fold_samples.tsv, which each of them must reproduce.
A key is lower case, without spaces, punctuation, the word "the" and, unless the marks are kept,
without the diacritics of Latin, Greek and Cyrillic. Whatever is not known to be harmless stays in
the key, so that it matches nothing. Letters are never transliterated.
"""

import unicodedata

# Letters that no decomposition takes apart.
LETTERS = {
    "ß": "ss", "ı": "i", "ς": "σ",
    # Arabic letters that Persian, Urdu and others write with another code point.
    "ي": "ی", "ى": "ی", "ك": "ک",
}
STROKED = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}

ASCII_DROPPED = set(" \t\r\n\x0b\x0c!\"'()*,-./:;[]_`|\\")

DROPPED_RANGES = [
    (0x0085, 0x0085), (0x00A0, 0x00A0), (0x00A8, 0x00A8), (0x00AB, 0x00AB), (0x00AD, 0x00AD),
    (0x00B4, 0x00B4), (0x00B7, 0x00B7), (0x00BB, 0x00BB), (0x02B0, 0x02FF), (0x055A, 0x055F),
    (0x0589, 0x058A), (0x0591, 0x05C7), (0x05F3, 0x05F4), (0x060C, 0x060C), (0x061B, 0x061C),
    (0x0640, 0x0640), (0x064B, 0x0655), (0x066A, 0x066D), (0x0670, 0x0670), (0x06D4, 0x06D4),
    (0x0964, 0x0965), (0x0E2F, 0x0E2F), (0x0F0B, 0x0F14), (0x104A, 0x104B), (0x1361, 0x1368),
    (0x17D4, 0x17D6), (0x180E, 0x180E), (0x2000, 0x206F), (0x3000, 0x3003), (0x3008, 0x3020),
    (0x3030, 0x3030), (0x30A0, 0x30A0), (0x30FB, 0x30FB), (0xA78B, 0xA78C), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
]
MARK_RANGES = [(0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF)]


def _within(ranges, point):
    return any(low <= point <= high for low, high in ranges)


def is_dropped(char):
    return char in ASCII_DROPPED if char < "\x80" else _within(DROPPED_RANGES, ord(char))


def fold(text, keep_marks=False):
    """The key of a name."""
    key, token = [], []

    def end_token():
        if "".join(token) != "the":
            key.extend(token)
        token.clear()

    # A spacing accent decomposes into a space and a mark, so it is looked at before.
    for original in text:
        if is_dropped(original):
            end_token()
            continue
        for char in unicodedata.normalize("NFKD", original):
            if is_dropped(char):
                end_token()
                continue
            if _within(MARK_RANGES, ord(char)):
                if keep_marks:
                    token.append(char)
                continue
            for low in char.lower():
                if _within(MARK_RANGES, ord(low)):
                    continue
                low = LETTERS.get(low, low)
                if not keep_marks:
                    low = STROKED.get(low, low)
                if low == "&":
                    end_token()
                token.extend(low)
                if low == "&":
                    end_token()
    end_token()
    return "".join(key)
