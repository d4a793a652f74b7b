//! The tests of one alternative, taken out one after the other as words are found for them.

use super::alternatives::is_single;
use super::field::Field;
use crate::condition::{Atom, Residual};
use crate::policy::Operator;

/// What has to hold of whoever enters in one alternative. What nobody takes out stays, to be said as it is.
pub(super) struct Claims {
    prefix: String,
    parts: Vec<Residual>,
    any_case: bool,
}

/// A test of a key, read.
struct Read {
    holds: bool,
    every_value: bool,
    operator: Operator,
    fields: Vec<(Field, bool)>,
}

impl Claims {
    /// The parts of an alternative, and what stands before the name of a claim in a key, in lowercase.
    pub(super) fn new(prefix: &str, parts: Vec<Residual>) -> Self {
        Self { prefix: prefix.to_owned(), parts, any_case: false }
    }

    /// Whether what was taken out is compared in any letter case.
    pub(super) fn in_any_case(&self) -> bool {
        self.any_case
    }

    /// What has to hold besides all that was taken out.
    pub(super) fn rest(self) -> Residual {
        Residual::all(self.parts)
    }

    /// Takes out what a claim has to be: the narrowest of the tests it has to pass, and those that follow from it.
    pub(super) fn take(&mut self, claim: &str) -> Option<Field> {
        self.take_key(&self.key(claim))
    }

    /// What [`Self::take`] would give.
    pub(super) fn look(&self, claim: &str) -> Option<Field> {
        Self::new(&self.prefix, self.parts.clone()).take(claim)
    }

    /// [`Self::take`] for a key that is no claim of the provider, in lowercase.
    pub(super) fn take_key(&mut self, key: &str) -> Option<Field> {
        // A token always has a subject and an audience: to demand one says nothing.
        if is_single(key) {
            self.parts.retain(|part| !demands_presence(part, key));
        }
        let wanted: Vec<(usize, Field, bool)> = self
            .parts
            .iter()
            .enumerate()
            .filter_map(|(index, part)| {
                let read = read(part, key).filter(|read| read.holds && (!read.every_value || is_single(key)))?;
                let [(field, varies)] = read.fields.as_slice() else { return None };
                Some((index, field.clone(), *varies))
            })
            .collect();
        let narrower = |(at, field, _): &(usize, Field, bool)| {
            let beaten = wanted.iter().filter(|(other, wide, _)| other != at && wide.covers(field)).count();
            (beaten, field.fixed_length())
        };
        let (_, field, _) = wanted.iter().max_by_key(|one| narrower(one))?.clone();
        self.any_case |= field.is_in_any_case();
        let done = wanted.iter().filter(|(_, wide, varies)| !varies && wide.covers(&field)).map(|(index, ..)| *index);
        let done: Vec<usize> = done.collect();
        let mut index = 0..;
        self.parts.retain(|_| !index.next().is_some_and(|index| done.contains(&index)));
        Some(field)
    }

    /// Takes out what the subject must not be: each value, and the test of it that must fail.
    pub(super) fn take_refused_subjects(&mut self) -> Vec<(Field, Residual)> {
        let key = self.key("sub");
        let mut refused = Vec::new();
        self.parts.retain(|part| {
            let read = read(part, &key).filter(|read| !read.holds && read.fields.iter().all(|(_, varies)| !varies));
            let (Some(read), Residual::NotAtom(atom)) = (read, part) else { return true };
            let Atom::Test { values, .. } = &**atom else { return true };
            let test = |value: &str| Residual::test(read.operator.name(), &key, value);
            refused.extend(
                read.fields.iter().zip(values).map(|((field, _), value)| (field.clone(), test(value.as_ref()))),
            );
            false
        });
        refused
    }

    /// Adds that a test must fail.
    pub(super) fn put_back_refused(&mut self, test: &Residual) {
        self.parts.push(test.not());
    }

    /// Takes out the audiences, of which one has to be met.
    pub(super) fn take_audiences(&mut self) -> Vec<Field> {
        let key = self.key("aud");
        self.parts.retain(|part| !demands_presence(part, &key));
        let fits = |part: &Residual| {
            read(part, &key).filter(|read| read.holds && read.fields.iter().all(|(_, varies)| !varies))
        };
        let Some(at) = self.parts.iter().position(|part| fits(part).is_some()) else { return Vec::new() };
        let fields = fits(&self.parts.remove(at)).map(|read| read.fields).unwrap_or_default();
        fields.into_iter().map(|(field, _)| field).collect()
    }

    /// Takes out a value that a claim which may have several has to have among them, or must not have.
    pub(super) fn take_member(&mut self, claim: &str, holds: bool) -> Option<Field> {
        let key = self.key(claim);
        let fits = |part: &Residual| {
            let read = read(part, &key).filter(|read| read.holds == holds && !read.every_value)?;
            if let [(field, false)] = read.fields.as_slice() { Some(field.clone()) } else { None }
        };
        let at = self.parts.iter().position(|part| fits(part).is_some())?;
        fits(&self.parts.remove(at))
    }

    /// Whether a token would have to be without the claim, which no token is.
    pub(super) fn demands_absence(&self, claim: &str) -> bool {
        let key = self.key(claim);
        is_single(&key) && self.parts.iter().any(|part| demands(part, &key, true))
    }

    fn key(&self, claim: &str) -> String {
        format!("{}{claim}", self.prefix)
    }
}

fn read(part: &Residual, key: &str) -> Option<Read> {
    let (atom, holds) = match part {
        Residual::Atom(atom) => (atom, true),
        Residual::NotAtom(atom) => (atom, false),
        _ => return None,
    };
    let Atom::Test { operator, key: own, values } = &**atom else { return None };
    if **own != *key || values.is_empty() {
        return None;
    }
    let (qualifier, name) = operator.split_once(':').unwrap_or(("", operator));
    let operator = Operator::parse(name)?;
    let fields = values.iter().map(|value| Field::read(operator, value)).collect::<Option<Vec<_>>>()?;
    Some(Read { holds, every_value: qualifier == "ForAllValues", operator, fields })
}

fn demands_presence(part: &Residual, key: &str) -> bool {
    let any = |read: Read| {
        read.holds && read.operator == Operator::StringLike && read.fields.iter().any(|(one, _)| one.is_any())
    };
    demands(part, key, false) || read(part, key).is_some_and(any)
}

/// Whether the part is a `Null` test that asks for the key to be absent, or for it to be there.
fn demands(part: &Residual, key: &str, absent: bool) -> bool {
    let (atom, holds) = match part {
        Residual::Atom(atom) => (atom, true),
        Residual::NotAtom(atom) => (atom, false),
        _ => return false,
    };
    match &**atom {
        Atom::Test { operator, key: own, values } if &**operator == "Null" && **own == *key => {
            (matches!(values.as_slice(), [only] if &**only == "true") == holds) == absent
        }
        _ => false,
    }
}
