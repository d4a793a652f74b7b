//! Laws that hold for every formula: nothing is invented and nothing lost, whatever is simplified.
//!
//! Formulas over few keys with values that collide are decided twice: as they are written, condition by condition in a
//! request of which everything is known, and by way of the residual of a request of which it is not.

use proptest::prelude::*;

use super::*;

/// The keys of random requests, and whether they may have several values.
const KEYS: [(&str, bool); 3] = [("aws:principaltag/team", false), ("made:up", true), ("aws:username", false)];

/// Operators that have something to say about each other, with values of policies and of requests.
struct Family {
    operators: &'static [Operator],
    written: &'static [&'static str],
    sent: &'static [&'static str],
}

use Operator as Op;

const FAMILIES: &[Family] = &[
    Family {
        operators: &[
            Op::StringEquals,
            Op::StringNotEquals,
            Op::StringEqualsIgnoreCase,
            Op::StringNotEqualsIgnoreCase,
            Op::StringLike,
            Op::StringNotLike,
            Op::Null,
        ],
        written: &["a", "b", "A", "ab", "a*", "*b", "?", "a?*", "*", "", "${*}", "true", "false"],
        sent: &["a", "b", "A", "ab", "aab", "*", "", "true"],
    },
    Family {
        operators: &[Op::StringEquals, Op::StringLike, Op::StringNotLike, Op::StringEqualsIgnoreCase, Op::ArnLike],
        written: &[
            "${aws:username}",
            "${aws:username}*",
            "x${aws:username}",
            "${aws:username, 'a'}",
            "${made:up}",
            "${aws:username}${aws:principaltag/team}",
            "$${aws:username}",
            "${open",
            "a",
            "xa",
            "x*",
            "*",
            "${aws:tagkeys}",
        ],
        sent: &["a", "xa", "b", "", "${aws:username}", "$a", "${open"],
    },
    Family {
        operators: &[
            Op::NumericEquals,
            Op::NumericNotEquals,
            Op::NumericLessThan,
            Op::NumericLessThanEquals,
            Op::NumericGreaterThan,
            Op::NumericGreaterThanEquals,
            Op::StringEquals,
        ],
        written: &["1", "1.0", "5", "05", "7", "-3", "x"],
        sent: &["1", "01", "4", "5.0", "7", "9", "-3", "x", ""],
    },
    Family {
        operators: &[
            Op::DateEquals,
            Op::DateNotEquals,
            Op::DateLessThan,
            Op::DateLessThanEquals,
            Op::DateGreaterThan,
            Op::DateGreaterThanEquals,
            Op::NumericLessThan,
        ],
        written: &["2026-01-01", "1767225600", "2026-06-01T12:00:00Z", "0", "9999-12-31T23:59:59Z", "x"],
        sent: &["2025-12-31", "2026-01-01T00:00Z", "1767225600.0", "2026-07-01", "0", "-1", "x", ""],
    },
    Family {
        operators: &[Op::IpAddress, Op::NotIpAddress, Op::StringEquals, Op::StringLike],
        written: &[
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.0.0.0/9",
            "10.128.0.0/9",
            "10.1.2.3",
            "11.0.0.0/8",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::/0",
            "10.*",
            "x",
        ],
        sent: &["10.1.2.3", "10.200.0.1", "11.0.0.1", "10.0.0.0/8", "2001:db8::1", "::ffff:10.1.2.3", "x", ""],
    },
    Family {
        operators: &[
            Op::ArnLike,
            Op::ArnEquals,
            Op::ArnNotLike,
            Op::StringEquals,
            Op::StringNotEquals,
            Op::StringLike,
            Op::StringEqualsIgnoreCase,
        ],
        written: &[
            "arn:aws:iam::1:role/a",
            "arn:aws:iam::1:role/*",
            "arn:aws:iam::*:role/a",
            "arn:*:iam::?:*",
            "arn:aws:*:role/a",
            "arn:aws:s3:::a",
            "arn:aws:iam::1:role/${aws:username}",
            "arn:aws:iam:",
            "*:*:*:*:*:*",
            "*",
            "x",
        ],
        sent: &[
            "arn:aws:iam::1:role/a",
            "arn:aws:iam::2:role/a",
            "arn:aws:iam::1:user:a",
            "ARN:aws:iam::1:role/a",
            "x",
            "",
        ],
    },
    Family {
        operators: &[Op::Bool, Op::Null, Op::StringEquals, Op::BinaryEquals],
        written: &["true", "False", "TRUE", "YQ==", "YQ", "x", "${aws:username}"],
        sent: &["true", "TRUE", "false", "YQ", "YQ==", "x", ""],
    },
];

