//! Wildcards of policies, matched by trying every possibility (E53, E59-E62, E82, E88).

/// One character of a pattern, and whether it is only itself: `${*}` and what a variable stands for hold no wildcards
/// (E69, E70).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) text: char,
    pub(crate) literal: bool,
}

impl Symbol {
    fn is(self, text: char) -> bool {
        self.text == text && !self.literal
    }

    fn ends_a_field(self) -> bool {
        self.text == ':'
    }
}

/// A text as a pattern.
pub(crate) fn symbols(text: &str) -> Vec<Symbol> {
    text.chars().map(|text| Symbol { text, literal: false }).collect()
}

/// A piece of a pattern.
#[derive(Debug, Clone, Copy)]
enum Token {
    Char(char),
    /// `?`, and whether a colon will do.
    One(bool),
    /// `*`, and whether it runs across colons.
    Many(bool),
}

fn run(tokens: &[Token], text: &[char]) -> bool {
    let Some((first, rest)) = tokens.split_first() else { return text.is_empty() };
    let next = text.split_first();
    match first {
        Token::Char(wanted) => next.is_some_and(|(found, left)| found == wanted && run(rest, left)),
        Token::One(colon) => next.is_some_and(|(found, left)| (*colon || *found != ':') && run(rest, left)),
        Token::Many(colon) => {
            run(rest, text) || next.is_some_and(|(found, left)| (*colon || *found != ':') && run(tokens, left))
        }
    }
}

fn token(symbol: Symbol, across_colons: bool) -> Token {
    if symbol.is('*') {
        Token::Many(across_colons)
    } else if symbol.is('?') {
        Token::One(across_colons)
    } else {
        Token::Char(symbol.text)
    }
}

/// `*` is any run of characters, `?` exactly one, whatever they are (E53, E82).
pub(crate) fn glob(pattern: &[Symbol], text: &str) -> bool {
    let tokens: Vec<Token> = pattern.iter().map(|symbol| token(*symbol, true)).collect();
    run(&tokens, &text.chars().collect::<Vec<_>>())
}

/// A pattern that is written as text.
pub(crate) fn glob_text(pattern: &str, text: &str) -> bool {
    glob(&symbols(pattern), text)
}

/// An ARN pattern as E60 reads it: a `*` before a colon or at the end runs across colons, any other wildcard of the
/// first five fields does not. In the sixth field they match what they like (E61).
pub(crate) fn by_field(pattern: &[Symbol], arn: &str) -> bool {
    let mut field = 1;
    let mut tokens = Vec::new();
    for (at, symbol) in pattern.iter().enumerate() {
        let last = pattern.get(at + 1).is_none_or(|next| next.ends_a_field());
        tokens.push(token(*symbol, field > 5 || (last && symbol.is('*'))));
        field += usize::from(symbol.ends_a_field());
    }
    run(&tokens, &arn.chars().collect::<Vec<_>>())
}

/// E62: an ARN of fewer than six fields, with `*` for those that are missing. Whether it was one, too.
pub(crate) fn padded(pattern: &[Symbol]) -> (Vec<Symbol>, bool) {
    let fields = 1 + pattern.iter().filter(|symbol| symbol.ends_a_field()).count();
    let mut whole = pattern.to_vec();
    for _ in fields..6 {
        whole.extend(symbols(":*"));
    }
    (whole, fields < 6)
}

/// E88: the six fields of an ARN, each matched by its own; a value that is no ARN matches nothing (E91).
pub(crate) fn six_fields(pattern: &[Symbol], arn: &str) -> bool {
    let wanted: Vec<&[Symbol]> = pattern.splitn(6, |symbol| symbol.ends_a_field()).collect();
    let found: Vec<&str> = arn.splitn(6, ':').collect();
    is_arn(arn) && wanted.len() == 6 && wanted.iter().zip(found).all(|(wanted, found)| glob(wanted, found))
}

/// E18.
pub(crate) fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.matches(':').count() >= 5
}
