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
fn the_sample_loads() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let loaded = load(&[sample], &LoadOptions::default());
    // The bucket policy that names a group as a principal is one of the sample's scenarios (E23).
    assert_eq!(said(&loaded), ["warning unmatchable-principal"]);
    assert_eq!(loaded.diagnostics.iter().filter(|one| one.severity == Severity::Error).count(), 0);
    assert!(loaded.files.iter().all(|file| file.format.is_some()));
    let environment = &loaded.environment;
    assert_eq!((environment.accounts().count(), environment.principals().len()), (5, 65));
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
