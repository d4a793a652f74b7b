//! What sessions carry from call to call, and what only a single call requires (E8, E142, E144, E146, E153, E154).

use iamreach::action::ActionName;
use iamreach::condition::Residual;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::graph::Order;
use iamreach::query::{AccessRow, Engine, Needs, ReachOptions, WhoCan};
use serde_json::{Value, json};

use crate::input::*;

const OBJECT: &str = "arn:aws:s3:::data/x";

fn arn(name: &str) -> String {
    format!("arn:aws:iam::{A}:{name}")
}

fn when(principal: &str, actions: Value, condition: Value) -> Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": arn(principal) }, "Action": actions, "Condition": condition })
}

fn trust(principal: &str) -> Value {
    when(principal, json!("sts:AssumeRole"), json!({}))
}

fn reads_if(condition: Value) -> Value {
    json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition }])
}

/// User ann, and roles that each trust the one before: their trust policies, and what the last one may do.
fn chain(trusts: &[Value], last: Value) -> Input {
    let count = trusts.len();
    let roles: Vec<Value> = (0..)
        .zip(trusts)
        .map(|(index, trust)| {
            let reads = if index + 1 == count { last.clone() } else { nothing() };
            role(A, &format!("r{}", index + 1), trust.clone(), reads)
        })
        .collect();
    Input::new().account(A, &[user(A, "ann", nothing())], &roles).bucket(A, "data", &policy(json!([])))
}

fn asked(input: &Input, options: ReachOptions) -> Vec<AccessRow> {
    let loaded = input.load();
    let engine = Engine::with_options(Evaluator::new(&loaded.environment, EvaluateOptions::default()), options);
    let actions = vec![ActionName::parse("s3:GetObject").unwrap()];
    let rows = engine.who_can(&WhoCan { actions, resources: vec![OBJECT.to_owned()], max_hops: 8 });
    rows.into_iter().filter(|row| row.subject.name.ends_with("user/ann")).collect()
}

/// What ann's ways require: of each hop, then of the request.
fn ways(input: &Input) -> Vec<Vec<String>> {
    asked(input, ReachOptions::default()).iter().map(requirements).collect()
}

fn requirements(row: &AccessRow) -> Vec<String> {
    let conditions = row.path.iter().map(|hop| &hop.condition).chain([&row.condition]);
    conditions.map(|condition| if condition.is_true() { "-".to_owned() } else { condition.to_string() }).collect()
}

fn one(parts: &[&str]) -> Vec<Vec<String>> {
    vec![parts.iter().map(|part| (*part).to_owned()).collect()]
}

// ---------------------------------------------------------------- source identity

fn sets_identity(principal: &str, value: &str) -> Value {
    when(
        principal,
        json!(["sts:AssumeRole", "sts:SetSourceIdentity"]),
        json!({ "StringEquals": { "sts:SourceIdentity": value } }),
    )
}

#[test]
fn e154_a_source_identity_is_set_where_it_can_be_and_stays() {
    let passes =
        |principal: &str| json!([when(principal, json!(["sts:AssumeRole", "sts:SetSourceIdentity"]), json!({}))]);
    let wanted = reads_if(json!({ "StringEquals": { "aws:SourceIdentity": "ann" } }));
    // Set by the first call or by the second.
    let free = chain(&[passes("user/ann"), passes("role/r1")], wanted.clone());
    let set = "sts:SourceIdentity is ann";
    let found = ways(&free);
    assert!(found.contains(&one(&[set, "-", "-"])[0]) || found.contains(&one(&["-", set, "-"])[0]), "{found:?}");
    // The first call does not let it be set, the second does.
    let late = chain(&[json!([trust("user/ann")]), passes("role/r1")], wanted.clone());
    assert_eq!(ways(&late), one(&["-", set, "-"]));
    // Nothing lets it be set.
    let never = chain(&[json!([trust("user/ann")]), json!([trust("role/r1")])], wanted.clone());
    assert_eq!(ways(&never), Vec::<Vec<String>>::new());
    // The first call fixes another one.
    let other = chain(&[json!([sets_identity("user/ann", "bob")]), passes("role/r1")], wanted);
    assert_eq!(ways(&other), Vec::<Vec<String>>::new());
}

