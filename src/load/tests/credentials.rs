//! `iam list-mfa-devices`, `list-virtual-mfa-devices`, `list-access-keys`, `get-login-profile`, beside a report.

use super::*;

const DETAILS: &str = "012345678901/iam-get-account-authorization-details.json";
const REPORT: &str = "012345678901/iam-get-credential-report.csv";
const DEVICES: &str = "012345678901/iam-list-mfa-devices/ada.json";
const VIRTUAL: &str = "012345678901/iam-list-virtual-mfa-devices.json";
const KEYS: &str = "012345678901/iam-list-access-keys/ada.json";
const PASSWORD: &str = "012345678901/iam-get-login-profile/ada.json";

fn device(rest: &str) -> String {
    format!(r#"{{"MFADevices":[{{"SerialNumber":"GAHT12345678","EnableDate":"2026-01-01T00:00:00Z"{rest}}}]}}"#)
}

fn virtual_device(user: &str) -> String {
    format!(r#"{{"VirtualMFADevices":[{{"SerialNumber":"arn:aws:iam::012345678901:mfa/x"{user}}}]}}"#)
}

fn assigned(arn: &str) -> String {
    virtual_device(&format!(r#","EnableDate":"2026-01-01T00:00:00Z","User":{{"UserName":"ada","Arn":"{arn}"}}"#))
}

fn keys(statuses: &[&str]) -> String {
    let key = |status: &&str| format!(r#"{{"UserName":"ada","AccessKeyId":"AKIA1","Status":"{status}"}}"#);
    format!(r#"{{"AccessKeyMetadata":[{}]}}"#, statuses.iter().map(key).collect::<Vec<_>>().join(","))
}

fn error(code: &str, message: &str) -> String {
    format!(r#"{{"Error":{{"Code":"{code}","Message":"{message}"}}}}"#)
}

/// Ada's row, with her MFA as given.
fn report(mfa: &str) -> String {
    let header = "user,arn,password_enabled,mfa_active,access_key_1_active,access_key_2_active";
    let root = "<root_account>,arn:aws:iam::012345678901:root,not_supported,false,false,false";
    format!("{header}\n{root}\nada,arn:aws:iam::012345678901:user/x/ada,true,{mfa},false,false\n")
}

/// What is known of Ada, or of the root user, from some files beside the details.
fn check(files: &[(&str, &str)], user: Option<&str>, expected: &str, codes: &[&str]) {
    let all = details(USER, "", "", "");
    let loaded = Folder::of(&[&[(DETAILS, &*all)], files].concat()).load();
    assert_eq!(said(&loaded), codes, "{files:?}: {:?}", loaded.diagnostics);
    assert_eq!(letters(&loaded, user), expected, "{files:?}");
}

#[test]
fn e166_devices_of_a_user() {
    let ada = |place: &str, text: &str, expected, codes| check(&[(place, text)], Some("ada"), expected, codes);
    ada(DEVICES, &device(r#","UserName":"ada""#), "y--", &[]);
    ada(DEVICES, &device(""), "y--", &[]);
    ada(DEVICES, r#"{"MFADevices":[]}"#, "n--", &[]);
    // The answer of another user, and one of several.
    ada(
        "012345678901/iam-list-mfa-devices/x%2Fada.json",
        r#"{"MFADevices":[]}"#,
        "---",
        &["warning user-without-details"],
    );
    let all = "012345678901/iam-list-mfa-devices.json";
    ada(all, &device(r#","UserName":"ada""#), "y--", &[]);
    ada(all, r#"{"MFADevices":[]}"#, "---", &[]);
    ada(all, &device(""), "?--", &["error malformed-entry"]);
    ada(DEVICES, r#"{"MFADevices":[7]}"#, "?--", &["error malformed-entry"]);
    ada(DEVICES, r#"{"MFADevices":[],"IsTruncated":true}"#, "?--", &["warning truncated-listing"]);
    check(&[("devices.json", &device(r#","UserName":"ada""#))], Some("ada"), "---", &["warning unplaced-answer"]);
}

#[test]
fn e166_virtual_devices_tell_who_has_one_and_not_who_has_none() {
    let user = "arn:aws:iam::012345678901:user/x/ada";
    let root = "arn:aws:iam::012345678901:root";
    let ada = |text: &str, expected, codes| check(&[(VIRTUAL, text)], Some("ada"), expected, codes);
    ada(&assigned(user), "y--", &[]);
    ada(&virtual_device(""), "---", &[]);
    ada(r#"{"VirtualMFADevices":[]}"#, "---", &[]);
    ada(&assigned(root), "---", &[]);
    check(&[(VIRTUAL, &assigned(root))], None, "y--", &[]);
    check(&[("anywhere.json", &assigned(user))], Some("ada"), "y--", &[]);
    ada(&assigned("arn:aws:iam::012345678901:role/ada"), "?--", &["error malformed-entry"]);
    ada(&assigned("ada"), "?--", &["error malformed-arn"]);
    ada(&virtual_device(r#","User":7"#), "?--", &["error malformed-entry"]);
    ada(r#"{"VirtualMFADevices":[],"IsTruncated":true}"#, "?--", &["warning truncated-listing"]);
}

#[test]
fn e186_keys_and_passwords() {
    let ada = |place: &str, text: &str, expected, codes| check(&[(place, text)], Some("ada"), expected, codes);
    ada(KEYS, &keys(&["Inactive", "Active"]), "--y", &[]);
    ada(KEYS, &keys(&["Inactive", "Expired"]), "--n", &[]);
    ada(KEYS, &keys(&[]), "--n", &[]);
    ada("012345678901/iam-list-access-keys.json", &keys(&["Inactive"]), "---", &[]);
    ada(KEYS, &keys(&["Active"]).replace("Status", "State"), "--?", &["error malformed-entry"]);
    ada(PASSWORD, r#"{"LoginProfile":{"UserName":"ada","PasswordResetRequired":false}}"#, "-y-", &[]);
    ada(PASSWORD, r#"{"LoginProfile":7}"#, "---", &["error malformed-entry"]);
    ada(PASSWORD, &error("NoSuchEntity", "Login Profile for User ada cannot be found."), "-n-", &[]);
    let gone = error("NoSuchEntity", "The user with name ada cannot be found.");
    ada(PASSWORD, &gone, "-?-", &["warning failed-call"]);
}

#[test]
fn e185_answers_that_failed() {
    let denied = error("AccessDenied", "no");
    for (place, expected, of_root) in [
        (DEVICES, "?--", "---"),
        (KEYS, "--?", "---"),
        (PASSWORD, "-?-", "---"),
        (VIRTUAL, "?--", "?--"),
        (REPORT, "???", "???"),
    ] {
        let place = place.replace(".csv", ".json");
        check(&[(&place, &denied)], Some("ada"), expected, &["warning failed-call"]);
        check(&[(&place, &denied)], None, of_root, &["warning failed-call"]);
        check(&[(&place, "{")], Some("ada"), expected, &["error invalid-json"]);
        // What another file tells is told.
        let report = ("012345678901/other.csv", &*report("true"));
        check(&[(&place, &denied), report], Some("ada"), "yyn", &["warning failed-call"]);
    }
}

#[test]
fn files_of_two_times_admit_what_either_shows() {
    let differ: &[&str] = &["warning credentials-differ"];
    let has = device("");
    let none = r#"{"MFADevices":[]}"#;
    let ada = |files: &[(&str, &str)], expected, codes| check(files, Some("ada"), expected, codes);
    // A device enabled after the report was made, and one that is gone since.
    ada(&[(REPORT, &report("false")), (DEVICES, &has)], "yyn", differ);
    ada(&[(REPORT, &report("true")), (DEVICES, none)], "yyn", differ);
    ada(&[(REPORT, &report("false")), (DEVICES, none)], "nyn", &[]);
    ada(&[(REPORT, &report("false")), (VIRTUAL, &assigned("arn:aws:iam::012345678901:user/x/ada"))], "yyn", differ);
    // A passkey is no virtual device.
    ada(&[(REPORT, &report("true")), (VIRTUAL, r#"{"VirtualMFADevices":[]}"#)], "yyn", &[]);
    ada(&[(REPORT, &report("false")), (KEYS, &keys(&["Active"]))], "nyy", differ);
    // What the report has no answer for, a listing may have.
    let strange = "warning strange-credential-report-value";
    ada(&[(REPORT, &report("N/A")), (DEVICES, none)], "nyn", &[strange]);
    check(&[(REPORT, &report("true")), (VIRTUAL, &assigned("arn:aws:iam::012345678901:root"))], None, "yyn", differ);
}
