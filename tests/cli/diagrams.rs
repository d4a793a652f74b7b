//! `export dot`, `svg` and `png`: what a focus leaves, and how Graphviz is run.

use std::collections::BTreeSet;

use crate::*;

/// The labels of a diagram's nodes, and its edges by id.
fn drawn(arguments: &[&str]) -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let ran = ask(&[&["export", "dot", "--expand"], arguments].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
    let quoted = |text: &str| text.trim().trim_matches('"').to_owned();
    let (mut nodes, mut edges) = (BTreeSet::new(), BTreeSet::new());
    for line in ran.out.lines().map(str::trim).filter(|line| line.starts_with('"')) {
        let ids = line.split("\" [").next().unwrap();
        match ids.split_once(" -> ") {
            Some((from, to)) => edges.insert((quoted(from), quoted(to))),
            None => nodes.insert(quoted(ids)),
        };
    }
    (nodes, edges)
}

fn role(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

#[test]
fn a_principal_with_what_leads_there_and_where_it_leads() {
    let manager = role("444455556666", "release-manager");
    let (request, deploy) = (role("012345678901", "release-request"), role("222233334444", "deploy-production"));
    let steward = role("222233334444", "data-steward");
    let (nodes, edges) = drawn(&["--focus", "release-manager", "--only-paths"]);
    for edge in [(&request, &manager), (&manager, &deploy)] {
        assert!(edges.contains(&(edge.0.clone(), edge.1.clone())), "{edge:?}");
    }
    assert!(edges.contains(&(deploy.clone(), "arn:aws:s3:::alder-customer-data".to_owned())), "{edges:?}");
    assert!(nodes.contains("arn:aws:iam::012345678901:user/jonas.weber"));
    assert!(!nodes.contains(&steward), "nothing of it is on a path");

    let (near, _) = drawn(&["--focus", "release-manager", "--only-paths", "--depth", "1"]);
    assert!(near.contains(&request) && near.contains(&deploy));
    assert!(!near.contains("arn:aws:iam::012345678901:user/jonas.weber"), "two hops away");
    assert!(near.len() < nodes.len());
    // With its surroundings: what else those around it can do to what it reaches.
    let (_, around) = drawn(&["--focus", "release-manager"]);
    assert!(edges.is_subset(&around) && edges.len() < around.len());
}

/// A focus is never more than the whole, and nobody is in it who is not in the answer of the matching question.
#[test]
fn a_focus_shows_what_the_questions_answer() {
    let action = "s3:GetObject";
    let (nodes, edges) = drawn(&["--focus", EXPORT, "--action", action, "--only-paths", "--service-linked"]);
    let answer = ask(&["who-can", action, EXPORT, "--service-linked", "--format", "csv"]);
    for principal in principals(&answer) {
        let is_node = |id: &String| *id == principal || id.starts_with(&format!("{principal} in "));
        assert!(nodes.iter().any(is_node), "{principal}");
    }
    assert!(edges.iter().any(|(_, to)| to == EXPORT) && edges.iter().all(|(from, _)| from != EXPORT));

    let (_, edges) = drawn(&["--focus", "jonas.weber", "--action", action]);
    let reached: BTreeSet<&str> = edges.iter().map(|(_, to)| to.as_str()).filter(|to| to.contains(":s3:")).collect();
    assert!(reached.contains("arn:aws:s3:::alder-customer-data/*"), "{reached:?}");
    assert!(!reached.contains("arn:aws:s3:::alder-audit-trail/*"), "{reached:?}");

    let (nodes, _) = drawn(&["--focus", "alder-audit-trail"]);
    assert!(nodes.contains("arn:aws:s3:::alder-audit-trail") && nodes.contains("arn:aws:s3:::alder-audit-trail/*"));
}

#[test]
fn equal_nodes_are_one_unless_expanded() {
    let lines = |more: &[&str]| ask(&[&["export", "dot"], more].concat()).out.lines().count();
    assert!(lines(&[]) * 3 < lines(&["--expand"]) * 2, "{} and {}", lines(&[]), lines(&["--expand"]));
    let text = ask(&["export", "dot"]).out;
    assert!(text.contains("needs a condition") && text.contains("not drawn: 2 service-linked roles"));
    assert!(!ask(&["export", "dot", "--no-legend"]).out.contains("needs a condition"));
    assert!(!text.contains("AWSServiceRoleForAmazonMacie\\n") && lines(&["--service-linked"]) > lines(&[]));
}

#[test]
fn wrong_diagrams_are_refused() {
    let cases: &[(&[&str], &str)] = &[
        (&["export", "dot", "--focus", "auditr"], "did you mean alder-production:role/auditor"),
        (&["export", "dot", "--focus", "OrganizationAccountAccessRole"], "names 4 principals"),
        (&["export", "dot", "--focus", "arn:aws:s3:::alder-customer-dat", "--action", "nonsense"], "is not an action"),
        (&["export", "dot", "--focus", "auditor", "--action", "s3:*"], "is a pattern"),
        (&["export", "dot", "--focus", "auditor", "--only", "assume"], "neither --account nor --only"),
        (&["export", "csv", "--focus", "auditor"], "--focus is for dot, svg and png"),
        (&["export", "json", "--no-legend"], "--no-legend is for dot, svg and png"),
        (&["export", "dot", "--depth", "2"], "--focus"),
        (&["export", "dot", "--only-paths"], "--focus"),
    ];
    for (arguments, message) in cases {
        let ran = ask(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn without_graphviz_a_drawing_fails_and_says_how_to_go_on() {
    for form in ["svg", "png"] {
        let output =
            command(&["export", form, "--data", SAMPLE]).env("PATH", folder("no-graphviz", &[])).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(4), true), "{said}");
        assert!(said.contains("there is no `dot` on PATH") && said.contains("hint: install Graphviz"), "{said}");
    }
}

#[cfg(unix)]
mod with_a_program_called_dot {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Runs `export png`, into a file if one is named, where `dot` is this script.
    fn export(name: &str, script: &str, more: &[&str]) -> std::process::Output {
        let place = folder(name, &[("dot", format!("#!/bin/sh\n{script}\n").as_bytes())]);
        fs::set_permissions(format!("{place}/dot"), fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{place}:{}", std::env::var("PATH").unwrap());
        command(&[&["export", "png", "--data", SAMPLE], more].concat()).env("PATH", path).output().unwrap()
    }

    #[test]
    fn its_bytes_are_passed_on() {
        let bytes = r"printf '\211PNG\r\n\032\n\000\377'; cat >/dev/null";
        let output = export("dot-bytes", bytes, &[]);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"\x89PNG\r\n\x1a\n\0\xff"[..]));
        let file = format!("{}/out.png", folder("dot-file", &[]));
        let output = export("dot-bytes", bytes, &["-o", &file]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
        assert_eq!(fs::read(&file).unwrap(), b"\x89PNG\r\n\x1a\n\0\xff");
    }

    #[test]
    fn its_errors_and_warnings_are_told() {
        let file = format!("{}/out.png", folder("dot-fails", &[]));
        // It stops reading at once: writing to it fails, and what it said is the error.
        let output = export("dot-error", "[ \"$1\" = -V ] && exit 0; echo 'no cairo here' >&2; exit 3", &["-o", &file]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains("error: Graphviz's `dot` failed: no cairo here"), "{said}");
        assert!(!Path::new(&file).exists(), "no half file");
        let output = export("dot-warns", "cat >/dev/null; echo 'font missing' >&2; echo drawn", &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"drawn\n"[..]));
        assert!(said.contains("warning: dot: font missing"), "{said}");
    }
}
