//! Splitting a text without the standard library's patterns, which would cost kilobytes of WebAssembly.

/// The text before and after the first `mark`, an ASCII character. Without a `mark`: all of the text,
/// and an empty text.
#[inline(never)]
pub(super) fn split_at_byte(text: &str, mark: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == mark).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())
}

/// What follows `word` and a space at the start of the text.
#[inline(never)]
pub(super) fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)?.strip_prefix(' ')
}