#[test]
fn e142_a_session_with_a_source_identity_enters_only_what_lets_it_be_set() {
    let fixed = json!([sets_identity("user/ann", "ann")]);
    let dies = chain(&[fixed.clone(), json!([trust("role/r1")])], reads());
    assert_eq!(ways(&dies), Vec::<Vec<String>>::new());
    let lets = json!([when("role/r1", json!(["sts:AssumeRole", "sts:SetSourceIdentity"]), json!({}))]);
    assert_eq!(ways(&chain(&[fixed, lets], reads())), one(&["sts:SourceIdentity is ann", "-", "-"]));
}

#[test]
fn e154_two_hops_that_want_different_source_identities_are_no_path() {
    let first = json!([sets_identity("user/ann", "ann")]);
    let second = json!([when(
        "role/r1",
        json!(["sts:AssumeRole", "sts:SetSourceIdentity"]),
        json!({ "StringEquals": { "aws:SourceIdentity": "bob" } })
    )]);
    assert_eq!(ways(&chain(&[first.clone(), second], reads())), Vec::<Vec<String>>::new());
    let agreeing = json!([when(
        "role/r1",
        json!(["sts:AssumeRole", "sts:SetSourceIdentity"]),
        json!({ "StringLike": { "aws:SourceIdentity": "a*" } })
    )]);
    assert_eq!(ways(&chain(&[first, agreeing], reads())), one(&["sts:SourceIdentity is ann", "-", "-"]));
}

// ---------------------------------------------------------------- session tags

fn passes_tags(principal: &str, condition: Value) -> Value {
    when(principal, json!(["sts:AssumeRole", "sts:TagSession"]), condition)
}

#[test]
fn e153_a_caller_that_may_tag_its_session_passes_the_tag_that_a_policy_asks_for() {
    let wanted = reads_if(json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }));
    let free = chain(&[json!([passes_tags("user/ann", json!({}))])], wanted.clone());
    assert_eq!(ways(&free), one(&["aws:RequestTag/team is red", "-"]));
    let never = chain(&[json!([trust("user/ann")])], wanted.clone());
    assert_eq!(ways(&never), Vec::<Vec<String>>::new());
    let other = json!({ "StringEquals": { "aws:RequestTag/team": "blue" } });
    let limited = chain(&[json!([trust("user/ann"), passes_tags("user/ann", other)])], wanted.clone());
    assert_eq!(ways(&limited), Vec::<Vec<String>>::new());
    let keys = json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["project"] } });
    let by_key = chain(&[json!([passes_tags("user/ann", keys)])], wanted.clone());
    assert_eq!(ways(&by_key), Vec::<Vec<String>>::new());
    let keys = json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["project", "Team"] } });
    let by_key = chain(&[json!([passes_tags("user/ann", keys)])], wanted);
    assert_eq!(ways(&by_key), one(&["aws:RequestTag/team is red", "-"]));
}

#[test]
fn e153_the_roles_own_tag_counts_unless_another_is_passed() {
    let wanted = reads_if(json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }));
    let mut tagged = role(A, "r1", json!([passes_tags("user/ann", json!({}))]), wanted);
    tagged["Tags"] = json!([{ "Key": "Team", "Value": "red" }]);
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[tagged]).bucket(A, "data", &policy(json!([])));
    assert_eq!(ways(&input), one(&["-", "-"]));
}

#[test]
fn e153_only_a_transitive_tag_goes_on() {
    let wanted = reads_if(json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }));
    // Only red may be passed at the first call; the second passes nothing that is not there.
    let first = json!([passes_tags("user/ann", json!({}))]);
    let inherits = json!([
        trust("role/r1"),
        when("role/r1", json!("sts:TagSession"), json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }))
    ]);
    let found = ways(&chain(&[first.clone(), inherits], wanted.clone()));
    assert!(!found.is_empty());
    assert!(found.iter().all(|way| way[0].contains("aws:RequestTag/team is red")), "{found:?}");
    // The second call lets no tags through: what is passed at the first is gone.
    assert_eq!(ways(&chain(&[first, json!([trust("role/r1")])], wanted)), Vec::<Vec<String>>::new());
}

