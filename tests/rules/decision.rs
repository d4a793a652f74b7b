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
