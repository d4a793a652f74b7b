//! Patterns against their definition.

use super::*;
use proptest::prelude::*;

fn check(pattern: &str, text: &str, expected: bool) {
    assert_eq!(Wildcard::parse(pattern).matches(text), expected, "`{pattern}` on `{text}`");
}

#[test]
fn wildcards_match_whole_text() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("a*c", "abc", true),
        ("a*c", "ac", true),
        ("a*c", "abcd", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("*ab*ab", "abab", true),
        ("*ab*ab", "ab", false),
        ("?", "é", true),
        ("a**b", "axyb", true),
    ] {
        check(pattern, text, expected);
    }
}

#[test]
fn e70_literal_text_holds_no_wildcards() {
    let mut pattern = Wildcard::parse("home/");
    pattern.push_literal("*");
    pattern.push_pattern("/*");
    assert!(pattern.matches("home/*/file"));
    assert!(!pattern.matches("home/alice/file"));
}

/// The definition, by recursion over every split.
fn slow(tokens: &[Token], text: &[char]) -> bool {
    let Some((first, rest)) = tokens.split_first() else { return text.is_empty() };
    let run = |stop: fn(char) -> bool| {
        let limit = text.iter().position(|c| stop(*c)).unwrap_or(text.len());
        (0..=limit).any(|n| slow(rest, &text[n..]))
    };
    match first {
        Token::Literal(literal) => {
            let literal: Vec<char> = literal.chars().collect();
            text.starts_with(&literal) && slow(rest, &text[literal.len()..])
        }
        Token::AnyRun => run(|_| false),
        Token::AnyRunInField => run(|c| c == ':'),
        Token::AnyOne => !text.is_empty() && slow(rest, &text[1..]),
        Token::AnyOneInField => text.first().is_some_and(|c| *c != ':') && slow(rest, &text[1..]),
    }
}

fn pattern() -> impl Strategy<Value = Wildcard> {
    proptest::collection::vec(
        prop_oneof![
            "[ab:]{1,2}".prop_map(|text| Token::Literal(text.into())),
            Just(Token::AnyRun),
            Just(Token::AnyOne),
            Just(Token::AnyRunInField),
            Just(Token::AnyOneInField),
        ],
        0..6,
    )
    .prop_map(|tokens| {
        let mut pattern = Wildcard::default();
        tokens.into_iter().for_each(|token| pattern.push_token(token));
        pattern
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn the_matcher_agrees_with_the_definition(pattern in pattern(), text in "[ab:]{0,7}") {
        let characters: Vec<char> = text.chars().collect();
        prop_assert_eq!(pattern.matches(&text), slow(pattern.tokens(), &characters));
    }

    #[test]
    fn meets_is_true_for_a_common_text(left in pattern(), right in pattern(), text in "[ab:]{0,7}") {
        if left.matches(&text) && right.matches(&text) {
            prop_assert!(left.meets(&right));
            prop_assert!(right.meets(&left));
        }
    }

    #[test]
    fn meets_invents_no_common_text(left in pattern(), literal in "[ab:]{0,5}") {
        prop_assert_eq!(left.meets(&Wildcard::literal(&literal)), left.matches(&literal));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Both questions about sets, answered by trying every text of up to seven characters. `c` stands in no pattern.
    #[test]
    fn set_questions_agree_with_trying_every_text(left in small_pattern(), right in small_pattern()) {
        let texts = every_text(&['a', ':', 'c'], 7);
        let common = texts.iter().any(|text| left.matches(text) && right.matches(text));
        prop_assert_eq!(left.meets(&right), common, "`{:?}` meets `{:?}`", left, right);
        prop_assert_eq!(right.meets(&left), common, "`{:?}` meets `{:?}`", right, left);
        let covers = texts.iter().all(|text| left.matches(text) || !right.matches(text));
        prop_assert_eq!(left.covers(&right), covers, "`{:?}` covers `{:?}`", left, right);
    }
}

/// So small that seven characters show what its set holds.
fn small_pattern() -> impl Strategy<Value = Wildcard> {
    let token = proptest::sample::select(vec![
        Token::Literal("a".into()),
        Token::Literal(":".into()),
        Token::AnyRun,
        Token::AnyOne,
        Token::AnyRunInField,
        Token::AnyOneInField,
    ]);
    proptest::collection::vec(token, 0..5).prop_map(|tokens| {
        let mut pattern = Wildcard::default();
        tokens.into_iter().for_each(|token| pattern.push_token(token));
        pattern
    })
}

fn every_text(alphabet: &[char], longest: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..longest {
        let to = texts.len();
        for at in from..to {
            texts.extend(alphabet.iter().map(|c| format!("{}{c}", texts[at])).collect::<Vec<_>>());
        }
        from = to;
    }
    texts
}

#[test]
fn what_covers_what() {
    let many = "?".repeat(40);
    for (wide, narrow, expected) in [
        ("*", "", true),
        ("a*", "ab*", true),
        ("ab*", "a*", false),
        ("*a*", "*ba*", true),
        ("a*c", "a?c", true),
        ("a?c", "a*c", false),
        ("*aab", "*aaab", true),
        ("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/ci-*", true),
        ("arn:aws:iam::*:role/ci-*", "arn:aws:iam::111122223333:role/*", false),
        ("*é", "?*é", true),
        // Given up, not decided.
        (&format!("*a{many}"), &format!("*a?{many}*b{many}"), false),
    ] {
        assert_eq!(Wildcard::parse(wide).covers(&Wildcard::parse(narrow)), expected, "`{wide}` covers `{narrow}`");
    }
}
