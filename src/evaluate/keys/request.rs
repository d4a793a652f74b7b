//! Keys that follow from what is asked for, and from where (section 5, E173).

use super::Keys;
use crate::evaluate::target::ResourceRules;
use crate::model::VpcEndpoint;
use crate::request::{Caller, KeyState};

/// Keys of a request that comes through a VPC endpoint.
pub(in crate::evaluate) const THROUGH_AN_ENDPOINT: [&str; 7] = [
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:SourceVpcArn",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
];

/// Keys that single calls of STS have, and those calls (E173).
const OF_STS_CALLS: [(&str, &[&str]); 6] = [
    ("sts:AWSServiceName", &["getservicebearertoken"]),
    ("sts:DurationSeconds", &["getservicebearertoken", "getwebidentitytoken"]),
    ("sts:IdentityTokenAudience", &["getwebidentitytoken"]),
    ("sts:SigningAlgorithm", &["getwebidentitytoken"]),
    ("sts:RoleAuthorizedByIdp", &["assumerolewithwebidentity"]),
    ("sts:TaskPolicyArn", &["assumeroot"]),
];

/// Keys of a request that comes through an access point (E182).
const OF_ACCESS_POINTS: [&str; 3] =
    ["s3:DataAccessPointArn", "s3:DataAccessPointAccount", "s3:AccessPointNetworkOrigin"];

impl Keys<'_> {
    pub(super) fn resource(&mut self) {
        let target = self.target;
        if target.is_s3() && !target.is_access_point() && !target.goes_through_access_points() {
            for key in OF_ACCESS_POINTS {
                self.context.set_default(key, KeyState::Absent);
            }
        }
        if let Some(account) = target.account {
            self.value("aws:ResourceAccount", account.as_str());
            if target.is_s3() {
                self.value("s3:ResourceAccount", account.as_str());
            }
        }
        let prefixes = [
            "aws:resourcetag/".to_owned(),
            format!("{}:resourcetag/", target.arn.as_ref().map_or("aws", |arn| arn.service())),
        ];
        prefixes.iter().for_each(|prefix| self.tags_of(prefix, &target.tags));
    }

    /// Keys that only requests of one service have (E155, E173).
    pub(super) fn service(&mut self) {
        let (service, action) = (self.target.action.service(), self.target.action.name());
        if service == "kms"
            && let Some(account) = self.caller.account()
        {
            self.value("kms:CallerAccount", account.as_str());
        }
        if service != "sts" {
            self.absent_family("sts:");
        } else {
            for (key, calls) in OF_STS_CALLS {
                if !calls.contains(&action) {
                    self.absent(&[key]);
                }
            }
            if action == "assumerolewithwebidentity" {
                self.present(&["sts:RoleAuthorizedByIdp"]);
            }
            if self.target.rules == ResourceRules::RoleTrust {
                self.present(&["sts:RoleSessionName"]);
            }
        }
        // Tags of the role are keys of IAM in requests of STS too.
        if !matches!(service, "iam" | "sts") {
            self.absent_family("iam:");
        }
    }

    /// What every request has, and what excludes each other: an address of the internet and a VPC endpoint.
    pub(super) fn network(&mut self) {
        self.present(&[
            "aws:CurrentTime",
            "aws:EpochTime",
            "aws:RequestedRegion",
            "aws:UserAgent",
            "aws:ViaAWSService",
        ]);
        let given = |key: &str| matches!(self.context.get(key), KeyState::Known(_));
        let (by_address, by_endpoint) = (given("aws:sourceip"), given("aws:sourcevpce") || given("aws:sourcevpc"));
        if by_address && !by_endpoint {
            self.absent(&THROUGH_AN_ENDPOINT);
        }
        if by_endpoint && !by_address {
            self.absent(&["aws:SourceIp"]);
        }
        let Some(endpoint) = self.named_endpoint() else { return };
        if let Some(vpc) = &endpoint.vpc {
            self.value("aws:SourceVpc", &**vpc);
        }
        // Whether the service sends the owner of the endpoint is of a list of its own: unknown, but never another's.
        if let Some(account) = endpoint.account
            && !self.context.is_set("aws:vpceaccount")
        {
            let own = vec![account.as_str().to_owned()];
            self.context.set("aws:VpceAccount", KeyState::AbsentOr(own, "vpce-account-by-service"));
        }
    }

    fn named_endpoint(&self) -> Option<VpcEndpoint> {
        if matches!(self.caller, Caller::Service(_)) {
            return None;
        }
        match self.context.get("aws:sourcevpce") {
            KeyState::Known(values) => self.environment.vpc_endpoint(values.first()?).cloned(),
            _ => None,
        }
    }
}
