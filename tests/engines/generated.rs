//! The organizations that are generated: they load without a remark, are the same each time, and hold what they promise.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use iamreach::evaluate::{EvaluateOptions, Evaluator};
use iamreach::load::Loaded;
use iamreach::query::{AccessRow, Engine, SubjectKind, WhoCan, select_action};

use crate::organization::Folder;
use crate::organization::generated::nasty::{generate_nasty, names};
use crate::organization::generated::{Size, generate};
use crate::{Checked, Report, whole};

/// Of several accounts, and as small as all kinds of chains fit in.
const SEVERAL: Size = Size { accounts: 7, principals: 260, resources: 27, seed: 3 };

/// Every check.
pub(crate) fn check(report: &mut Report) {
    let several = Folder::new();
    generate(SEVERAL, &several);
    let loaded = several.load();
    let small = Folder::new();
    generate(Size::SMALL, &small);
    let small = small.load();
    report.note("small: no remark", without_remark(&small));
    report.note("small: as many as asked for", counts(&small, Size::SMALL));
    whole::check("small", &small, report);
    let medium = Folder::new();
    generate(Size::MEDIUM, &medium);
    let medium = medium.load();
    report.note("medium: no remark", without_remark(&medium));
    report.note("medium: as many as asked for", counts(&medium, Size::MEDIUM));
    report.note("several accounts: no remark", without_remark(&loaded));
    report.note("several accounts: as many as asked for", counts(&loaded, SEVERAL));
    report.note("several accounts: chains, outsiders, conditions", reach(&loaded));
    report.note("the seed decides", seeds());
    let nasty = Folder::new();
    generate_nasty(&nasty);
    let nasty = nasty.load();
    report.note("nasty: no remark", without_remark(&nasty));
    report.note("nasty: every name arrives", every_name(&nasty));
    whole::check("nasty", &nasty, report);
}

fn without_remark(loaded: &Loaded) -> Checked {
    let told: Vec<String> =
        loaded.diagnostics.iter().take(3).map(|one| format!("{}: {}", one.code, one.message)).collect();
    if let Some(file) = loaded.files.iter().find(|file| file.format.is_none()) {
        return Err(format!("{} is of no known format", file.file));
    }
    if told.is_empty() { Ok(()) } else { Err(told.join("\n    ")) }
}

fn equal(what: &str, found: usize, expected: usize) -> Checked {
    if found == expected { Ok(()) } else { Err(format!("{found} {what} instead of {expected}")) }
}

fn counts(loaded: &Loaded, size: Size) -> Checked {
    let environment = &loaded.environment;
    equal("principals", environment.principals().count(), size.accounts * size.principals)?;
    equal("resources", environment.resources().count(), size.accounts * size.resources)?;
    let ids: BTreeSet<_> = environment.principals().map(|(_, one)| one.arn.to_string()).collect();
    equal("names of principals", ids.len(), size.accounts * size.principals)
}

/// Whether an answer is of some kind.
type Holds = fn(&AccessRow) -> bool;

/// Who reads objects: by chains of roles across accounts, from outside, with conditions and without.
fn reach(loaded: &Loaded) -> Checked {
    let environment = &loaded.environment;
    let engine = Engine::new(Evaluator::new(environment, EvaluateOptions::default()));
    let buckets = environment.resources().filter(|one| one.arn.service() == "s3");
    let resources: Vec<String> = buckets.map(|one| format!("{}/x", one.arn)).collect();
    let action = select_action("s3:GetObject").map_err(|error| error.to_string())?;
    let rows = engine.who_can(&WhoCan { actions: vec![action], resources, max_hops: 30 });
    let promised: [(&str, Holds); 6] = [
        ("chain of four roles", |row| row.path.len() >= 4),
        ("way without a condition", |row| row.condition.is_true()),
        ("way with a condition", |row| !row.condition.is_true()),
        ("way from another account", |row| row.subject.kind == SubjectKind::ExternalAccount),
        ("way from a service", |row| row.subject.kind == SubjectKind::Service && !row.path.is_empty()),
        ("way of somebody directly", |row| row.subject.kind == SubjectKind::User && row.path.is_empty()),
    ];
    for (what, holds) in promised {
        if !rows.iter().any(holds) {
            return Err(format!("no {what} among {} answers", rows.len()));
        }
    }
    Ok(())
}

fn seeds() -> Checked {
    let size = Size { accounts: 2, ..Size::SMALL };
    let written = |size: Size| {
        let folder = Folder::new();
        generate(size, &folder);
        content(folder.path(), folder.path())
    };
    if written(size) != written(size) {
        return Err("two runs differ".to_owned());
    }
    if written(size) == written(Size { seed: 2, ..size }) {
        return Err("another seed writes the same".to_owned());
    }
    for (text, expected) in [
        ("large", Some(Size::LARGE)),
        ("medium@4", Some(Size { seed: 4, ..Size::MEDIUM })),
        ("2x100x20", Some(size)),
        ("2x100", None),
        ("tiny", None),
    ] {
        if Size::parse(text) != expected {
            return Err(format!("`{text}` is read as {:?}", Size::parse(text)));
        }
    }
    Ok(())
}

/// Every file below a folder, by its place there.
fn content(folder: &Path, of: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(content(&path, of));
        } else {
            found.insert(path.strip_prefix(of).unwrap().display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

/// Every name arrives as it is, in users, roles, secrets and queues.
fn every_name(loaded: &Loaded) -> Checked {
    let environment = &loaded.environment;
    let users: BTreeSet<&str> = environment.principals().map(|(_, one)| &*one.name).collect();
    for name in names() {
        let role = format!("role {name}");
        let resource = |rest: &str| environment.resources().any(|one| one.arn.resource().ends_with(rest));
        if !users.contains(&*name) || !users.contains(&*role) {
            return Err(format!("no user or no role {name:?}"));
        }
        if !resource(&format!("secret {name}")) || !resource(&format!("queue {name}")) {
            return Err(format!("no secret or no queue {name:?}"));
        }
    }
    Ok(())
}