/// A formula as written.
#[derive(Debug, Clone)]
enum Formula {
    Condition(Condition, bool),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    /// What it comes to, through the constructors of residuals.
    fn residual(&self, context: &Context) -> Residual {
        match self {
            Self::Condition(condition, holds) => {
                let residual = evaluate(condition, context);
                if *holds { residual } else { residual.not() }
            }
            // One by one and all at once, which need not come to the same form.
            Self::All(parts) if parts.len() % 2 == 0 => {
                parts.iter().fold(Residual::True, |left, part| left.and(part.residual(context)))
            }
            Self::All(parts) => Residual::all(parts.iter().map(|part| part.residual(context))),
            Self::Any(parts) if parts.len() % 2 == 0 => {
                parts.iter().fold(Residual::False, |left, part| left.or(part.residual(context)))
            }
            Self::Any(parts) => Residual::any(parts.iter().map(|part| part.residual(context))),
        }
    }

    /// Its truth in a request of which everything is known.
    fn holds(&self, context: &Context, choice: &impl Fn(&Atom) -> bool) -> bool {
        match self {
            Self::Condition(condition, holds) => truth(&evaluate(condition, context), choice) == *holds,
            Self::All(parts) => parts.iter().all(|part| part.holds(context, choice)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(context, choice)),
        }
    }
}

/// The truth of a residual in a request of which everything is known: each test decided, and nothing simplified.
fn holds(residual: &Residual, context: &Context, choice: &impl Fn(&Atom) -> bool) -> bool {
    truth(residual, &|atom: &Atom| match decide(atom, context) {
        Some(decided) => truth(&decided, choice),
        None => choice(atom),
    })
}

/// How what the documents leave open may fall.
fn choices() -> impl Iterator<Item = impl Fn(&Atom) -> bool> {
    (0..4).map(|bits| {
        move |atom: &Atom| match atom {
            Atom::Undocumented("variable-empty") => bits & 1 == 1,
            Atom::Undocumented("arn-pattern-short" | "mfa-context-undocumented") => bits & 2 == 2,
            other => unreachable!("{other:?}"),
        }
    })
}

/// What [`Residual`] promises of its form.
fn check_form(residual: &Residual) {
    let (Residual::All(parts) | Residual::Any(parts)) = residual else { return };
    assert!(parts.len() > 1, "{residual:?}");
    assert!(parts.is_sorted_by(|left, right| left < right), "{residual:?}");
    for part in parts.iter() {
        assert!(!matches!(part, Residual::True | Residual::False), "{residual:?}");
        assert_ne!(std::mem::discriminant(part), std::mem::discriminant(residual), "{residual:?}");
        check_form(part);
    }
}

