//! Wildcards and resource patterns of the library against regular expressions (E53, E59-E62, E70, E82).

use iamreach::arn_pattern::{ArnPattern, Match, Piece};
use iamreach::wildcard::Wildcard;
use proptest::collection::vec;
use proptest::prelude::*;
use regex_lite::{Regex, escape};

use crate::agreement::runner;

const CASES: u32 = 20_000;

/// Texts over few characters, so that patterns and texts meet.
fn text(alphabet: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    vec(0..alphabet.len(), 0..=most).prop_map(|picks| picks.into_iter().map(|pick| alphabet[pick]).collect())
}

const PATTERN: &[&str] = &["a", "b", ":", "*", "?", "*", "."];
const TEXT: &[&str] = &["a", "b", ":", "a", "*", "?", ".", "\n"];
const ARN_PATTERN: &[&str] = &["a", ":", ":", "*", "?", "*:", ":*", "*", "a:"];
const ARN: &[&str] = &["a", ":", ":", "a:", "*", "/"];

/// The expression of one character of a pattern; `across` says whether a wildcard runs across colons.
fn expression(character: char, across: bool) -> String {
    match (character, across) {
        ('*', true) => ".*".to_owned(),
        ('*', false) => "[^:]*".to_owned(),
        ('?', true) => ".".to_owned(),
        ('?', false) => "[^:]".to_owned(),
        (other, _) => escape(&other.to_string()),
    }
}

fn regex(body: &str) -> Regex {
    Regex::new(&format!(r"(?s)\A(?:{body})\z")).unwrap()
}

fn free(pattern: &str) -> Regex {
    regex(&pattern.chars().map(|character| expression(character, true)).collect::<String>())
}

/// E62: with `*` for the fields that are missing; a lone `*` is everything.
fn padded(pattern: &str) -> String {
    let missing = 5usize.saturating_sub(pattern.matches(':').count());
    let everything = !pattern.is_empty() && pattern.chars().all(|character| character == '*');
    if everything { "*".to_owned() } else { format!("{pattern}{}", ":*".repeat(missing)) }
}

/// E60.
fn by_field(pattern: &str) -> Regex {
    let characters: Vec<char> = padded(pattern).chars().collect();
    let mut body = String::new();
    for (at, character) in characters.iter().enumerate() {
        let colons = characters[..at].iter().filter(|character| **character == ':').count();
        let ends = characters.get(at + 1).is_none_or(|next| *next == ':');
        body.push_str(&expression(*character, colons > 4 || (*character == '*' && ends)));
    }
    regex(&body)
}

#[test]
fn e82_wildcards_are_what_the_expression_says() {
    let check = |(pattern, text): (String, String)| {
        prop_assert_eq!(Wildcard::parse(&pattern).matches(&text), free(&pattern).is_match(&text));
        Ok(())
    };
    runner(CASES, 1).run(&(text(PATTERN, 8), text(TEXT, 10)), check).unwrap();
}

#[test]
fn e60_e61_resource_patterns_are_what_the_expressions_say() {
    let check = |(pattern, arn): (String, String)| {
        let (documented, whole) = (by_field(&pattern).is_match(&arn), free(&padded(&pattern)).is_match(&arn));
        let expected = match (documented, whole) {
            (true, true) => Match::Yes,
            (false, false) => Match::No,
            _ => Match::Ambiguous,
        };
        prop_assert_eq!(ArnPattern::parse(&pattern).matches(&arn), expected);
        Ok(())
    };
    runner(2 * CASES, 2).run(&(text(ARN_PATTERN, 10), text(ARN, 12)), check).unwrap();
}

#[test]
fn e70_literal_pieces_hold_no_wildcards() {
    let check = |(before, literal, after, text): (String, String, String, String)| {
        let pattern =
            ArnPattern::of_pieces(&[Piece::Pattern(&before), Piece::Literal(&literal), Piece::Pattern(&after)]);
        let colons = [&before, &literal, &after].iter().map(|part| part.matches(':').count()).sum::<usize>();
        let wild = |part: &str| part.chars().map(|character| expression(character, true)).collect::<String>();
        let joined = format!("{before}{after}");
        let everything = literal.is_empty() && !joined.is_empty() && padded(&joined) == "*";
        let padding = if everything { String::new() } else { ":.*".repeat(5usize.saturating_sub(colons)) };
        let expected = regex(&format!("{}{}{}{padding}", wild(&before), escape(&literal), wild(&after)));
        prop_assert_eq!(pattern.whole().matches(&text), expected.is_match(&text));
        Ok(())
    };
    let pieces = (text(ARN_PATTERN, 6), text(TEXT, 3), text(ARN_PATTERN, 6), text(ARN, 12));
    runner(CASES, 3).run(&pieces, check).unwrap();
}

#[test]
fn two_patterns_meet_when_some_text_matches_both() {
    const LETTERS: [char; 2] = ['a', ':'];
    let mut texts = vec![String::new()];
    for length in 0..8 {
        let longer = texts.iter().filter(|text| text.len() == length);
        let longer: Vec<String> = longer.flat_map(|text| LETTERS.map(|letter| format!("{text}{letter}"))).collect();
        texts.extend(longer);
    }
    let check = |(left, right): (String, String)| {
        let (one, other) = (free(&left), free(&right));
        let both = texts.iter().any(|text| one.is_match(text) && other.is_match(text));
        prop_assert_eq!(Wildcard::parse(&left).meets(&Wildcard::parse(&right)), both);
        Ok(())
    };
    let letters = &["a", ":", "*", "?"];
    runner(500, 4).run(&(text(letters, 4), text(letters, 4)), check).unwrap();
}
