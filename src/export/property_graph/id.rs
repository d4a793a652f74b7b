//! Ids: digests, and texts that are not too long for a database's index.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// How many bytes an id of a principal, a group or a resource has at most; a session's is somewhat longer than its
/// principal's. FalkorDB's index holds 4,096 bytes, Neo4j's 8,167. Resources that policies name can be longer.
const LONGEST: usize = 1_024;

/// Between the beginning of a longer id and its digest.
const CUT: &str = "…";

/// The text as an id: a longer one is its beginning and a digest of all of it.
pub(super) fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let digest = digest([text.as_str()]);
    let mut end = LONGEST - CUT.len() - digest.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{CUT}{digest}", text.get(..end).unwrap_or_default())
}

/// A digest of texts, the same on every machine and with every release.
pub(in crate::export) fn digest<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hasher = SipHasher13::new();
    for text in texts {
        hasher.write(text.as_bytes());
        // No text goes on in the next.
        hasher.write_u8(0xff);
    }
    format!("{:032x}", hasher.finish128().as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_stay_apart() {
        for text in [String::new(), "arn:aws:s3:::bucket".to_owned(), "x".repeat(LONGEST)] {
            assert_eq!(bounded(text.clone()), text);
        }
        // The cut would go through the middle of a character in some of these.
        for before in ["", "a", "ab", "abc"] {
            let text = before.to_owned() + &"🌲".repeat(2_000);
            let id = bounded(text.clone());
            let (beginning, digest) = id.split_once(CUT).unwrap();
            assert!(text.starts_with(beginning) && digest.len() == 32, "{id}");
            assert!((LONGEST - 3..=LONGEST).contains(&id.len()), "{} bytes", id.len());
            assert_ne!(id, bounded(text + "🌲"));
        }
    }

    #[test]
    fn digests_know_where_a_text_ends() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_ne!(digest(["a"]), digest(["a", ""]));
        assert_eq!(digest(["arn:aws:s3:::bucket"]).len(), 32);
    }
}
