//! S3 access points.

use super::*;
use crate::arn::Arn;
use crate::model::Resource;

const POINT: &str = "arn:aws:s3:eu-west-1:012345678901:accesspoint/p";
const LIST: &str = "012345678901/eu-west-1/s3control-list-access-points.json";
const ONE: &str = "012345678901/eu-west-1/s3control-get-access-point/p.json";
const POLICY: &str = "012345678901/eu-west-1/s3control-get-access-point-policy/p.json";
const DENIED: &str = r#"{"Error":{"Code":"AccessDenied","Message":"no"}}"#;

fn point(rest: &str) -> String {
    format!(r#"{{"Name":"p","NetworkOrigin":"Internet","Bucket":"b","AccessPointArn":"{POINT}"{rest}}}"#)
}

fn list(points: &[String]) -> String {
    format!(r#"{{"AccessPointList":[{}]}}"#, points.join(","))
}

fn of(loaded: &Loaded) -> &Resource {
    loaded.environment.resource(POINT).unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

#[test]
fn e175_e182_an_access_point_its_settings_and_its_policy() {
    let block = r#","PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,
        "BlockPublicPolicy":true,"RestrictPublicBuckets":false},"BucketAccountId":"111122223333""#;
    let policy = format!(r#"{{"Policy":{}}}"#, serde_json::to_string(FOR_ALL).unwrap());
    let listed = list(&[point(r#","Alias":"p-abc-s3alias""#)]);
    let loaded = Folder::of(&[(LIST, &*listed), (ONE, &point(block)), (POLICY, &policy)]).load();
    assert!(said(&loaded).is_empty(), "{:?}", loaded.diagnostics);
    let found = of(&loaded).access_point.as_ref().unwrap();
    assert_eq!((&*found.bucket, &found.vpc, found.bucket_account.unwrap().as_str()), ("b", &None, "111122223333"));
    assert!(!found.public_access_block.present().unwrap().restrict_public_buckets);
    assert_eq!(
        (word(&of(&loaded).policy), word(&of(&loaded).bucket.public_access_block)),
        ("present", "not collected")
    );
    let bucket = loaded.environment.resource("arn:aws:s3:::b").unwrap();
    assert_eq!(bucket.account.unwrap().as_str(), "111122223333", "E183: the listing says who owns the bucket");
    let object = Arn::parse(&format!("{POINT}/object/k")).unwrap();
    assert_eq!(loaded.environment.governing_resource(&object).unwrap().arn, of(&loaded).arn);
}

#[test]
fn e182_where_an_access_point_leads() {
    let vpc = point("").replace(r#""Internet""#, r#""VPC","VpcConfiguration":{"VpcId":"vpc-1"}"#);
    let loaded = Folder::of(&[(LIST, &list(&[vpc]))]).load();
    let found = of(&loaded).access_point.as_ref().unwrap();
    assert_eq!((found.vpc.as_deref(), word(&found.public_access_block)), (Some("vpc-1"), "not collected"));

    let by_place = point("").replace("AccessPointArn", "Arn");
    assert!(of(&Folder::of(&[(LIST, &list(&[by_place]))]).load()).access_point.is_some());

    let check = |entry: String, codes: &[&str]| {
        let loaded = Folder::of(&[(LIST, &list(std::slice::from_ref(&entry)))]).load();
        assert_eq!(said(&loaded), codes, "{entry}");
        assert!(of(&loaded).access_point.is_none(), "{entry}");
    };
    let malformed = "error malformed-entry";
    check(point("").replace(r#""Internet""#, r#""VPC""#), &[malformed]);
    check(point("").replace("Internet", "Intranet"), &[malformed]);
    check(point("").replace(r#""Bucket":"b","#, ""), &[malformed]);
    check(point(r#","DataSourceId":"fsvol-1""#).replace(r#""Bucket":"b","#, ""), &[]);
    let loaded = Folder::of(&[(LIST, &list(&["7".to_owned(), point("")]))]).load();
    assert_eq!((said(&loaded).len(), of(&loaded).access_point.is_some()), (1, true));
}

#[test]
fn e185_access_points_that_may_not_be_read() {
    let listed = list(&[point("")]);
    let none = r#"{"Error":{"Code":"NoSuchAccessPointPolicy","Message":"none"}}"#;
    let loaded = Folder::of(&[(LIST, &*listed), (ONE, DENIED), (POLICY, none)]).load();
    assert_eq!(said(&loaded), ["warning failed-call"]);
    assert_eq!(word(&of(&loaded).access_point.as_ref().unwrap().public_access_block), "unknown");
    assert_eq!(word(&of(&loaded).policy), "absent");

    let loaded = Folder::of(&[(ONE, DENIED), (POLICY, DENIED)]).load();
    assert_eq!(said(&loaded), ["warning failed-call"; 2]);
    assert_eq!((word(&of(&loaded).policy), of(&loaded).access_point.is_none()), ("unknown", true));
}

#[test]
fn e182_two_files_about_an_access_point() {
    let other = point("").replace(r#""b""#, r#""c""#);
    let loaded = Folder::of(&[("1.json", &*list(&[point("")])), ("2.json", &list(&[other]))]).load();
    assert_eq!(
        (said(&loaded), of(&loaded).access_point.is_none()),
        (vec!["error duplicate-resource-setting".into()], true)
    );
}
