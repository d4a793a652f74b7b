//! Exact bytes of every format.

use std::sync::Arc;

use serde_json::json;

use super::csv::{COLUMNS, CsvOptions, write_rows, write_table};
use super::diagram::{Cluster, Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind, Strength, rows_to_diagram};
use super::dot::{DotOptions, write_dot};
use super::json::rows_to_json;
use super::table::{TableOptions, access_table, table};
use super::text;
use crate::arn::{AccountId, Arn};
use crate::condition::{Atom, Residual};
use crate::evaluate::{Assumption, Outcome, StatementRef};
use crate::model::{
    Account, Collected, DocumentId, Environment, EnvironmentParts, Policy, PolicyId, PolicyKind, Resource, Source,
    StoredDocument, TextEncoding,
};
use crate::policy::{DocumentKind, parse};
use crate::query::{AccessRow, Hop, Subject, SubjectKind};
use crate::request::{Credentials, Entrance};
use crate::service_reference::AccessLevel;

const PRODUCTION: &str = "222233334444";
const SECURITY: &str = "012345678901";
const OBJECT: &str = "arn:aws:s3:::alder-customer-data/2026/q1.csv";

fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

fn policy(name: &str, kind: PolicyKind, document: u32, file: &str, pointer: &str, encoding: TextEncoding) -> Policy {
    let source = Source { file: Arc::from(file), pointer: pointer.to_owned(), encoding };
    let arn = (kind == PolicyKind::CustomerManaged).then(|| format!("arn:aws:iam::{PRODUCTION}:policy/{name}"));
    let arn = arn.map(|arn| Arn::parse(&arn).unwrap());
    Policy { name: name.into(), arn, kind, document: Some(DocumentId(document)), source: Some(source) }
}

/// Two named accounts, a bucket of the first, and three policies: a managed one with a Sid in a list, a trust policy
/// whose statement stands alone, and a resource policy kept as text.
fn environment() -> Environment {
    let documents = [
        (
            DocumentKind::Identity,
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"List","Effect":"Allow","Action":"s3:ListBucket","Resource":"*"},{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#,
        ),
        (
            DocumentKind::Trust,
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"012345678901"},"Action":"sts:AssumeRole"}}"#,
        ),
        (
            DocumentKind::Resource,
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}"#,
        ),
    ];
    let documents = documents.into_iter().map(|(kind, text)| StoredDocument {
        kind,
        text: Arc::from(text),
        content: parse(text, kind).map(|(document, _)| document),
    });
    let named = |id: &str, name: &str| Account {
        name: Some(name.into()),
        details: Collected::Absent,
        ..Account::new(account(id))
    };
    Environment::new(EnvironmentParts {
        accounts: vec![named(PRODUCTION, "alder-production"), named(SECURITY, "alder-security")],
        policies: vec![
            policy("CustomerDataRead", PolicyKind::CustomerManaged, 0, "prod.json", "/Policies/3", TextEncoding::Json),
            policy("DataReader", PolicyKind::Trust, 1, "prod.json", "/Roles/1/Trust", TextEncoding::Json),
            policy("=bucket", PolicyKind::ResourceBased, 2, "bucket.json", "/Policy", TextEncoding::Text),
        ],
        documents: documents.collect(),
        resources: vec![Resource {
            account: Some(account(PRODUCTION)),
            policy: Collected::Absent,
            ..Resource::new(Arn::parse("arn:aws:s3:::alder-customer-data").unwrap())
        }],
        ..EnvironmentParts::default()
    })
}

fn statement(number: u32, index: u32) -> StatementRef {
    StatementRef { policy: Some(PolicyId(number)), document: DocumentId(number), index }
}

fn test(operator: &str, key: &str, values: &[&str]) -> Residual {
    let values = values.iter().map(|value| (*value).into()).collect();
    Atom::Test { operator: operator.into(), key: key.into(), values }.into()
}

