//! What the users of an account sign in with: the credential report and the list of virtual MFA devices.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use crate::organization::{Folder, Organization, Random, Who};

const COLUMNS: [&str; 22] = [
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
];

const CREATED: &str = "2025-03-04T05:06:07+00:00";

/// Writes both. Machines have keys alone; of the people two in three have MFA.
pub(super) fn write(organization: &Organization, folder: &Folder, account: usize, random: &mut Random) {
    let id = organization.id(account);
    let root = format!("arn:aws:iam::{id}:root");
    let mut report = csv::Writer::from_writer(Vec::new());
    report.write_record(COLUMNS).unwrap();
    report.write_record(row("<root_account>", &root, true, true, false)).unwrap();
    let mut devices = vec![json!({
        "SerialNumber": format!("arn:aws:iam::{id}:mfa/root-account-mfa-device"),
        "User": { "UserId": id, "Arn": root, "CreateDate": CREATED }, "EnableDate": CREATED,
    })];
    let users = (0..).map(Who).zip(&organization.principals).filter(|(_, one)| one.trust.is_none());
    for (who, user) in users {
        let arn = organization.arn(who);
        let machine = user.path == "/machines/";
        let mfa = !machine && random.percent(66);
        report.write_record(row(&user.name, &arn, !machine, mfa, machine || random.percent(40))).unwrap();
        if mfa {
            devices.push(json!({
                "SerialNumber": format!("arn:aws:iam::{id}:mfa/{}", user.name),
                "User": {
                    "Path": user.path, "UserName": user.name, "UserId": organization.unique_id(who), "Arn": arn,
                    "CreateDate": CREATED,
                },
                "EnableDate": CREATED,
            }));
        }
    }
    let content = BASE64.encode(report.into_inner().unwrap());
    folder.file(
        &format!("{id}/iam-get-credential-report.json"),
        &json!({ "Content": content, "ReportFormat": "text/csv", "GeneratedTime": "2026-11-09T06:00:00+00:00" }),
    );
    folder.file(&format!("{id}/iam-list-virtual-mfa-devices.json"), &json!({ "VirtualMFADevices": devices }));
}

fn row<'a>(user: &'a str, arn: &'a str, password: bool, mfa: bool, key: bool) -> [&'a str; 22] {
    let told = |yes: bool| if yes { "true" } else { "false" };
    let date = |yes: bool| if yes { CREATED } else { "N/A" };
    [
        user,
        arn,
        CREATED,
        told(password),
        if password { "no_information" } else { "N/A" },
        date(password),
        "N/A",
        told(mfa),
        told(key),
        date(key),
        "N/A",
        "N/A",
        "N/A",
        "false",
        "N/A",
        "N/A",
        "N/A",
        "N/A",
        "false",
        "N/A",
        "false",
        "N/A",
    ]
}
