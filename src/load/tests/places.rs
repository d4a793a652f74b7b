//! Where a value stands in its file, and what a folder's name tells.

use super::*;

#[test]
fn values_are_located() {
    let text = "{\n  \"é\": [1, {\"a/b\": true, \"~\": 2}],\r\n \"é\": [ 3 ]}";
    let check = |pointer: &str, expected: Option<(u32, u32)>| assert_eq!(locate(text, pointer), expected, "{pointer}");
    check("", Some((1, 1)));
    check("/é/0", Some((3, 9)));
    check("/é/1", None);
    check("/nothing", None);
    let text = text.replacen("é", "x", 1);
    let check = |pointer: &str, expected: Option<(u32, u32)>| assert_eq!(locate(&text, pointer), expected, "{pointer}");
    check("/x/1/a~1b", Some((2, 20)));
    check("/x/1/~0", Some((2, 31)));
    check("/x/a", None);
    assert_eq!(locate("not json", "/a"), None);
}

#[test]
fn places_of_many_values_and_of_far_bytes_are_those_of_each() {
    let line = format!("{{\"k{}\": [1, \"é\", {{\"a/b\": 2, \"a/b\": 3}}]}}", "é".repeat(700));
    let text = format!("[\n{line},\n {}\n]", [line.as_str(); 9].join(", "));
    let key = format!("k{}", "é".repeat(700));
    let mut pointers: Vec<String> = (0..11).map(|item| format!("/{item}/{key}/2/a~1b")).collect();
    pointers.extend(["", "/3", "/3/nothing", "/3/a/b/c"].map(String::from));
    let found = locate::Text::from(text.clone());
    let places = found.places(pointers.iter().map(String::as_str));
    assert_eq!(places.len(), 12);
    for pointer in &pointers {
        assert_eq!(places.get(pointer.as_str()).copied(), locate(&text, pointer), "{pointer}");
    }
    for (offset, _) in text.char_indices() {
        assert_eq!(found.position(offset), locate::position(&text, offset), "{offset}");
    }
}

#[test]
fn faults_of_many_users_all_have_their_places() {
    let user = |number: u32| {
        format!(
            r#"{{"Arn": "arn:aws:iam::012345678901:user/u{number}", "GroupList": ["gone"], "AttachedManagedPolicies":
            [{{"PolicyArn": "arn:aws:iam::012345678901:policy/P{number}"}}], "UserPolicyList": [{{"PolicyName": "p",
            "PolicyDocument": {{"Statement": {{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "X": {number}}}}}}}]}}"#
        )
    };
    let users: Vec<String> = (0..20_000).map(user).collect();
    let details = details(&users.join(", "), "", "", "");
    let loaded = Folder::of(&[("a.json", &details)]).load();
    assert_eq!(loaded.diagnostics.len(), 60_000);
    assert!(loaded.diagnostics.iter().all(|one| one.origin.as_ref().unwrap().position.is_some()));
}

#[test]
fn the_sample_loads() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let loaded = load(&[sample], &LoadOptions::default());
    // The bucket policy that names a group as a principal is one of the sample's scenarios (E23).
    assert_eq!(said(&loaded), ["warning unmatchable-principal"]);
    assert_eq!(loaded.diagnostics.iter().filter(|one| one.severity == Severity::Error).count(), 0);
    assert!(loaded.files.iter().all(|file| file.format.is_some()));
    let environment = &loaded.environment;
    assert_eq!((environment.accounts().count(), environment.principals().len()), (5, 69));
    assert!(environment.accounts().all(|account| account.details == Collected::Present(()) && account.name.is_some()));
    let organization = organization_of(&loaded);
    assert!(organization.complete && organization.targets.len() == 9);
    assert!(
        organization.targets.values().all(|target| {
            target.service_control.present().is_some() && target.resource_control.present().is_some()
        })
    );
    let again = load(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample")], &LoadOptions::default());
    let names = |loaded: &Loaded| loaded.environment.policies().map(|(_, one)| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&loaded), names(&again));
    for (_, policy) in environment.policies() {
        let (Some(source), Some(document)) = (&policy.source, policy.document) else { continue };
        let origin = statement_origin(source, environment.document(document), 0);
        assert!(origin.position.is_some(), "{origin}");
    }
}