#[test]
fn e153_a_session_has_to_hand_on_what_is_transitive() {
    // Whoever enters the first has to make the tag transitive, and the second lets nothing be tagged.
    let demanded = json!({
        "StringEquals": { "aws:RequestTag/team": "red" },
        "ForAllValues:StringEquals": { "sts:TransitiveTagKeys": ["team"] },
        "Null": { "sts:TransitiveTagKeys": "false" },
    });
    let first = json!([passes_tags("user/ann", demanded)]);
    assert_eq!(ways(&chain(&[first.clone(), json!([trust("role/r1")])], reads())), Vec::<Vec<String>>::new());
    let open = json!([passes_tags("role/r1", json!({}))]);
    assert_eq!(ways(&chain(&[first, open], reads())).len(), 1);
}

#[test]
fn e66_e153_a_tag_that_a_resource_names_is_passed() {
    let wanted = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/${aws:PrincipalTag/team}*" }]);
    let input = chain(&[json!([passes_tags("user/ann", json!({}))])], wanted);
    // Whether an empty tag would do as well is open (E71).
    assert_eq!(ways(&input)[0], one(&["aws:RequestTag/team is x", "-"])[0]);
}

// ---------------------------------------------------------------- names

#[test]
fn e8_a_name_is_chosen_where_the_trust_lets_it_be() {
    let named = json!([{ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:sts::{A}:assumed-role/r1/nightly") },
                         "Action": "sts:AssumeRole" }]);
    let free = chain(&[json!([trust("user/ann")]), named.clone()], reads());
    assert_eq!(ways(&free), one(&["sts:RoleSessionName is nightly", "-", "-"]));
    let by_user = when(
        "user/ann",
        json!("sts:AssumeRole"),
        json!({ "StringEquals": { "sts:RoleSessionName": "${aws:username}" } }),
    );
    assert_eq!(ways(&chain(&[json!([by_user]), named], reads())), Vec::<Vec<String>>::new());
}

#[test]
fn e8_an_id_that_names_a_session_asks_for_its_name() {
    let wanted = reads_if(json!({ "StringLike": { "aws:userid": "AROAR1:night*" } }));
    assert_eq!(ways(&chain(&[json!([trust("user/ann")])], wanted)), one(&["sts:RoleSessionName like night*", "-"]));
    let other = reads_if(json!({ "StringLike": { "aws:userid": "AROAOTHER:*" } }));
    assert_eq!(ways(&chain(&[json!([trust("user/ann")])], other)), Vec::<Vec<String>>::new());
    let any = reads_if(json!({ "StringLike": { "aws:userid": "AROAR1:*" } }));
    assert_eq!(ways(&chain(&[json!([trust("user/ann")])], any)), one(&["-", "-"]));
}

#[test]
fn e8_an_instance_is_named_by_its_service() {
    let ec2 =
        json!([{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }]);
    let of = |name: &str| {
        let wanted = reads_if(json!({ "StringEquals": { "aws:userid": format!("AROAR1:{name}") } }));
        let loaded = chain(std::slice::from_ref(&ec2), wanted).load();
        let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", OBJECT, 8);
        rows.iter().filter(|row| &*row.subject.name == "ec2.amazonaws.com").count()
    };
    assert_eq!((of("i-0123"), of("nightly")), (1, 0));
}

// ---------------------------------------------------------------- what binds one call only

fn from_network(range: &str) -> Value {
    json!({ "IpAddress": { "aws:SourceIp": range } })
}

#[test]
fn e174_two_networks_are_two_requirements_unless_the_caller_stays_where_it_is() {
    let first = when("user/ann", json!("sts:AssumeRole"), from_network("192.0.2.0/24"));
    let input = chain(&[json!([first])], reads_if(from_network("198.51.100.0/24")));
    assert_eq!(ways(&input), one(&["aws:SourceIp in 192.0.2.0/24", "aws:SourceIp in 198.51.100.0/24"]));
    let staying = ReachOptions { same_network: true, ..ReachOptions::default() };
    assert_eq!(asked(&input, staying), []);
    let within = chain(
        &[json!([when("user/ann", json!("sts:AssumeRole"), from_network("192.0.2.0/24"))])],
        reads_if(from_network("192.0.0.0/16")),
    );
    let rows = asked(&within, staying);
    assert_eq!(rows.iter().map(requirements).collect::<Vec<_>>(), one(&["aws:SourceIp in 192.0.2.0/24", "-"]));
}

