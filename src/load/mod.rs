//! Files to an [`Environment`]: what AWS printed, read into the model, with a diagnostic for all that could not be.
//!
//! A file is recognised by its content, then by its place in the layout that `data/collect/collect.sh` writes. One file
//! here for each source format; this one brings them together.
//!
//! **Architecture invariant:** one bad file, entry or document never stops a load, and nothing is guessed in its place:
//! what it might have said is unknown. Files are taken in the order of their paths, so ids are the same on every run.
#![deny(clippy::indexing_slicing)]
#![allow(clippy::result_large_err, reason = "an error is a diagnostic on its way to the list, and rare")]

mod access_points;
mod authorization_details;
mod bucket_acl;
mod bucket_settings;
mod builder;
mod canonical_users;
mod credentials;
mod documents;
mod duplicates;
mod failures;
mod files;
mod format;
mod identity_center;
mod inventory;
mod key_grants;
mod layout;
mod locate;
mod managed_policies;
mod node;
mod organization;
mod place;
mod resource_policies;
mod resources;
mod roles;
mod session_duration;
mod session_policies;
mod shared_providers;
mod statement_text;
mod tags;
mod told;
mod vpc_endpoints;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::arn::AccountId;
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::builder::Builder;
use crate::load::format::Format;
use crate::load::layout::Layout;
use crate::load::locate::Text;
use crate::load::node::Node;
use crate::model::{Environment, PolicyId};
use crate::policy::DocumentKind;

pub use locate::locate;
pub use statement_text::{StatementText, StatementTexts, TextForm, statement_origin};

/// What the user says beside the files.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The owner of every resource whose owner no file tells (E183).
    pub resource_account: Option<AccountId>,
    /// Files with the policies passed to the sessions asked about (E96), one document each.
    pub session_policies: Vec<PathBuf>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedFile {
    /// Its name, as the user gave it or as found below what the user gave.
    pub file: Arc<str>,
    /// What it was taken for, in words; `None` when it is none of the known formats or could not be read.
    pub format: Option<&'static str>,
}

/// What a load gives.
#[derive(Debug)]
pub struct Loaded {
    /// Everything that could be read.
    pub environment: Environment,
    /// What there is to say about the input, in the order in which it was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, sorted by path.
    pub files: Vec<LoadedFile>,
    /// The session policies, in the order in which they were given.
    pub session_policies: Vec<PolicyId>,
}

/// A file of a known format.
struct Input {
    file: Arc<str>,
    /// Its absolute path, by which the folders above it are known.
    path: PathBuf,
    text: Text,
    /// Where in the file the answer stands: `/data` in recorded responses, else the whole.
    pointer: &'static str,
    format: Format,
    layout: Layout,
}

impl Input {
    fn root(&self) -> Node<'_> {
        let whole = &self.text;
        let raw = locate::value_at(whole, self.pointer).unwrap_or_default();
        Node { file: &self.file, whole, raw, pointer: self.pointer.to_owned() }
    }
}

/// Reads files, and folders recursively, into one environment. Never fails: what could not be read is a diagnostic.
#[must_use]
pub fn load(paths: &[PathBuf], options: &LoadOptions) -> Loaded {
    let mut builder = Builder::default();
    if paths.is_empty() {
        builder.report(Diagnostic::error("no-input", "no file or folder was given"));
    }
    let mut files = Vec::new();
    let mut inputs = Vec::new();
    let mut unread = Vec::new();
    for path in files::find(paths, &mut builder.diagnostics) {
        let file = files::shown(&path);
        let input = open(&path, &file);
        files.push(LoadedFile { file, format: input.as_ref().ok().map(|input| input.format.name()) });
        match input {
            Ok(input) => inputs.push(input),
            Err(diagnostic) => {
                unread.push((path, diagnostic.message.clone()));
                builder.report(diagnostic);
            }
        }
    }
    let of = |format: Format| inputs.iter().filter(move |input| input.format == format);

    of(Format::CallerIdentity).for_each(|input| inventory::caller_identity(&mut builder, input));
    let details: Vec<_> = of(Format::AuthorizationDetails).collect();
    authorization_details::read(&mut builder, &details);
    roles::read(&mut builder, of(Format::Roles));
    of(Format::Buckets).for_each(|input| inventory::buckets(&mut builder, input));
    of(Format::Functions).for_each(|input| inventory::functions(&mut builder, input));
    of(Format::TaggedResources).for_each(|input| inventory::tagged_resources(&mut builder, input));
    of(Format::AccessPoints).for_each(|input| access_points::list(&mut builder, input));
    of(Format::AccessPoint).for_each(|input| access_points::one(&mut builder, input));
    for input in &inputs {
        match input.format {
            Format::ResourcePolicies => resource_policies::list(&mut builder, input),
            Format::ResourcePolicy(operation) => resource_policies::answer(&mut builder, input, operation),
            Format::VpcEndpoints => vpc_endpoints::read(&mut builder, input),
            Format::BucketAcl => bucket_acl::read(&mut builder, input),
            Format::BucketSetting(part) => bucket_settings::read(&mut builder, input, part),
            Format::PolicyDocument => policy_document(&mut builder, input),
            Format::IdentityCenter(answer) => identity_center::read(&mut builder, input, answer),
            Format::CredentialReport => credentials::report(&mut builder, input),
            Format::Credentials(call) => credentials::listing(&mut builder, input, call),
            _ => {}
        }
    }
    key_grants::read(&mut builder, of(Format::KeyGrants));
    let mut organization = organization::Draft::default();
    for input in &inputs {
        match input.format {
            Format::Organization => organization.answers(&mut builder, input),
            Format::OrganizationTree => organization.tree(&mut builder, input),
            _ => {}
        }
    }
    for input in of(Format::OrganizationDocument) {
        if !organization.document(&mut builder, input) {
            policy_document(&mut builder, input);
        }
    }
    of(Format::Error).for_each(|input| failures::failed_call(&mut builder, &mut organization, input));
    for (path, message) in unread {
        failures::unread_file(&mut builder, &mut organization, &path, &message);
    }
    organization.finish(&mut builder);

    let session_policies = session_policies::read(&mut builder, &options.session_policies);
    let (environment, mut diagnostics) = builder.finish(options.resource_account);
    find_positions(&inputs, &mut diagnostics);
    Loaded { environment, diagnostics, files, session_policies }
}

