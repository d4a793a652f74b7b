//! Subjects made of names and values: `organization:acme:pipeline:deploy`.

use super::field::Field;

/// A subject that is pairs of names and values, as far as it was read.
#[derive(Debug)]
pub(super) struct Subject {
    pairs: Vec<(String, Field)>,
    /// Whether it may go on in any way.
    pub(super) goes_on: bool,
}

impl Subject {
    /// Reads a subject. Nothing where a wildcard stands for a name, other than for all that follows.
    ///
    /// A name that is one of `alone` has no value.
    pub(super) fn read(field: &Field, alone: &[&str]) -> Option<Self> {
        let fields = field.split(':');
        let (mut pairs, mut rest) = (Vec::new(), fields.as_slice());
        while let [name, behind @ ..] = rest {
            rest = behind;
            if name.is_any() && behind.is_empty() && !pairs.is_empty() {
                return Some(Self { pairs, goes_on: true });
            }
            let name = name.exact().filter(|name| !name.is_empty())?;
            if alone.contains(&name.as_str()) {
                pairs.push((name, Field::default()));
                continue;
            }
            let (value, behind) = behind.split_first()?;
            pairs.push((name, value.clone()));
            rest = behind;
        }
        // A run at the end takes in the separator, too.
        let goes_on = pairs.last().is_some_and(|(_, value)| value.ends_open());
        Some(Self { pairs, goes_on })
    }

    /// Takes out the value behind a name.
    pub(super) fn take(&mut self, name: &str) -> Option<Field> {
        let at = self.pairs.iter().position(|(own, _)| own == name)?;
        Some(self.pairs.remove(at).1)
    }

    /// What is left, as it stands, to be added to who it is.
    pub(super) fn rest(&self) -> String {
        self.pairs.iter().map(|(name, value)| format!(", {name} {value}")).collect()
    }
}