#[test]
fn e166_mfa_is_gone_behind_a_role() {
    let mfa = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    let first =
        chain(&[json!([when("user/ann", json!("sts:AssumeRole"), mfa.clone())]), json!([trust("role/r1")])], reads());
    let rows = asked(&first, ReachOptions::default());
    assert_eq!(rows.len(), 1);
    assert!(rows[0].needs_mfa());
    assert_eq!(rows[0].needs(), Needs::Caller);
    let second = chain(&[json!([trust("user/ann")]), json!([when("role/r1", json!("sts:AssumeRole"), mfa)])], reads());
    assert_eq!(asked(&second, ReachOptions::default()), []);
}

#[test]
fn e166_temporary_credentials_without_mfa_are_credentials_of_their_own() {
    let wanted = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                          "Condition": { "Null": { "aws:MultiFactorAuthPresent": "false" } } }]);
    let input = Input::new().account(A, &[user(A, "ann", wanted)], &[]).bucket(A, "data", &policy(json!([])));
    let rows = asked(&input, ReachOptions::default());
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].outcome, rows[0].needs_mfa(), rows[0].needs()), (Outcome::AllowedIf, false, Needs::Caller));
}

// ---------------------------------------------------------------- which ways are shown

#[test]
fn a_way_that_requires_more_than_another_is_not_shown() {
    let outside =
        |id: &str| when("user/ann", json!("sts:AssumeRole"), json!({ "StringEquals": { "sts:ExternalId": id } }));
    let roles = |one: Value, two: Value| {
        let roles = [role(A, "r1", json!([one]), reads()), role(A, "r2", json!([two]), reads())];
        Input::new().account(A, &[user(A, "ann", nothing())], &roles).bucket(A, "data", &policy(json!([])))
    };
    assert_eq!(ways(&roles(outside("x"), trust("user/ann"))), one(&["-", "-"]));
    let both = ways(&roles(outside("x"), outside("y")));
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(ways(&roles(outside("x"), outside("x"))).len(), 1);
}

#[test]
fn fewer_requirements_come_before_fewer_hops_unless_hops_are_asked_for() {
    let conditional = when("user/ann", json!("sts:AssumeRole"), json!({ "StringEquals": { "sts:ExternalId": "x" } }));
    let roles = [
        role(A, "r1", json!([trust("user/ann")]), nothing()),
        role(A, "r2", json!([trust("role/r1"), conditional]), reads()),
    ];
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &roles).bucket(A, "data", &policy(json!([])));
    let lengths = |order| {
        let rows = asked(&input, ReachOptions { order, ..ReachOptions::default() });
        rows.iter().map(|row| row.path.len()).collect::<Vec<_>>()
    };
    assert_eq!(lengths(Order::Requirements), [2]);
    let mut by_hops = lengths(Order::Hops);
    by_hops.sort_unstable();
    assert_eq!(by_hops, [1, 2]);
}

#[test]
fn who_decides_is_told() {
    let needs = |condition: Value| {
        let input = chain(&[json!([when("user/ann", json!("sts:AssumeRole"), condition)])], reads());
        asked(&input, ReachOptions::default()).iter().map(AccessRow::needs).collect::<Vec<_>>()
    };
    assert_eq!(needs(json!({})), [Needs::Nothing]);
    assert_eq!(needs(json!({ "StringEquals": { "sts:ExternalId": "x" } })), [Needs::Caller]);
    assert_eq!(needs(from_network("192.0.2.0/24")), [Needs::Environment]);
    assert_eq!(needs(json!({ "StringLike": { "aws:PrincipalOrgID": "o-x" } })), [Needs::Identity]);
}

#[test]
fn residuals_of_a_way_are_never_false() {
    let input = chain(&[json!([trust("user/ann")])], reads());
    for row in asked(&input, ReachOptions::default()) {
        assert!(row.path.iter().all(|hop| hop.condition != Residual::False));
    }
}

// ---------------------------------------------------------------- other sessions