/// Lines and columns for what was noted by pointer only.
fn find_positions(inputs: &[Input], diagnostics: &mut [Diagnostic]) {
    let texts: BTreeMap<&str, &Text> = inputs.iter().map(|input| (&*input.file, &input.text)).collect();
    let mut unplaced: BTreeMap<Arc<str>, Vec<&mut Origin>> = BTreeMap::new();
    for origin in diagnostics.iter_mut().filter_map(|diagnostic| diagnostic.origin.as_mut()) {
        if origin.position.is_none() && !origin.pointer.is_empty() {
            unplaced.entry(Arc::clone(&origin.file)).or_default().push(origin);
        }
    }
    for (file, origins) in unplaced {
        let Some(text) = texts.get(&*file) else { continue };
        let pointers: Vec<String> = origins.iter().map(|origin| origin.pointer.clone()).collect();
        let places = text.places(pointers.iter().map(String::as_str));
        for origin in origins {
            origin.position = places.get(origin.pointer.as_str()).copied();
        }
    }
}

/// Reads a file and finds out what it is.
fn open(path: &Path, file: &Arc<str>) -> Result<Input, Diagnostic> {
    let text = Text::from(files::read(path)?);
    let layout = Layout::of(path);
    let place = || std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    if credentials::is_report(&text) {
        let format = Format::CredentialReport;
        return Ok(Input { file: Arc::clone(file), path: place(), text, pointer: "", format, layout });
    }
    if files::is_csv(path) {
        let diagnostic = Diagnostic::info("unrecognised-csv", "the file is CSV, but no credential report");
        return Err(diagnostic.at(Origin::file(file)));
    }
    if let Err(error) = locate::check(&text) {
        let at = locate::in_characters(&text, error.line(), error.column());
        let message = error.to_string();
        let message = message.rfind(" at line ").and_then(|end| message.get(..end)).unwrap_or(&message);
        let diagnostic = Diagnostic::error("invalid-json", format!("not valid JSON: {message}"));
        let origin = Origin { position: Some(at), ..Origin::file(file) };
        return Err(match error.is_eof() {
            true => diagnostic.with_hint("the file seems cut off").at(origin),
            false => diagnostic.at(origin),
        });
    }
    // Responses recorded by botocore's tests and by cloud-custodian stand inside `{"status_code": …, "data": …}`.
    let pointer = if locate::value_at(&text, "/status_code").is_some() { "/data" } else { "" };
    let raw = locate::value_at(&text, pointer).unwrap_or_default();
    let root = Node { file, whole: &text, raw, pointer: pointer.to_owned() };
    let Some(format) = format::detect(&root, &layout) else {
        let diagnostic = Diagnostic::info("unrecognised-json", "the file is JSON, but none of the known formats");
        return Err(diagnostic.at(Origin::file(file)));
    };
    Ok(Input { file: Arc::clone(file), path: place(), text, pointer, format, layout })
}

/// A document on its own: nothing says what it is attached to.
fn policy_document(builder: &mut Builder, input: &Input) {
    let root = input.root();
    let statement = root.fields().map(|fields| fields.list("Statement")).unwrap_or_default().into_iter().next();
    let fields = statement.and_then(|statement| statement.fields().ok());
    let for_resource = fields.is_some_and(|fields| fields.has("Principal") || fields.has("NotPrincipal"));
    let kind = if for_resource { DocumentKind::Resource } else { DocumentKind::Identity };
    builder.document(&root, kind, "this document");
    let message = "a policy document on its own: nothing says what it is attached to";
    builder.report(Diagnostic::info("unattached-policy-document", message).at(Origin::file(&input.file)));
}

#[cfg(test)]
mod tests;
