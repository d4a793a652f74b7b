//! Text for a terminal whose parts have a tone; what colour a tone has is the business of whoever writes to the terminal.

use std::fmt;

/// What a piece of text is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tone {
    /// Ordinary.
    Plain,
    /// A heading, a name.
    Strong,
    /// Allowed.
    Good,
    /// Denied.
    Bad,
    /// It depends, or it is not known.
    Open,
    /// Beside the point: line numbers, places.
    Faint,
}

/// A line, in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StyledLine {
    /// The pieces, in order.
    pub pieces: Vec<(Tone, String)>,
}

impl StyledLine {
    /// A line of one tone.
    #[must_use]
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self::default().and(tone, text)
    }

    /// The line with a piece more.
    #[must_use]
    pub fn and(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.pieces.push((tone, text.into()));
        self
    }
}

impl fmt::Display for StyledLine {
    /// Writes the text alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|(_, text)| f.write_str(text))
    }
}

/// Words in lines of at most `width` characters, the first behind `first`, the others behind as many spaces. A word longer
/// than a line stays whole: an ARN cut in two is of no use.
pub(super) fn wrapped(first: &str, words: &str, width: usize, tone: Tone) -> Vec<StyledLine> {
    let indent = first.chars().count();
    let mut lines = vec![StyledLine::new(tone, first)];
    let mut used = indent;
    for word in words.split(' ') {
        let long = word.chars().count();
        if used > indent && used + 1 + long > width {
            lines.push(StyledLine::new(tone, " ".repeat(indent)));
            used = indent;
        }
        if let Some((_, text)) = lines.last_mut().and_then(|line| line.pieces.last_mut()) {
            if used > indent {
                text.push(' ');
                used += 1;
            }
            text.push_str(word);
            used += long;
        }
    }
    lines
}