#[test]
fn e148_a_user_gets_by_a_federated_session_what_a_policy_gives_to_that() {
    let federated = format!("arn:aws:sts::{A}:federated-user/report");
    let calls = json!([{ "Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": federated }]);
    let input = Input::new().account(A, &[user(A, "ann", calls), user(A, "bob", nothing())], &[]).bucket(
        A,
        "data",
        &policy(grants(&json!({ "AWS": federated }))),
    );
    let rows = asked(&input, ReachOptions::default());
    assert_eq!(rows.iter().map(|row| row.path.len()).collect::<Vec<_>>(), [1]);
    assert_eq!((&*rows[0].path[0].role, &*rows[0].path[0].action), (federated.as_str(), "sts:GetFederationToken"));
    let all = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", OBJECT, 8);
    assert!(of(&all, "user/bob").is_empty());
}

#[test]
fn e151_the_management_account_gets_a_members_root_session() {
    let calls = json!([{ "Effect": "Allow", "Action": "sts:AssumeRoot", "Resource": "*" }]);
    let input = |enabled: bool| {
        let features = if enabled { json!(["RootCredentialsManagement", "RootSessions"]) } else { json!([]) };
        let features = json!({ "OrganizationId": "o-a", "EnabledFeatures": features });
        let input = Input::new()
            .organization(A, &[B], &[])
            .account(A, &[user(A, "ann", calls.clone())], &[])
            .account(B, &[user(B, "eve", calls.clone())], &[])
            .file("iam-list-organizations-features.json", &features);
        let denies = json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data" }]);
        input.bucket(B, "data", &policy(denies))
    };
    let deletes = |enabled: bool| {
        let rows = who_can(
            &input(enabled).load(),
            EvaluateOptions::default(),
            "s3:DeleteBucketPolicy",
            "arn:aws:s3:::data",
            8,
        );
        rows.into_iter()
            .filter(|row| !row.path.is_empty())
            .map(|row| (row.subject.name.to_string(), row.max_duration))
            .collect::<Vec<_>>()
    };
    assert_eq!(deletes(true), [(arn("user/ann"), Some(900))]);
    assert_eq!(deletes(false), []);
}

// ---------------------------------------------------------------- what a call has to pass so that it may pass what is wanted

fn red() -> Value {
    reads_if(json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }))
}

fn not_without(condition: Value) -> Value {
    json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:TagSession", "Condition": condition })
}

fn with_both(parts: &[&str]) -> impl Fn(&Vec<Vec<String>>) -> bool {
    move |ways| ways.iter().any(|way| parts.iter().all(|part| way.iter().any(|said| said.contains(part))))
}

