//! The order of the checks and the denies (E111-E116).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e115_a_deny_of_any_kind_decides() {
    let base = || request().identity(full()).policy(grant(aws(USER)));
    let both = |effect: Value| document(json!([grant(aws(USER))["Statement"], effect["Statement"]]));
    for abroad in [false, true] {
        let place = |request: Request| if abroad { request.abroad() } else { request };
        check_all([
            (place(base()), ALLOWED),
            (place(base().identity(json!([full(), deny("s3:*")]))), EXPLICIT),
            (place(base().boundary(document(json!([full()["Statement"], deny("s3:*")["Statement"]])))), EXPLICIT),
            (place(base().scp(json!([[full(), deny("s3:*")]]))), EXPLICIT),
            (place(base().rcp(json!([[refuse("*")]]))), EXPLICIT),
            (place(base().policy(both(refuse("*")))), EXPLICIT),
            (place(base().policy(both(refuse(aws(HOME))))), EXPLICIT),
            (place(base().endpoint(document(json!([grant("*")["Statement"], refuse("*")["Statement"]])))), EXPLICIT),
            (place(base().endpoint(grant("*"))), ALLOWED),
        ]);
        let session = request().caller(SESSION).identity(full()).policy(grant(aws(SESSION)));
        check(place(session.clone().session(json!([full(), deny("s3:*")]))), EXPLICIT);
        check(place(session.policy(both(refuse(aws(ROLE))))), EXPLICIT);
    }
    let conditional = json!([full(), deny_if(json!({"StringEquals": {"aws:SourceVpc": "v"}}))]);
    check(request().identity(conditional.clone()), ALLOWED);
    check(request().identity(conditional.clone()).key("aws:SourceVpc", "v"), EXPLICIT);
    check_open(request().identity(conditional).open(), "aws:SourceVpc");
}

#[test]
fn e116_a_buckets_owner_can_always_get_at_its_policy() {
    let bucket = |action: &str| request().caller(HOME_ROOT).action(action).on("arn:aws:s3:::data");
    for action in ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"] {
        let locked = || bucket(action).policy(refuse("*"));
        check_all([
            (locked(), ALLOWED),
            (locked().policy(refuse(aws(HOME))), ALLOWED),
            // Organization and endpoint policies stop it nevertheless.
            (locked().scp(json!([[full(), deny("s3:*")]])), EXPLICIT),
            (locked().scp(json!([[elsewhere()]])), IMPLICIT),
            (locked().rcp(json!([[refuse("*")]])), EXPLICIT),
            (locked().endpoint(refuse("*")), EXPLICIT),
            (locked().caller(USER).identity(full()), EXPLICIT),
            (locked().caller(SESSION).identity(full()), EXPLICIT),
            (locked().abroad(), IMPLICIT),
        ]);
    }
    // A Deny holds for the root user of anything else.
    check(bucket("s3:PutBucketAcl").policy(refuse("*")), EXPLICIT);
    check(bucket("s3:GetObject").on(OBJECT).policy(refuse("*")), EXPLICIT);
    check(bucket("sqs:SetQueueAttributes").on(QUEUE).policy(refuse("*")), EXPLICIT);
}