fn row(kind: SubjectKind, name: &str, env: &Environment) -> AccessRow {
    let id = Arn::parse(name).ok().and_then(|arn| arn.account_id());
    let account_name = id.and_then(|id| env.account(id)?.name.clone());
    AccessRow {
        subject: Subject { name: name.into(), kind, account: id, account_name, service_linked: false },
        actions: vec!["s3:GetObject".into()],
        access_level: Some(AccessLevel::Read),
        resource: OBJECT.into(),
        outcome: Outcome::Allowed,
        credentials: Credentials::LongTermKey,
        max_duration: None,
        entrants: None,
        path: Vec::new(),
        condition: Residual::True,
        assumptions: Vec::new(),
        reasons: Vec::new(),
        statements: vec![statement(0, 1)],
    }
}

fn hop(role: &str, condition: Residual) -> Hop {
    Hop {
        credentials: Credentials::RoleSession(Entrance::User),
        max_duration: Some(7200),
        console: false,
        role: role.into(),
        action: "sts:AssumeRole".into(),
        outcome: if condition.is_true() { Outcome::Allowed } else { Outcome::AllowedIf },
        condition,
        assumptions: Vec::new(),
        statements: vec![statement(1, 0)],
    }
}

/// From another account by MFA and two roles, under a condition at every step.
fn chained(env: &Environment) -> AccessRow {
    let external_id = test("StringEquals", "sts:externalid", &["a;b", "c\"d"]);
    let network = test("IpAddress", "aws:sourceip", &["10.0.0.0/8"]);
    AccessRow {
        outcome: Outcome::AllowedIf,
        credentials: Credentials::MfaSession,
        max_duration: Some(7200),
        entrants: None,
        path: vec![
            hop("arn:aws:iam::012345678901:role/Audit", Residual::True),
            hop("arn:aws:iam::222233334444:role/data/DataReader", external_id),
        ],
        condition: network.and(test("Bool", "aws:securetransport", &["false"]).not()),
        assumptions: vec![Assumption::NoOrganization(account(SECURITY)), Assumption::NoVpcEndpointPolicy],
        ..row(SubjectKind::User, "arn:aws:iam::012345678901:user/ops/ada", env)
    }
}

/// Whoever signs nothing, undecided.
fn unsigned(env: &Environment) -> AccessRow {
    AccessRow {
        outcome: Outcome::Unknown,
        condition: Residual::missing("the bucket policy was refused"),
        reasons: vec!["the bucket policy was refused".to_owned()],
        statements: vec![statement(2, 0), StatementRef { policy: None, document: DocumentId(0), index: 7 }],
        access_level: None,
        ..row(SubjectKind::Anonymous, "*", env)
    }
}

fn role(name: &str, env: &Environment) -> AccessRow {
    row(SubjectKind::Role, &format!("arn:aws:iam::{PRODUCTION}:role/{name}"), env)
}

/// The bytes of a file in `expected`; `UPDATE_SNAPSHOTS=1` writes them anew.
fn check(name: &str, written: &str) {
    let path = format!("{}/src/export/expected/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, written).unwrap();
    }
    assert_eq!(written, std::fs::read_to_string(&path).unwrap(), "{name}");
}

/// A diagram of everything that DOT, HTML and SVG could trip over.
fn nasty() -> Diagram {
    let node = |id: &str, kind: NodeKind| DiagramNode {
        tooltip: format!("{id}\r\u{202E}"),
        ..DiagramNode::one(id.to_owned(), id.to_owned(), kind)
    };
    let (user, role) = ("a\"b\\", "\\N\n<b>&amp;</b>\u{1b}→\u{FFFF}");
    Diagram {
        title: "\\G <&\"> ü\n]];".to_owned(),
        notes: vec!["<B>\\N & \u{1b}".to_owned()],
        clusters: vec![
            Cluster {
                id: "1".to_owned(),
                label: "x\"y\n\\l".to_owned(),
                external: true,
                nodes: vec![node(user, NodeKind::User)],
            },
            Cluster { nodes: vec![node(role, NodeKind::Role)], ..Cluster::default() },
        ],
        edges: vec![DiagramEdge {
            from: user.to_owned(),
            to: role.to_owned(),
            label: "if \"x\"".to_owned(),
            tooltip: "sts:AssumeRole\nif \\T".to_owned(),
            kind: EdgeKind::Assume,
            strength: Strength::default(),
            conditional: true,
            unknown: false,
            highlighted: true,
        }],
    }
}

