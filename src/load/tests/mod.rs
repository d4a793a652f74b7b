//! What a load gives for each kind of input, good and bad, on small files in a folder of the test's own.

mod access_points;
mod authorization_details;
mod buckets;
mod credential_report;
mod credentials;
mod documents;
mod files;
mod identity_center;
mod key_grants;
mod organization;
mod places;
mod resources;
mod session_duration;
mod statement_text;
mod vpc_endpoints;

use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::diagnostic::Severity;
use crate::model::{
    Collected, Organization, PolicyId, PolicyKind, Source, StoredDocument, Tag, TargetKind, TextEncoding,
};

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("iamreach-load-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn of(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn load(&self) -> Loaded {
        load(std::slice::from_ref(&self.0), &LoadOptions::default())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// `severity code` of every diagnostic, sorted.
fn said(loaded: &Loaded) -> Vec<String> {
    let mut said: Vec<_> = loaded.diagnostics.iter().map(|one| format!("{} {}", one.severity, one.code)).collect();
    said.sort();
    said
}

fn message<'l>(loaded: &'l Loaded, code: &str) -> &'l Diagnostic {
    loaded.diagnostics.iter().find(|one| one.code == code).unwrap_or_else(|| panic!("{code}: {:?}", loaded.diagnostics))
}

/// What is known of something, in one word.
fn word<T>(collected: &Collected<T>) -> &'static str {
    match collected {
        Collected::NotCollected => "not collected",
        Collected::Absent => "absent",
        Collected::Present(_) => "present",
        Collected::Unknown(_) => "unknown",
    }
}

/// Whether an account's user, or its root user where none is named, has an MFA device, a password and an access key.
fn held(loaded: &Loaded, user: Option<&str>) -> [Collected<bool>; 3] {
    let environment = &loaded.environment;
    let credentials = match user {
        Some(name) => {
            let mut users = environment.principals().filter(|(_, principal)| &*principal.name == name);
            &users.next().unwrap_or_else(|| panic!("{name}")).1.credentials
        }
        None => &environment.accounts().next().unwrap().root,
    };
    let crate::model::HeldCredentials { mfa, console, access_key } = credentials.clone();
    [mfa, console, access_key]
}

/// The same in letters: yes, no, unknown, and `-` for what was not collected.
fn letters(loaded: &Loaded, user: Option<&str>) -> String {
    let letter = |collected: &Collected<bool>| match collected {
        Collected::Present(true) => 'y',
        Collected::Present(false) => 'n',
        Collected::Unknown(_) => '?',
        _ => '-',
    };
    held(loaded, user).iter().map(letter).collect()
}

fn tags(expected: &[(&str, Option<&str>)]) -> Collected<Vec<Tag>> {
    let tag = |(key, value): &(&str, Option<&str>)| Tag { key: (*key).into(), value: value.map(Into::into) };
    Collected::Present(expected.iter().map(tag).collect())
}

/// Authorization details with the given users, groups, roles and policies.
fn details(users: &str, groups: &str, roles: &str, policies: &str) -> String {
    format!(
        r#"{{"UserDetailList":[{users}],"GroupDetailList":[{groups}],"RoleDetailList":[{roles}],"Policies":[{policies}]}}"#
    )
}

const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const FOR_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#;
const USER: &str = r#"{"UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::012345678901:user/x/ada"}"#;

fn policy_names(loaded: &Loaded, arn: &str) -> Vec<(String, bool)> {
    let environment = &loaded.environment;
    let id = environment.principal_by_arn(arn).unwrap_or_else(|| panic!("{arn}"));
    let name = |id: PolicyId| {
        let policy = environment.policy(id);
        (policy.name.to_string(), policy.document.is_some())
    };
    environment.identity_policies(id).map(name).collect()
}

fn organization_of(loaded: &Loaded) -> &Organization {
    loaded.environment.organization().present().unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}
