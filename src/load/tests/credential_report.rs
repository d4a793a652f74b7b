//! `iam get-credential-report`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

const PLACE: &str = "012345678901/iam-get-credential-report.json";
const DETAILS: &str = "012345678901/iam-get-account-authorization-details.json";
const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,access_key_1_last_used_region,access_key_2_active";
const ROOT: &str =
    "<root_account>,arn:aws:iam::012345678901:root,2020-01-01T00:00:00Z,not_supported,N/A,true,false,N/A,false";
const ADA: &str =
    "ada,arn:aws:iam::012345678901:user/x/ada,2020-01-01T00:00:00Z,true,no_information,false,false,N/A,true";

fn csv(rows: &[&str]) -> String {
    [&[HEADER], rows].concat().join("\n")
}

fn answer(content: &str) -> String {
    let content = serde_json::to_string(content).unwrap();
    format!(r#"{{"Content":{content},"ReportFormat":"text/csv","GeneratedTime":"2026-01-01T00:00:00+00:00"}}"#)
}

fn with_ada(place: &str, text: &str) -> Loaded {
    Folder::of(&[(DETAILS, &details(USER, "", "", "")), (place, text)]).load()
}

/// A row of Ada's with these cells for password, MFA, first and second key.
fn ada(cells: [&str; 4]) -> String {
    let [password, mfa, first, second] = cells;
    format!("ada,arn:aws:iam::012345678901:user/x/ada,2020,{password},N/A,{mfa},{first},N/A,{second}")
}

#[test]
fn e186_the_report_in_every_form_it_has() {
    let text = csv(&[ROOT, ADA]);
    let coded = STANDARD.encode(&text);
    let wrapped: Vec<&str> = coded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let forms = [
        (PLACE, answer(&coded)),
        (PLACE, answer(&wrapped.join("\n"))),
        (PLACE, answer(coded.trim_end_matches('='))),
        (PLACE, answer(&text)),
        ("012345678901/iam-get-credential-report.csv", text.clone()),
        ("status_reports_2026.csv", text.replace('\n', "\r\n")),
        ("status_reports_2026.CSV", format!("\u{feff}{text}\n")),
        ("report.json", text),
    ];
    for (place, form) in forms {
        let loaded = with_ada(place, &form);
        assert!(said(&loaded).is_empty(), "{place} {form}: {:?}", loaded.diagnostics);
        assert_eq!([letters(&loaded, Some("ada")), letters(&loaded, None)], ["nyy", "yyn"], "{place} {form}");
        let report = loaded.files.iter().find(|file| file.file.ends_with(place)).unwrap();
        assert_eq!(report.format, Some("iam get-credential-report"));
    }
    let loaded = Folder::of(&[(DETAILS, &details(USER, "", "", ""))]).load();
    assert_eq!([letters(&loaded, Some("ada")), letters(&loaded, None)], ["---", "---"]);
}

#[test]
fn e186_what_the_cells_say() {
    let check = |cells: [&str; 4], expected: &str, codes: &[&str]| {
        let loaded = with_ada(PLACE, &answer(&csv(&[ROOT, &ada(cells)])));
        assert_eq!((said(&loaded), letters(&loaded, Some("ada"))), (to_owned(codes), expected.to_owned()), "{cells:?}");
    };
    check(["false", "true", "false", "false"], "ynn", &[]);
    check(["FALSE", "TRUE", "True", "FALSE"], "yny", &[]);
    let strange = "warning strange-credential-report-value";
    check(["not_supported", "true", "false", "false"], "y?n", &[strange]);
    check(["true", "not_supported", "false", "N/A"], "?y?", &[strange; 2]);
    check(["no_information", "", "false", "true"], "??y", &[strange; 2]);
    check(["true", "true", "N/A", "true"], "yyy", &[strange]);
}

#[test]
fn e186_root_users() {
    let check = |password: &str, mfa: &str, expected: &str, codes: &[&str]| {
        let row = ROOT.replace("not_supported", password).replace("N/A,true", &format!("N/A,{mfa}"));
        let loaded = with_ada(PLACE, &answer(&csv(&[&row, ADA])));
        assert_eq!((said(&loaded), letters(&loaded, None)), (to_owned(codes), expected.to_owned()), "{row}");
    };
    check("not_supported", "false", "nyn", &[]);
    check("true", "true", "yyn", &[]);
    // One whose credentials the organization has taken away.
    check("false", "false", "nnn", &[]);
    check("N/A", "not_supported", "??n", &["warning strange-credential-report-value"; 2]);
}

#[test]
fn e186_more_keys_than_have_columns() {
    let check = |cells: [&str; 4], more: &str, expected: &str| {
        let text = format!("{HEADER},additional_credentials_info\n{ROOT},\n{},{more}", ada(cells));
        let loaded = with_ada(PLACE, &answer(&text));
        assert!(said(&loaded).is_empty(), "{:?}", loaded.diagnostics);
        assert_eq!(letters(&loaded, Some("ada")), expected, "{more}");
    };
    check(["true", "true", "false", "false"], "", "yyn");
    check(["true", "true", "false", "false"], "N/A", "yyn");
    check(["true", "true", "false", "false"], "1: ListAccessKeys", "yy?");
    check(["true", "true", "false", "true"], "1: ListAccessKeys", "yyy");
}

#[test]
fn a_report_that_is_none_leaves_everything_unknown() {
    let check = |text: &str, pointer: &str| {
        let loaded = with_ada(PLACE, text);
        assert_eq!(said(&loaded), ["error malformed-credential-report"], "{text}");
        let origin = message(&loaded, "malformed-credential-report").origin.as_ref().unwrap();
        assert!(origin.file.ends_with(PLACE) && origin.pointer == pointer, "{origin}");
        assert_eq!([letters(&loaded, Some("ada")), letters(&loaded, None)], ["???", "???"], "{text}");
    };
    check(&answer("not base64!"), "/Content");
    check(&answer(&STANDARD.encode(b"\xff\xfe")), "/Content");
    check(&answer(&STANDARD.encode("name,city\nada,paris")), "/Content");
    check(&answer(""), "/Content");
    check(r#"{"ReportFormat":"text/csv","GeneratedTime":"2015-06-17T19:11:50Z"}"#, "");
    check(r#"{"Content":7}"#, "/Content");
    check(&answer("user,mfa_active\nada,true"), "/Content");
    let error = r#"{"Error":{"Code":"ReportNotPresent","Message":"no report"}}"#;
    for (place, text, codes) in [
        (PLACE, error, "warning failed-call"),
        (PLACE, "{", "error invalid-json"),
        ("012345678901/iam-get-credential-report.csv", "name,city", "info unrecognised-csv"),
    ] {
        let loaded = with_ada(place, text);
        assert_eq!((said(&loaded), letters(&loaded, Some("ada"))), (to_owned(&[codes]), "???".to_owned()), "{text}");
    }
}

#[test]
fn columns_that_are_missing() {
    let all: Vec<&str> = HEADER.split(',').collect();
    for (column, expected) in [
        ("password_enabled", "n?y"),
        ("mfa_active", "?yy"),
        ("access_key_1_active", "nyy"),
        ("access_key_2_active", "ny?"),
        ("user_creation_time", "nyy"),
    ] {
        let without = |row: &str| {
            let cells = all.iter().zip(row.split(',')).filter(|(name, _)| **name != column);
            cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",")
        };
        let text = [HEADER, ROOT, ADA].map(without).join("\n");
        let loaded = with_ada(PLACE, &answer(&text));
        let codes: &[&str] = if column.starts_with("user") { &[] } else { &["error malformed-credential-report"] };
        assert_eq!(said(&loaded), codes, "{column}");
        assert_eq!(letters(&loaded, Some("ada")), expected, "{column}");
        if let Some(diagnostic) = loaded.diagnostics.first() {
            assert!(diagnostic.message.contains(&format!("`{column}`")), "{}", diagnostic.message);
        }
    }
}

#[test]
fn rows_that_cannot_be_read() {
    let bo = ADA.replace("ada", "bo");
    for (row, says) in [
        ("ada,arn:aws:iam::012345678901:user/x/ada,2020,true", "the row has 4 of 9 columns"),
        (&*ADA.replace("arn:aws:iam::", "arn:aws:iam:"), "is neither a user nor the root user"),
        (&*ADA.replace("user/x/ada", "role/x/ada"), "is neither a user nor the root user"),
        (&*ADA.replace("012345678901:user", "aws:user"), "is neither a user nor the root user"),
        (&*ADA.replace("ada,", "a,da,"), "`da` is neither a user nor the root user"),
    ] {
        let users = format!("{USER},{}", USER.replace("ada", "bo"));
        let text = answer(&STANDARD.encode(csv(&[ROOT, row, &bo])));
        let loaded = Folder::of(&[(DETAILS, &details(&users, "", "", "")), (PLACE, &text)]).load();
        assert_eq!(said(&loaded), ["error malformed-credential-report"], "{row}");
        let diagnostic = message(&loaded, "malformed-credential-report");
        assert!(diagnostic.message.contains(says), "{}", diagnostic.message);
        let origin = diagnostic.origin.as_ref().unwrap();
        assert_eq!((origin.pointer.as_str(), origin.decoded), ("/Content", Some((3, 1))), "{row}");
        assert_eq!([letters(&loaded, Some("ada")), letters(&loaded, Some("bo"))], ["???", "nyy"], "{row}");
    }
    let loaded = with_ada("report.csv", &csv(&[ROOT, ADA, "cut"]));
    let origin = message(&loaded, "malformed-credential-report").origin.as_ref().unwrap();
    assert_eq!((origin.position, origin.decoded), (Some((4, 1)), None));
    assert_eq!(letters(&loaded, Some("ada")), "nyy");
}

#[test]
fn who_is_in_the_report_or_in_the_details_alone() {
    let strangers: Vec<String> = (1..=7).map(|number| ADA.replace("ada", &format!("gone{number}"))).collect();
    let rows: Vec<&str> = strangers.iter().map(String::as_str).chain([ROOT]).collect();
    let loaded = with_ada(PLACE, &answer(&csv(&rows)));
    assert_eq!(said(&loaded), ["warning not-in-credential-report", "warning user-without-details"]);
    let message = |code| &message(&loaded, code).message;
    assert!(message("not-in-credential-report").contains("of ada: "), "{}", message("not-in-credential-report"));
    let gone = "gone1, gone2, gone3, gone4, gone5 and 2 more";
    assert!(message("user-without-details").contains(gone), "{}", message("user-without-details"));
    assert_eq!([letters(&loaded, Some("ada")), letters(&loaded, None)], ["???", "yyn"]);
    assert_eq!(loaded.environment.principals().len(), 1, "of what they may do nothing is known");
    // A report that was cut down to the users says nothing of the root user.
    let loaded = with_ada(PLACE, &answer(&csv(&[ADA])));
    assert_eq!(said(&loaded), ["warning not-in-credential-report"]);
    assert_eq!([letters(&loaded, Some("ada")), letters(&loaded, None)], ["nyy", "???"]);
    // An empty one is of the account of its folder.
    let loaded = with_ada(PLACE, &answer(HEADER));
    assert_eq!(
        (said(&loaded), letters(&loaded, Some("ada"))),
        (vec!["warning not-in-credential-report".into()], "???".into())
    );
    let loaded = with_ada("elsewhere.csv", HEADER);
    assert_eq!((said(&loaded), letters(&loaded, Some("ada"))), (vec!["warning unplaced-answer".into()], "---".into()));
}

#[test]
fn reports_of_two_times_admit_what_either_shows() {
    let older = answer(&csv(&[ROOT, &ada(["true", "false", "false", "false"])]));
    let newer = answer(&csv(&[ROOT, &ada(["true", "true", "false", "false"])]));
    for (first, second) in [(&older, &newer), (&newer, &older)] {
        let files = [(DETAILS, &*details(USER, "", "", "")), (PLACE, first), ("later/report.json", second)];
        let loaded = Folder::of(&files).load();
        assert_eq!(
            (said(&loaded), letters(&loaded, Some("ada"))),
            (to_owned(&["warning credentials-differ"]), "yyn".into())
        );
    }
    let files = [(DETAILS, &*details(USER, "", "", "")), (PLACE, &newer), ("later/report.json", &newer)];
    assert!(said(&Folder::of(&files).load()).is_empty());
}

#[test]
fn csv_files_that_are_something_else() {
    let folder = Folder::of(&[(DETAILS, &details(USER, "", "", "")), ("who.csv", "principal,arn\nx,y")]);
    let loaded = folder.load();
    assert_eq!((said(&loaded), loaded.files.len()), (to_owned(&["info unrecognised-csv"]), 2));
}

fn to_owned(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|&code| code.to_owned()).collect()
}