#[test]
fn names_and_sentences() {
    let env = environment();
    for (arn, short) in [
        ("arn:aws:iam::222233334444:role/x/y", "role/x/y"),
        ("arn:aws:iam::222233334444:root", "root"),
        ("arn:aws:sts::222233334444:assumed-role/Ops/ada", "assumed-role/Ops/ada"),
        ("arn:aws:s3:::bucket/a:b", "s3:bucket/a:b"),
        ("arn:aws:kms:eu-west-1:222233334444:key/1", "kms:key/1"),
        ("lambda.amazonaws.com", "lambda.amazonaws.com"),
        ("*", "*"),
    ] {
        assert_eq!(text::short_name(arn), short);
    }
    let label = text::account_label(account(PRODUCTION), &env);
    assert_eq!(text::labelled_name(&label, "arn:aws:iam::222233334444:role/x/y"), "alder-production:role/x/y");
    assert_eq!(text::account_label(account("999988887777"), &env), "999988887777");
    let row = chained(&env);
    assert_eq!(
        text::requirement_text(&row),
        "needs MFA; to assume 222233334444:role/data/DataReader: sts:ExternalId is a;b or \"c\\\"d\"; \
         aws:SourceIp in 10.0.0.0/8 and aws:SecureTransport is not false"
    );
    assert_eq!(
        text::path_text(&row),
        "arn:aws:iam::012345678901:user/ops/ada -> arn:aws:iam::012345678901:role/Audit -> \
         arn:aws:iam::222233334444:role/data/DataReader"
    );
    assert_eq!(text::via_text(&row, &env), "role/Audit -> alder-production:role/data/DataReader");
    let direct = role("A", &env);
    assert_eq!(text::requirement_text(&direct), "");
    assert_eq!(text::path_text(&direct), "arn:aws:iam::222233334444:role/A");
    assert_eq!(text::via_text(&direct, &env), "direct");
    assert_eq!(text::printable("a\u{1b}[31m\u{202e}ü\n"), "a\\u{1b}[31m\\u{202e}ü\\n");
}

fn csv_of(rows: &[AccessRow], env: &Environment, options: CsvOptions) -> String {
    let mut out = Vec::new();
    write_rows(rows, env, &mut out, options).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn csv_of_answers() {
    let env = environment();
    let written = csv_of(&[chained(&env), unsigned(&env), role("A", &env)], &env, CsvOptions::default());
    check("answers.csv", &written);
    assert!(written.starts_with(&COLUMNS.join(",")));
    let with_bom = csv_of(&[], &env, CsvOptions { bom: true });
    assert_eq!(with_bom.as_bytes().get(..6).unwrap(), b"\xEF\xBB\xBFpri");
}

#[test]
fn csv_cells_stay_text_and_come_back() {
    let changed = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "＝1",
        "'x",
        "012345678901",
        "007",
        "1e5",
        "1.10",
        "1234567890123456",
        "+",
        "-",
    ];
    let kept = ["111122223333", "0", "3", "0.5", "", "a=b", "*", "arn:aws:iam::012345678901:root", "e", "inf", "ü"];
    let rows: Vec<Vec<String>> = changed.iter().chain(&kept).map(|cell| vec![(*cell).to_owned()]).collect();
    let mut out = Vec::new();
    write_table(&["value"], rows.clone(), &mut out, CsvOptions::default()).unwrap();
    let mut reader = ::csv::Reader::from_reader(out.as_slice());
    for (index, (record, row)) in reader.records().zip(&rows).enumerate() {
        let cell = record.unwrap()[0].to_owned();
        assert_eq!(cell.starts_with('\''), index < changed.len(), "{cell}");
        assert_eq!(cell.strip_prefix('\'').unwrap_or(&cell), row[0]);
    }
    let mut out = Vec::new();
    let row = ["a;b", "a,b", "a\"b", "a\nb", "a b"].map(str::to_owned).to_vec();
    write_table(&["1", "2", "3", "4", "5"], [row], &mut out, CsvOptions::default()).unwrap();
    assert_eq!(out, b"1,2,3,4,5\n\"a;b\",\"a,b\",\"a\"\"b\",\"a\nb\",a b\n");
}