#[test]
fn e142_what_tagging_itself_requires_is_passed_too() {
    let tags = |condition: Value| when("user/ann", json!("sts:TagSession"), condition);
    let beside =
        chain(&[json!([trust("user/ann"), tags(json!({ "StringEquals": { "aws:RequestTag/project": "p" } }))])], red());
    let both = with_both(&["aws:RequestTag/team is red", "aws:RequestTag/project is p"]);
    assert!(both(&ways(&beside)), "{:?}", ways(&beside));
    let guard = not_without(json!({ "StringNotEquals": { "aws:RequestTag/cost": "1" } }));
    let guarded = chain(&[json!([passes_tags("user/ann", json!({})), guard])], red());
    let both = with_both(&["aws:RequestTag/team is red", "aws:RequestTag/cost is 1"]);
    assert!(both(&ways(&guarded)), "{:?}", ways(&guarded));
    let calls = json!(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
    let guard = not_without(json!({ "Null": { "sts:SourceIdentity": "true" } }));
    let with_identity = chain(&[json!([when("user/ann", calls, json!({})), guard])], red());
    assert!(!ways(&with_identity).is_empty());
}

#[test]
fn e142_a_call_may_have_to_pass_some_tag() {
    let some = json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": "project" } });
    let first = json!([passes_tags("user/ann", some)]);
    assert!(!ways(&chain(&[first.clone(), json!([trust("role/r1")])], reads())).is_empty());
    let any = json!([passes_tags("user/ann", json!({ "Null": { "aws:TagKeys": "false" } }))]);
    assert!(!ways(&chain(&[any, json!([trust("role/r1")])], reads())).is_empty());
}

#[test]
fn e153_letter_case_of_a_tag_is_whatever_is_asked_for() {
    let keys = json!({ "ForAllValues:StringLike": { "aws:TagKeys": "Te*" } });
    assert!(!ways(&chain(&[json!([passes_tags("user/ann", keys)])], red())).is_empty());
}

#[test]
fn e153_a_tag_that_has_to_equal_the_callers_own_is_no_other() {
    let blue = json!({ "StringEquals": { "aws:RequestTag/team": "blue" } });
    let same = json!({ "StringEquals": { "aws:RequestTag/team": "${aws:PrincipalTag/team}" } });
    let first = json!([trust("user/ann"), when("user/ann", json!("sts:TagSession"), blue)]);
    let second = json!([passes_tags("role/r1", same)]);
    assert_eq!(ways(&chain(&[first, second.clone()], red())), Vec::<Vec<String>>::new());
    let found = ways(&chain(&[json!([passes_tags("user/ann", json!({}))]), second], red()));
    assert!(with_both(&["aws:RequestTag/team is red"])(&found), "{found:?}");
}

#[test]
fn e153_the_roles_own_tag_does_not_go_on() {
    let only = json!({ "ForAllValues:StringEquals": { "aws:TagKeys": "project" } });
    let mut first = role(A, "r1", json!([passes_tags("user/ann", only)]), nothing());
    first["Tags"] = json!([{ "Key": "team", "Value": "red" }]);
    let goes_on =
        json!({ "StringEquals": { "aws:PrincipalTag/team": "red" }, "StringLike": { "aws:RequestTag/team": "red" } });
    let inherits = when("role/r1", json!("sts:TagSession"), goes_on);
    let second = role(A, "r2", json!([trust("role/r1"), inherits]), red());
    let input =
        Input::new().account(A, &[user(A, "ann", nothing())], &[first, second]).bucket(A, "data", &policy(json!([])));
    for way in ways(&input) {
        assert!(!way[0].contains("transitive") && !way[0].contains("TransitiveTagKeys is team"), "{way:?}");
    }
}

#[test]
fn e194_most_services_pass_no_tags() {
    let of = |service: &str| {
        let calls = json!(["sts:AssumeRole", "sts:TagSession"]);
        let trust = json!([{ "Effect": "Allow", "Principal": { "Service": service }, "Action": calls }]);
        let loaded = chain(std::slice::from_ref(&trust), red()).load();
        let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", OBJECT, 8);
        rows.iter().filter(|row| &*row.subject.name == service).count()
    };
    assert_eq!((of("ec2.amazonaws.com"), of("pods.eks.amazonaws.com")), (0, 0));
}

#[test]
fn e144_claims_that_a_session_does_not_keep_are_gone() {
    let provider = format!("arn:aws:iam::{A}:oidc-provider/idp.example.com");
    let of = |claim: &str, value: &str| {
        let trust = json!([{ "Effect": "Allow", "Principal": { "Federated": provider }, "Action": "sts:AssumeRoleWithWebIdentity",
                             "Condition": { "StringEquals": { "idp.example.com:sub": "me" } } }]);
        let wanted = reads_if(json!({ "StringEquals": { format!("idp.example.com:{claim}"): value } }));
        let loaded = chain(std::slice::from_ref(&trust), wanted).load();
        let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", OBJECT, 8);
        rows.iter().filter(|row| *row.subject.name == *provider).count()
    };
    assert_eq!((of("sub", "me"), of("sub", "you"), of("repository", "r")), (1, 0, 0));
}

#[test]
fn many_ways_that_carry_different_things_are_all_kept() {
    let first = json!([passes_tags("user/ann", json!({ "StringEquals": { "aws:RequestTag/k": "v11" } }))]);
    let mut roles = vec![role(A, "r0", first, nothing())];
    for number in 0..12 {
        let wanted = json!({ "StringEquals": { "aws:PrincipalTag/k": format!("v{number}") } });
        roles.push(role(
            A,
            &format!("c{number:02}"),
            json!([when("role/r0", json!("sts:AssumeRole"), wanted)]),
            reads(),
        ));
    }
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &roles).bucket(A, "data", &policy(json!([])));
    // None of the roles behind takes a tag along.
    assert_eq!(ways(&input), one(&["sts:TransitiveTagKeys is absent and aws:RequestTag/k is v11", "-", "-"]));
}

