//! S3 access points: `s3control list-access-points` and `get-access-point` tell where they lead (E175, E182). Their
//! policies are read as those of other resources.

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::bucket_settings::block;
use crate::load::builder::Builder;
use crate::load::inventory::{checked, each};
use crate::load::node::Fields;
use crate::load::place::arn_by_place;
use crate::load::told::Finding;
use crate::model::{AccessPoint, Collected};

const CALL: &str = "s3control-get-access-point";

/// `s3control list-access-points`.
pub(super) fn list(builder: &mut Builder, input: &Input) {
    each(builder, input, "AccessPointList", |builder, fields| access_point(builder, input, fields).map(|_| ()));
}

/// `s3control get-access-point`, which tells of Block Public Access too.
pub(super) fn one(builder: &mut Builder, input: &Input) {
    let result = input.root().fields().and_then(|fields| {
        let arn = access_point(builder, input, &fields)?;
        let finding = block(builder, &fields);
        let account = arn.account_id();
        let diagnostic = builder.resources.set_block(arn, account, finding);
        builder.diagnostics.extend(diagnostic);
        Ok(())
    });
    if let Err(diagnostic) = result {
        builder.report(diagnostic);
    }
}

fn access_point(builder: &mut Builder, input: &Input, fields: &Fields<'_>) -> Result<Arn, Diagnostic> {
    let arn = arn(builder, input, fields)?;
    let account = arn.account_id();
    // Those on Outposts, for directory buckets and for file systems lead elsewhere.
    if arn.service() != "s3" || (fields.get("Bucket").is_none() && fields.get("DataSourceId").is_some()) {
        builder.resources.note(arn.clone(), account);
        return Ok(arn);
    }
    let value = match leads_to(fields) {
        Ok(point) => {
            if let Some(owner) = point.bucket_account
                && let Ok(bucket) = Arn::parse(&format!("arn:{}:s3:::{}", arn.partition(), point.bucket))
            {
                builder.resources.note(bucket, Some(owner)); // E183
            }
            Collected::Present(point)
        }
        Err(diagnostic) => {
            let reason = diagnostic.message.clone();
            builder.report(diagnostic);
            Collected::Unknown(reason)
        }
    };
    let finding = Finding { value, origin: fields.node.place() };
    let diagnostic = builder.resources.set_access_point(arn.clone(), account, finding);
    builder.diagnostics.extend(diagnostic);
    Ok(arn)
}

/// The ARN, which older versions of the AWS CLI leave out.
fn arn(builder: &mut Builder, input: &Input, fields: &Fields<'_>) -> Result<Arn, Diagnostic> {
    if fields.get("AccessPointArn").is_some() {
        let arn = fields.arn("AccessPointArn")?;
        return Ok(checked(builder, fields, arn));
    }
    let Some(name) = fields.text("Name") else { return Err(fields.node.malformed("the access point has no `Name`")) };
    let account = builder.folders.of(&input.path);
    let missing = || fields.node.malformed("nothing tells the region or the account of the access point");
    arn_by_place(builder, input, CALL, &name, account).ok_or_else(missing)
}

fn leads_to(fields: &Fields<'_>) -> Result<AccessPoint, Diagnostic> {
    let malformed = |message: &str| fields.node.malformed(message);
    let bucket = fields.text("Bucket").ok_or_else(|| malformed("the access point has no `Bucket`"))?;
    let vpc = match fields.text("NetworkOrigin").as_deref() {
        Some("Internet") => None,
        Some("VPC") => {
            let configuration = fields.get("VpcConfiguration").and_then(|node| node.fields().ok());
            let vpc = configuration.and_then(|fields| fields.text("VpcId"));
            Some(vpc.ok_or_else(|| malformed("the access point has no `VpcId`"))?)
        }
        _ => return Err(malformed("the `NetworkOrigin` of the access point is not known")),
    };
    Ok(AccessPoint {
        bucket: bucket.into(),
        bucket_account: fields.text("BucketAccountId").and_then(|id| AccountId::parse(&id)),
        vpc: vpc.map(Into::into),
        public_access_block: Collected::NotCollected,
    })
}