#[test]
fn json_of_answers() {
    let env = environment();
    let answers = rows_to_json(json!({ "command": "who-can" }), &[chained(&env), unsigned(&env)], &env);
    let written = serde_json::to_string_pretty(&answers).unwrap();
    check("answers.json", &format!("{written}\n"));
}

#[test]
fn table_of_answers() {
    let env = environment();
    let mut rows = vec![chained(&env), unsigned(&env)];
    rows.extend(["Analytics", "EtlNightly", "ReportBuilder", "WebBackend"].map(|name| role(name, &env)));
    let with = |options| access_table(&rows, &env, options);
    let narrow = with(TableOptions { width: Some(90), ..TableOptions::default() });
    check("answers.txt", &narrow);
    assert!(narrow.lines().all(|line| line.chars().count() <= 90));
    assert_eq!(with(TableOptions { expand: true, ..TableOptions::default() }).lines().count(), 2 + rows.len());
    let wide = with(TableOptions { wide: true, width: Some(90), expand: true, ..TableOptions::default() });
    assert!(rows.iter().all(|row| wide.contains(row.subject.name.as_ref())));
    let wide = with(TableOptions { wide: true, ..TableOptions::default() });
    assert!(wide.contains("\n4 roles through CustomerDataRead: "), "{wide}");
    assert!(wide.contains("\narn:aws:iam::222233334444:role/EtlNightly,\n"), "{wide}");
    rows.truncate(4);
    assert!(!access_table(&rows, &env, TableOptions::default()).contains("2 roles"), "two stay apart");
    let mut other = role("Other", &env);
    other.actions = vec!["s3:GetObject".into(), "s3:PutObject".into()];
    other.resource = "arn:aws:s3:::other".into();
    rows.push(other);
    let header = access_table(&rows, &env, TableOptions::default());
    assert!(header.starts_with("PRINCIPAL") && header.lines().next().unwrap().ends_with("RESOURCE"), "{header}");
}

#[test]
fn any_table() {
    let rows = || vec![vec!["a".to_owned(), "\u{1b}[31mred".to_owned()], vec!["bc".to_owned(), String::new()]];
    assert_eq!(table(&["X", "NAME"], rows(), None), "X   NAME\n─────────────────\na   \\u{1b}[31mred\nbc\n");
    let long = vec![vec!["role/data/DataReader".to_owned(), "x".repeat(25)]];
    assert_eq!(
        table(&["X", "Y"], long, Some(24)),
        "X           Y\n───────────────────────\nrole/data/  xxxxxxxxxxx\nDataReader  xxxxxxxxxxx\n            xxx\n"
    );
}

fn dot_of(diagram: &Diagram) -> String {
    let mut out = Vec::new();
    write_dot(diagram, &mut out, DotOptions::default()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn dot_of_answers() {
    let env = environment();
    let diagram = rows_to_diagram(&[chained(&env), unsigned(&env), role("A", &env)], &env);
    check("answers.dot", &dot_of(&diagram));
    let one = rows_to_diagram(&[chained(&env)], &env);
    assert!(one.edges.iter().all(|edge| edge.highlighted) && one.edges.len() == 3);
}

#[test]
fn dot_of_any_text() {
    check("nasty.dot", &dot_of(&nasty()));
}

/// What two answers share is drawn once, with what one of them requires.
#[test]
fn shared_hops_are_merged() {
    let env = environment();
    let reader = "arn:aws:iam::222233334444:role/data/DataReader";
    let by = |name: &str, condition: Residual| AccessRow {
        path: vec![hop(reader, condition)],
        ..row(SubjectKind::User, &format!("arn:aws:iam::{PRODUCTION}:user/{name}"), &env)
    };
    let mfa = test("Bool", "aws:multifactorauthpresent", &["true"]);
    let rows = [by("ivo", mfa.clone()), by("ivo", Residual::True), by("mara", mfa)];
    let edges = rows_to_diagram(&rows, &env).edges;
    let shown: Vec<(&str, &str, bool)> =
        edges.iter().map(|edge| (edge.from.as_str(), edge.label.as_str(), edge.conditional)).collect();
    assert_eq!(
        shown,
        [
            (reader, "", false),
            ("arn:aws:iam::222233334444:user/ivo", "MFA", true),
            ("arn:aws:iam::222233334444:user/mara", "MFA", true)
        ]
    );
}
