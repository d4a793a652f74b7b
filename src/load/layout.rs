//! What the place of a file tells: `ACCOUNT[/REGION]/SERVICE-OPERATION/NAME.json`, or `…/SERVICE-OPERATION.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use crate::arn::AccountId;

/// What the place of a file tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// `service-operation`, `s3api-` written as `s3-`; empty when the names have no such shape.
    pub(super) operation: String,
    /// The thing asked about: the file's name, percent-decoded.
    pub(super) item: Option<String>,
    /// The region folder.
    pub(super) region: Option<String>,
}

impl Layout {
    pub(super) fn of(path: &Path) -> Self {
        let name = |path: Option<&Path>| {
            let name = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
            name.unwrap_or_default()
        };
        let file = name(Some(path));
        let stem = without_suffix(without_suffix(without_suffix(&file, ".gz"), ".json"), ".csv");
        let above = path.parent();
        let (operation, item, place) = if let Some(operation) = operation(&name(above)) {
            let item = percent_decode_str(stem).decode_utf8_lossy().into_owned();
            (operation, Some(item), above.and_then(Path::parent))
        } else if let Some(operation) = operation(stem) {
            (operation, None, above)
        } else {
            return Self::default();
        };
        let region = Some(name(place)).filter(|name| is_region(name));
        Self { operation, item, region }
    }
}

/// A name without an ending, in whatever letter case.
fn without_suffix<'n>(name: &'n str, suffix: &str) -> &'n str {
    let at = name.len().checked_sub(suffix.len()).and_then(|at| name.split_at_checked(at));
    at.filter(|(_, end)| end.eq_ignore_ascii_case(suffix)).map_or(name, |(stem, _)| stem)
}

/// The name of an AWS CLI call written with hyphens, if it is one.
fn operation(name: &str) -> Option<String> {
    // The only service among those read here whose own name has a hyphen.
    let of_sso_admin = name.strip_prefix("sso-admin-").map(|call| ("sso-admin", call));
    let (service, call) = of_sso_admin.or_else(|| name.split_once('-'))?;
    let is_call = ["get-", "list-", "describe-", "generate-"].iter().any(|verb| call.starts_with(verb));
    let service = if service == "s3api" { "s3" } else { service };
    (is_call && !service.is_empty()).then(|| format!("{service}-{call}"))
}

/// Whether a name has the shape of a region: `eu-west-1`, `us-gov-east-1`.
fn is_region(name: &str) -> bool {
    let mut parts = name.rsplit('-');
    let numbered = parts.next().is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()));
    let words: Vec<&str> = parts.collect();
    let named = words.iter().all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
    numbered && named && words.len() >= 2
}

/// The accounts that folders speak of, because of what lies in them.
#[derive(Debug, Default)]
pub(super) struct FolderAccounts(BTreeMap<PathBuf, BTreeSet<AccountId>>);

impl FolderAccounts {
    /// Notes that a file in this folder is of an account.
    pub(super) fn note(&mut self, file: &Path, account: AccountId) {
        if let Some(folder) = file.parent() {
            self.0.entry(folder.to_path_buf()).or_default().insert(account);
        }
    }

    /// The account of a file: the nearest folder above that is named by twelve digits, or in which the only
    /// authorization details or caller identity are of one account.
    pub(super) fn of(&self, file: &Path) -> Option<AccountId> {
        for folder in file.ancestors().skip(1) {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if let Some(account) = AccountId::parse(&name) {
                return Some(account);
            }
            if let Some(accounts) = self.0.get(folder) {
                let mut accounts = accounts.iter();
                return accounts.next().copied().filter(|_| accounts.next().is_none());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_layout() {
        let check = |path: &str, operation: &str, item: Option<&str>, region: Option<&str>| {
            let expected = Layout {
                operation: operation.into(),
                item: item.map(str::to_owned),
                region: region.map(str::to_owned),
            };
            assert_eq!(Layout::of(Path::new(path)), expected, "{path}");
        };
        check("1/eu-west-1/lambda-get-policy/a%2Fb.json.gz", "lambda-get-policy", Some("a/b"), Some("eu-west-1"));
        check("012345678901/s3api-get-bucket-policy/x.json", "s3-get-bucket-policy", Some("x"), None);
        check("1/us-gov-east-1/kms-list-keys.json", "kms-list-keys", None, Some("us-gov-east-1"));
        check("1/iam-get-credential-report.csv", "iam-get-credential-report", None, None);
        check("1/s3-get-bucket-policy/bk.JSON", "s3-get-bucket-policy", Some("bk"), None);
        check("1/us-gov-east-1/KMS.Json.GZ", "", None, None);
        check("1/eu-west-1/kms-get-key-policy/é.Json.Gz", "kms-get-key-policy", Some("é"), Some("eu-west-1"));
        check("some/where.json", "", None, None);
        let set = "012345678901.arn:aws:sso:::permissionSet/ssoins-1/ps-2";
        let file = format!("o/sso-admin-list-account-assignments/{}.json", set.replace(':', "%3A").replace('/', "%2F"));
        check(&file, "sso-admin-list-account-assignments", Some(set), None);
        check("o/sso-admin-list-instances.json", "sso-admin-list-instances", None, None);
    }
}