#[test]
fn what_can_agrees_where_a_role_is_entered_in_two_ways() {
    let second = json!([trust("user/ann"), passes_tags("role/r1", json!({}))]);
    let input = chain(&[json!([trust("user/ann")]), second], red());
    assert_eq!(ways(&input), one(&["-", "aws:RequestTag/team is red", "-"]));
    let rows = what_can(&input.load(), "user/ann");
    assert!(rows.iter().any(|row| row.resource.contains("data/") && row.path.len() == 2), "{rows:?}");
}

#[test]
fn e154_no_role_begins_with_what_no_call_before_can_give() {
    let both = json!(["sts:AssumeRole", "sts:SetSourceIdentity"]);
    let fixed = when("user/ann", both.clone(), json!({ "StringEquals": { "sts:SourceIdentity": "bob" } }));
    let open = when("role/r1", both, json!({}));
    let wanted = reads_if(json!({ "StringEquals": { "aws:SourceIdentity": "alice" } }));
    let rows = who_can(
        &chain(&[json!([fixed]), json!([open])], wanted).load(),
        EvaluateOptions::default(),
        "s3:GetObject",
        OBJECT,
        8,
    );
    assert!(of(&rows, "role/r2").is_empty() && of(&rows, "role/r1").is_empty() && of(&rows, "user/ann").is_empty());
}

#[test]
fn too_many_tags_for_one_call_are_no_silent_no() {
    let tags = ["a", "b", "c", "d", "e"];
    let wanted: serde_json::Map<String, Value> =
        tags.iter().map(|tag| (format!("aws:PrincipalTag/{tag}"), json!("1"))).collect();
    // One of them is the role's own, and may not be passed.
    let keys = json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b", "c", "d"] } });
    let mut tagged = role(A, "r1", json!([passes_tags("user/ann", keys)]), reads_if(json!({ "StringEquals": wanted })));
    tagged["Tags"] = json!([{ "Key": "e", "Value": "1" }]);
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[tagged]).bucket(A, "data", &policy(json!([])));
    let loaded = input.load();
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let actions = vec![ActionName::parse("s3:GetObject").unwrap()];
    let rows = engine.who_can(&WhoCan { actions, resources: vec![OBJECT.to_owned()], max_hops: 8 });
    assert!(of(&rows, "user/ann").is_empty() && engine.left_ways_aside());
    let plain = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    assert!(!plain.left_ways_aside());
}

#[test]
fn e144_a_session_asked_about_by_itself_has_no_claim_that_it_does_not_keep() {
    let provider = format!("arn:aws:iam::{A}:oidc-provider/idp.example.com");
    let trust = json!([{ "Effect": "Allow", "Principal": { "Federated": provider }, "Action": "sts:AssumeRoleWithWebIdentity" }]);
    let asked = |key: &str| {
        let wanted = reads_if(json!({ "StringEquals": { key: "x" } }));
        let loaded = chain(std::slice::from_ref(&trust), wanted).load();
        of(&who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", OBJECT, 0), "role/r1").len()
    };
    assert_eq!((asked("idp.example.com:sub"), asked("idp.example.com:email"), asked("saml:iss")), (1, 0, 0));
}

#[test]
fn e151_what_other_sessions_carry_is_undecided() {
    let federated = format!("arn:aws:sts::{A}:federated-user/report");
    let calls = json!([{ "Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": federated }]);
    let tagged = json!([{ "Effect": "Allow", "Principal": { "AWS": federated }, "Action": "s3:GetObject",
                          "Resource": "arn:aws:s3:::data/*",
                          "Condition": { "StringEquals": { "aws:PrincipalTag/team": "red" } } }]);
    let input = Input::new().account(A, &[user(A, "ann", calls)], &[]).bucket(A, "data", &policy(tagged));
    let rows = asked(&input, ReachOptions::default());
    assert_eq!(
        rows.iter().map(|row| (row.outcome, row.needs())).collect::<Vec<_>>(),
        [(Outcome::Unknown, Needs::Undecided)]
    );
}