fn any_condition(family: &'static Family) -> impl Strategy<Value = Condition> {
    let qualifier = prop_oneof![4 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
    let operator = proptest::sample::select(family.operators);
    let values = proptest::collection::vec(proptest::sample::select(family.written), 0..4);
    (qualifier, operator, 0..5_u8, 0..8_usize, values).prop_map(|(qualifier, operator, exists, key, values)| {
        let suffix = if exists == 0 && operator != Op::Null { "IfExists" } else { "" };
        // Mostly of one key or of two, which are then often tested together.
        let (key, _) = KEYS[[0, 0, 0, 0, 1, 1, 1, 2][key]];
        condition(&format!("{qualifier}{}{suffix}", operator.name()), key, &values)
    })
}

fn any_formula(family: &'static Family) -> impl Strategy<Value = Formula> {
    let leaf =
        (any_condition(family), any::<bool>()).prop_map(|(condition, holds)| Formula::Condition(condition, holds));
    leaf.prop_recursive(3, 10, 4, |inner| {
        (proptest::collection::vec(inner, 1..5), any::<bool>())
            .prop_map(|(parts, all)| if all { Formula::All(parts) } else { Formula::Any(parts) })
    })
}

/// A full request, and the same with less known of it.
fn any_contexts(family: &'static Family) -> impl Strategy<Value = (Context, Context)> {
    let values = proptest::collection::vec(proptest::sample::select(family.sent), 0..3);
    proptest::collection::vec((values, 0..3_u8), KEYS.len()).prop_map(|keys| {
        let (mut full, mut partial) = (Context::strict(), Context::open());
        for ((key, several), (values, known)) in KEYS.into_iter().zip(keys) {
            let limit = if several { 2 } else { 1 };
            let values: Vec<String> = values.into_iter().take(limit).map(str::to_owned).collect();
            let begins = values.iter().any(|value| value.starts_with('a'));
            let state = if values.is_empty() { KeyState::Absent } else { KeyState::Known(values) };
            full.set(key, state.clone());
            match known {
                0 => partial.set(key, state),
                1 if !begins => partial.set(key, KeyState::NotBeginningWith(vec!["a".to_owned()])),
                _ => {}
            }
        }
        (full, partial)
    })
}

fn any_case() -> impl Strategy<Value = (Formula, Vec<(Context, Context)>)> {
    (0..FAMILIES.len()).prop_flat_map(|family| {
        let family = &FAMILIES[family];
        (any_formula(family), proptest::collection::vec(any_contexts(family), 3))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn e174_a_residual_is_true_where_the_formula_is((formula, contexts) in any_case()) {
        let open = formula.residual(&Context::open());
        check_form(&open);
        for (full, partial) in contexts {
            let partly = formula.residual(&partial);
            for choice in choices() {
                let expected = formula.holds(&full, &choice);
                prop_assert_eq!(holds(&open, &full, &choice), expected, "{} in {:?}", open, full);
                prop_assert_eq!(holds(&partly, &full, &choice), expected, "{} in {:?}", partly, full);
            }
        }
        prop_assert_eq!(open.clone().and(open.not()), Residual::False);
        prop_assert_eq!(open.clone().or(open.not()), Residual::True);
        prop_assert_eq!(open.not().not(), open);
    }
}

/// The opaque formulas below, as values.
fn any_opaque() -> impl Strategy<Value = Residual> {
    let leaf = (0_u8..5, any::<bool>()).prop_map(|(name, holds)| {
        let atom: Residual = Atom::OtherSide(name.to_string().into()).into();
        if holds { atom } else { atom.not() }
    });
    leaf.prop_recursive(4, 24, 4, |inner| {
        (proptest::collection::vec(inner, 0..4), any::<bool>())
            .prop_map(|(parts, all)| if all { Residual::all(parts) } else { Residual::any(parts) })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn constructors_preserve_truth(parts in proptest::collection::vec(any_opaque(), 0..4), bits in any::<u8>()) {
        let holds = |atom: &Atom| match atom {
            Atom::OtherSide(name) => bits >> name.parse::<u8>().unwrap() & 1 == 1,
            other => unreachable!("{other:?}"),
        };
        let each: Vec<bool> = parts.iter().map(|part| truth(part, &holds)).collect();
        let (all, any) = (Residual::all(parts.clone()), Residual::any(parts.clone()));
        check_form(&all);
        check_form(&any);
        prop_assert_eq!(truth(&all, &holds), each.iter().all(|part| *part));
        prop_assert_eq!(truth(&any, &holds), each.iter().any(|part| *part));
        for (part, each) in parts.iter().zip(each) {
            prop_assert_eq!(truth(&part.not(), &holds), !each);
            let without = part.substitute(&|atom, negated| Some(holds(atom) != negated));
            prop_assert_eq!(without, Residual::from(each));
        }
    }

    /// A key that is absent or has one value, the documents do not say which: the code says it, and nothing else.
    #[test]
    fn e167_both_readings_are_kept((family, condition) in (0..FAMILIES.len()).prop_flat_map(|family| {
        (Just(family), any_condition(&FAMILIES[family]))
    }), sent in any::<prop::sample::Index>()) {
        let code = "mfa-context-undocumented";
        let value = sent.get(FAMILIES[family].sent).to_string();
        let mut either = Context::strict();
        either.set(&condition.key, KeyState::AbsentOr(vec![value.clone()], code));
        let present = with(Context::strict(), &[(&condition.key, &[&value])]);
        let residual = evaluate(&condition, &either);
        for choice in choices() {
            let full = if choice(&Atom::Undocumented(code)) { &present } else { &Context::strict() };
            let expected = truth(&evaluate(&condition, full), &choice);
            prop_assert_eq!(truth(&residual, &choice), expected, "{} gave {}", condition, residual);
        }
    }
}

/// Every pair of small tests in every small request: the empty text, alone and among others, is where the manners differ.
#[test]
fn e92_e174_pairs_of_tests_in_every_small_request() {
    let lists: [&[&str]; 8] = [&[], &["a"], &[""], &["", "a"], &["a*"], &["?"], &["", "a*"], &["b"]];
    let requests: [&[&str]; 8] = [&[], &[""], &["a"], &["b"], &["ab"], &["", "a"], &["a", "b"], &["", "b"]];
    for (key, several) in &KEYS[..2] {
        let mut literals = vec![evaluate(&condition("Null", key, &["true"]), &Context::open())];
        for qualifier in ["", "ForAllValues:", "ForAnyValue:"] {
            for operator in ["StringEquals", "StringLike"] {
                literals.extend(lists.iter().map(|values| {
                    evaluate(&condition(&format!("{qualifier}{operator}"), key, values), &Context::open())
                }));
            }
        }
        literals.extend(literals.clone().iter().map(Residual::not));
        literals.sort();
        literals.dedup();
        let contexts: Vec<Context> = requests
            .iter()
            .filter(|values| *several || values.len() < 2)
            .map(|values| with(Context::strict(), &[(key, values)]))
            .collect();
        let never = |atom: &Atom| unreachable!("{atom:?}");
        let truths =
            |residual: &Residual| contexts.iter().map(|full| holds(residual, full, &never)).collect::<Vec<_>>();
        let known: Vec<Vec<bool>> = literals.iter().map(truths).collect();
        for (left, left_known) in literals.iter().zip(&known) {
            for (right, right_known) in literals.iter().zip(&known) {
                let both: Vec<bool> = left_known.iter().zip(right_known).map(|(left, right)| *left && *right).collect();
                assert_eq!(truths(&left.clone().and(right.clone())), both, "{left} and {right}");
            }
        }
    }
}

#[test]
fn equal_formulas_are_one_node() {
    let build = || {
        let parts = (0..20).map(|index| open(&format!("StringEquals aws:PrincipalTag/t{index} x")));
        Residual::all(parts).or(open("Bool aws:SecureTransport true"))
    };
    let (Residual::Any(one), Residual::Any(other)) = (build(), build()) else { panic!("no or") };
    assert!(std::ptr::eq(&*one, &*other));
    let elsewhere = std::thread::spawn(build).join().unwrap();
    assert_eq!(Residual::Any(one), elsewhere);
}

/// Beyond the bound nothing is dropped, and each part still counts.
#[test]
fn e174_large_formulas_keep_every_part() {
    let pair = |index: usize| {
        open(&format!("StringLike aws:PrincipalArn arn:aws:iam::1:role/r{index}-*"))
            .and(open(&format!("StringEquals aws:SourceVpce vpce-{index}")))
    };
    let many: Vec<Residual> = (0..500).map(pair).collect();
    for formula in [Residual::any(many.clone()), many.iter().fold(Residual::False, |left, part| left.or(part.clone()))]
    {
        let Residual::Any(parts) = &formula else { panic!("no or") };
        assert_eq!(parts.len(), many.len());
        let deny = open("StringNotEquals aws:SourceVpce vpce-7");
        let left = formula.clone().and(deny);
        for (index, expected) in [(6, true), (7, false), (499, true), (500, false)] {
            let arn = format!("arn:aws:iam::1:role/r{index}-x");
            let context = with(
                Context::strict(),
                &[("aws:PrincipalArn", &[&arn]), ("aws:SourceVpce", &[&format!("vpce-{index}")])],
            );
            assert_eq!(settle(&left, &context), expected.into(), "{index}");
            assert_eq!(settle(&formula.not(), &context), (index >= 500).into(), "{index}");
        }
    }
}

/// Formulas that would be as many atoms as there are stars, were they written out.
#[test]
fn shared_parts_cost_no_more_than_once() {
    let tag = |index: usize| open(&format!("StringEquals aws:PrincipalTag/t{index} x"));
    let odd = (0..60).map(tag).fold(Residual::False, |odd, tag| tag.clone().and(odd.not()).or(tag.not().and(odd)));
    assert_eq!(odd.atoms().len(), 60);
    assert_eq!(odd.not().not(), odd);
    for ones in [0, 1, 2, 59, 60] {
        let all_known = |atom: &Atom, negated: bool| match atom {
            Atom::Test { key, .. } => {
                let index: usize = key.trim_start_matches("aws:principaltag/t").parse().unwrap();
                Some((index < ones) != negated)
            }
            _ => None,
        };
        assert_eq!(odd.substitute(&all_known), Residual::from(ones % 2 == 1), "{ones}");
    }
}
