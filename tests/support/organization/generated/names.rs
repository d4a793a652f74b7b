//! What things are called: people, teams, applications, and what they own, by number.

use crate::organization::random::mixed;

const FIRST: [&str; 40] = [
    "alma", "anton", "bea", "boris", "carla", "chen", "dario", "dilan", "elif", "emre", "farah", "finn", "greta",
    "hugo", "ines", "ivan", "jana", "joris", "kaori", "karim", "lena", "luca", "maya", "milos", "nadia", "niko",
    "olga", "oskar", "paula", "pedro", "quentin", "rana", "ravi", "selma", "simon", "tara", "tomas", "ursula", "vera",
    "yara",
];
const LAST: [&str; 41] = [
    "abel", "almeida", "bakker", "berger", "castel", "cho", "dahl", "diaz", "eriksen", "fabre", "fischer", "garcia",
    "grant", "haas", "hansen", "ito", "jansen", "jovic", "kaya", "keller", "lang", "larsen", "mehta", "moreau", "nagy",
    "novak", "okoye", "olsen", "petit", "popov", "quinn", "ricci", "rossi", "sato", "silva", "tanaka", "toth", "urban",
    "vogel", "weiss", "zeman",
];
pub(super) const TEAMS: [&str; 16] = [
    "payments", "ledger", "catalog", "search", "identity", "fraud", "pricing", "orders", "shipping", "insights",
    "mobile", "partners", "support", "network", "platform", "archive",
];
const APPLICATIONS: [&str; 30] = [
    "intake",
    "export",
    "import",
    "scoring",
    "gateway",
    "reports",
    "sync",
    "backup",
    "audit",
    "notifier",
    "renderer",
    "indexer",
    "scheduler",
    "worker",
    "api",
    "console",
    "stream",
    "batch",
    "resizer",
    "validator",
    "router",
    "collector",
    "planner",
    "matcher",
    "mailer",
    "cleaner",
    "replayer",
    "cache",
    "monitor",
    "ledgerbook",
];
const STAGES: [&str; 3] = ["production", "staging", "development"];
const CONTENTS: [&str; 12] = [
    "data",
    "exports",
    "logs",
    "backups",
    "assets",
    "invoices",
    "events",
    "models",
    "reports",
    "uploads",
    "archive",
    "artifacts",
];

/// A user by number: no two of the first 1,640 are alike, and those behind have a number in their names.
pub(super) fn person(number: usize) -> String {
    let (first, last) = (FIRST[number % FIRST.len()], LAST[number % LAST.len()]);
    match number / (FIRST.len() * LAST.len()) {
        0 => format!("{first}.{last}"),
        round => format!("{first}.{last}{round}"),
    }
}

pub(super) fn team(number: usize) -> &'static str {
    TEAMS[number % TEAMS.len()]
}

/// A team's application.
pub(super) fn application(number: usize) -> String {
    let round = number / TEAMS.len();
    let name = APPLICATIONS[(round + number) % APPLICATIONS.len()];
    match round / APPLICATIONS.len() {
        0 => format!("{}-{name}", team(number)),
        again => format!("{}-{name}-{again}", team(number)),
    }
}

/// An account by number.
pub(super) fn account(number: usize) -> String {
    match number.checked_sub(1) {
        None => "management".to_owned(),
        Some(rest) => {
            let stage = STAGES[rest % STAGES.len()];
            let name = format!("{}-{stage}", team(rest / STAGES.len()));
            match rest / (STAGES.len() * TEAMS.len()) {
                0 => name,
                round => format!("{name}-{}", round + 1),
            }
        }
    }
}

/// A bucket of the account of a name.
pub(super) fn bucket(account: &str, number: usize) -> String {
    let content = CONTENTS[number % CONTENTS.len()];
    match number / CONTENTS.len() {
        0 => format!("tern-{account}-{content}"),
        round => format!("tern-{account}-{content}-{}", round + 1),
    }
}

/// The id of a key of an account.
pub(super) fn key(account: usize, number: usize) -> String {
    let high = mixed(((account as u64) << 32) | ((number as u64) << 1));
    let low = mixed(((account as u64) << 32) | ((number as u64) << 1) | 1);
    let text = format!("{high:016x}{low:016x}");
    format!("{}-{}-4{}-a{}-{}", &text[..8], &text[8..12], &text[13..16], &text[17..20], &text[20..])
}

/// A role on the way of a chain.
pub(super) fn link(number: usize) -> String {
    format!("{}-handover-{number}", team(number))
}

/// Six letters and digits that are always the same for a number, such as those behind the name of a secret.
pub(super) fn suffix(number: usize) -> String {
    const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut rest = mixed(number as u64 + 77);
    let mut next = || {
        let letter = char::from(LETTERS[usize::try_from(rest % 36).unwrap()]);
        rest /= 36;
        letter
    };
    (0..6).map(|_| next()).collect()
}
