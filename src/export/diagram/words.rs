//! The words of a picture: names short enough for a node, and what an edge requires in a word or two.

use crate::condition::{Atom, Residual};
use crate::evaluate::Outcome;
use crate::export::diagram::Strength;
use crate::query::{Hop, Requirement};

pub(super) fn list(items: &[Box<str>], shown: usize) -> String {
    let mut text = items.iter().take(shown).map(AsRef::as_ref).collect::<Vec<&str>>().join(", ");
    if items.len() > shown {
        text.push_str(&format!(" +{}", items.len() - shown));
    }
    text
}

/// One answer's reason for an edge.
pub(super) struct Step {
    pub(super) label: String,
    pub(super) what: String,
    pub(super) condition: Residual,
    pub(super) credentials: Option<Requirement>,
    /// Whom an identity provider lets in, in words.
    pub(super) who: Option<String>,
    pub(super) strength: Strength,
    pub(super) unknown: bool,
}

impl Step {
    pub(super) fn of_hop(hop: &Hop, credentials: Option<Requirement>) -> Self {
        let label = match hop.action.as_ref() {
            "sts:AssumeRole" => "",
            "sts:AssumeRoleWithSAML" => "SAML",
            "sts:AssumeRoleWithWebIdentity" => "web identity",
            other => other,
        };
        Self {
            label: label.to_owned(),
            what: hop.action.to_string(),
            condition: hop.condition.clone(),
            credentials,
            who: None,
            strength: Strength::default(),
            unknown: hop.outcome == Outcome::Unknown,
        }
    }

    pub(super) fn is_conditional(&self) -> bool {
        self.credentials.is_some() || !self.condition.is_true()
    }

    /// The label with a word for each thing required.
    pub(super) fn label(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.credentials.as_ref().map(|needed| match needed {
            Requirement::Mfa => "MFA".to_owned(),
            other => other.to_string(),
        }));
        if let Some(who) = &self.who {
            return in_lines(who, BETWEEN_WORDS);
        }
        for atom in self.condition.atoms() {
            let word = match atom {
                Atom::Test { key, values, .. } => word_of(key, values),
                Atom::OtherSide(text) => text.to_string(),
                Atom::Undocumented(_) | Atom::MissingInput(_) => "?".to_owned(),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        if words.len() > 2 {
            words.truncate(2);
            words.push("…".to_owned());
        }
        if !self.label.is_empty() {
            words.insert(0, self.label.clone());
        }
        // A line each: an edge is as long as its label.
        words.iter().map(|word| in_lines(word, BETWEEN_WORDS)).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn tooltip(&self) -> String {
        let credentials = self.credentials.as_ref().map(|needed| format!("\n{needed}")).unwrap_or_default();
        let condition = if self.condition.is_true() { String::new() } else { format!("\nif {}", self.condition) };
        format!("{}{credentials}{condition}", self.what)
    }
}

/// A test in few words: the key, with its value where there is a short one.
fn word_of(key: &str, values: &[Box<str>]) -> String {
    let word = key_word(key);
    match values {
        [value] if value.chars().count() <= 32 && !matches!(&**value, "true" | "false") => format!("{word} {value}"),
        _ => word,
    }
}

/// A condition key in a word: its name without the prefix, as AWS writes the common ones.
fn key_word(key: &str) -> String {
    let name = key.split_once(':').map_or(key, |(_, name)| name);
    let known = match name {
        "multifactorauthpresent" => "MFA",
        "multifactorauthage" => "MFA age",
        "externalid" => "ExternalId",
        "sourceip" => "SourceIp",
        "sourcevpc" => "SourceVpc",
        "sourcevpce" => "SourceVpce",
        "sourcearn" => "SourceArn",
        "sourceaccount" => "SourceAccount",
        "securetransport" => "TLS",
        "rolesessionname" => "session name",
        "currenttime" => "time",
        "requestedregion" => "region",
        "viaservice" => "ViaService",
        "principalorgid" => "organization",
        "sourceidentity" => "source identity",
        "userid" => "session",
        "dataaccesspointaccount" => "access point of",
        "dataaccesspointarn" => "access point",
        name => match name.split_once('/') {
            Some(("requesttag" | "principaltag", tag)) => return format!("session tag {tag}"),
            Some(("resourcetag", tag)) => return format!("tag {tag} of the resource"),
            _ => name.split('/').next_back().unwrap_or(name),
        },
    };
    known.to_owned()
}

/// A name as a node has it: without what is long and says little, broken so that one name does not widen the whole picture.
/// The tooltip has it in full.
pub(super) fn picture_name(name: &str) -> String {
    /// From how many characters on a path is left out.
    const LONG: usize = 36;
    let name = shortened(name);
    match (name.split_once('/'), name.rsplit_once('/')) {
        (Some((kind @ ("role" | "user" | "group"), path)), Some((_, last))) if path != last && name.len() > LONG => {
            in_lines(&format!("{kind}/…/{last}"), WITHIN_NAMES)
        }
        _ => in_lines(&name, WITHIN_NAMES),
    }
}

/// A role of AWS's own without the path that AWS gives it, and names that AWS makes without their random part.
fn shortened(name: &str) -> String {
    let own = ["role/aws-reserved/", "role/aws-service-role/"].iter().any(|path| name.starts_with(path));
    let name = match name.rsplit_once('/').filter(|_| own) {
        Some((_, last)) => format!("role/{last}"),
        None => name.to_owned(),
    };
    let random = |text: &str, length| text.len() == length && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    if let Some(id) = name.strip_prefix("kms:key/").filter(|id| random(id, 36)) {
        return format!("kms:key/{}…", id.get(..8).unwrap_or(id));
    }
    if let Some((set, suffix)) = name.rsplit_once('_')
        && set.starts_with("role/AWSReservedSSO_")
        && random(suffix, 16)
    {
        return format!("{set}_…");
    }
    match name.strip_prefix("saml-provider/AWSSSO_").and_then(|rest| rest.strip_suffix("_DO_NOT_DELETE")) {
        Some(_) => "saml-provider/AWSSSO_…".to_owned(),
        None => name,
    }
}

/// Behind which marks a sentence may be broken.
const BETWEEN_WORDS: &str = " /";
/// Behind which marks a name may be broken.
const WITHIN_NAMES: &str = " /_-.:@";

/// Lines of nearly equal length, broken behind one of the marks.
fn in_lines(name: &str, marks: &str) -> String {
    /// What a node holds on a line before it looks long.
    const LONG: usize = 24;
    let length = name.chars().count();
    let lines = length.div_ceil(LONG);
    let mut text = String::with_capacity(name.len() + lines);
    let (mut line, mut broken) = (0, 1);
    for (at, c) in name.chars().enumerate() {
        text.push(c);
        line += 1;
        // A line may end a little early; a word is never broken.
        let wanted = length * broken / lines;
        if broken < lines && marks.contains(c) && at + 1 < length && at + 5 > wanted && line > 4 {
            text.push('\n');
            (line, broken) = (0, broken + 1);
        }
    }
    text
}
