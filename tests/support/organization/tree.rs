//! The organization's tree and its control policies, one file a call.

use serde_json::{Value, json};

use super::{Folder, ORGANIZATION, Organization, document};

/// A kind of control policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Control {
    /// A service control policy.
    Service,
    /// A resource control policy.
    Resource,
}

impl Control {
    fn name(self) -> &'static str {
        match self {
            Self::Service => "SERVICE_CONTROL_POLICY",
            Self::Resource => "RESOURCE_CONTROL_POLICY",
        }
    }

    fn full_access(self) -> &'static str {
        match self {
            Self::Service => "FullAWSAccess",
            Self::Resource => "RCPFullAWSAccess",
        }
    }
}

pub(crate) const ROOT: &str = "r-pl4n";
/// The units; the last is within the one before it.
pub(crate) const UNITS: [&str; 3] = ["ou-pl4n-corecore", "ou-pl4n-workwork", "ou-pl4n-labslabs"];

impl Organization {
    /// What an account hangs on, from the root down to itself.
    pub(crate) fn levels(&self, account: usize) -> Vec<String> {
        let mut levels = vec![ROOT.to_owned()];
        levels.extend(units_above(account).iter().map(|unit| (*unit).to_owned()));
        levels.push(self.id(account).to_owned());
        levels
    }

    pub(super) fn write_tree(&self, folder: &Folder) {
        let management = self.id(0);
        let kinds = [Control::Service, Control::Resource];
        let enabled = kinds.map(|kind| json!({ "Type": kind.name(), "Status": "ENABLED" }));
        let file = |name: &str, content: Value| folder.file(&format!("organization/{name}.json"), &content);
        let arn = |rest: String| format!("arn:aws:organizations::{management}:{rest}");
        file(
            "organizations-describe-organization",
            json!({ "Organization": {
                "Id": ORGANIZATION, "Arn": arn(format!("organization/{ORGANIZATION}")), "FeatureSet": "ALL",
                "MasterAccountId": management, "MasterAccountEmail": "management@plant.example",
                "MasterAccountArn": arn(format!("account/{ORGANIZATION}/{management}")),
                "AvailablePolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
            } }),
        );
        file(
            "organizations-list-roots",
            json!({ "Roots": [{
                "Id": ROOT, "Arn": arn(format!("root/{ORGANIZATION}/{ROOT}")), "Name": "Root", "PolicyTypes": enabled,
            }] }),
        );
        file("iam-list-organizations-features", json!({ "OrganizationId": ORGANIZATION, "EnabledFeatures": [] }));
        for parent in std::iter::once(ROOT).chain(UNITS) {
            let within: Vec<Value> = units_within(parent)
                .iter()
                .map(|unit| json!({ "Id": unit, "Arn": arn(format!("ou/{ORGANIZATION}/{unit}")), "Name": &unit[8..] }))
                .collect();
            file(
                &format!("organizations-list-organizational-units-for-parent/{parent}"),
                json!({ "OrganizationalUnits": within }),
            );
            let accounts = (0..)
                .zip(&self.accounts)
                .filter(|(number, _)| units_above(*number).last().copied().unwrap_or(ROOT) == parent);
            let accounts: Vec<Value> = accounts
                .map(|(_, account)| {
                    json!({
                        "Id": account.id, "Arn": arn(format!("account/{ORGANIZATION}/{}", account.id)),
                        "Email": format!("{}@plant.example", account.name), "Name": account.name, "Status": "ACTIVE",
                        "JoinedMethod": "CREATED", "JoinedTimestamp": "2025-01-02T03:04:05+00:00",
                    })
                })
                .collect();
            file(&format!("organizations-list-accounts-for-parent/{parent}"), json!({ "Accounts": accounts }));
        }
        self.write_controls(folder);
    }

    fn write_controls(&self, folder: &Folder) {
        let accounts = self.accounts.iter().map(|account| &*account.id);
        let targets: Vec<&str> = std::iter::once(ROOT).chain(UNITS).chain(accounts).collect();
        for kind in [Control::Service, Control::Resource] {
            let everything = match kind {
                Control::Service => json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }),
                Control::Resource => json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" }),
            };
            let full = Policy { id: format!("p-{}", kind.full_access()), name: kind.full_access().to_owned(), kind };
            full.describe(folder, &[everything]);
            for target in &targets {
                let own = |suffix: &str| {
                    let id = format!("p-{}{suffix}", target.replace('-', ""));
                    Policy { name: format!("{}-{target}{suffix}", kind.name().to_lowercase()), id, kind }
                };
                let mut attached = Vec::new();
                match self.allow_lists.get(*target).filter(|_| kind == Control::Service) {
                    None => attached.push(full.summary()),
                    Some(statements) => {
                        let list = own("list");
                        list.describe(folder, statements);
                        attached.push(list.summary());
                    }
                }
                if let Some(statements) = self.controls.get(&(kind, (*target).to_owned())) {
                    let limits = own(if kind == Control::Service { "scp" } else { "rcp" });
                    limits.describe(folder, statements);
                    attached.push(limits.summary());
                }
                let path = format!("organization/organizations-list-policies-for-target/{target}.{}.json", kind.name());
                folder.file(&path, &json!({ "Policies": attached }));
            }
        }
    }
}

/// The units between the root and an account; the management account is right below the root.
fn units_above(account: usize) -> &'static [&'static str] {
    match account {
        0 => &[],
        number => match number % 3 {
            0 => &UNITS[1..],
            1 => &UNITS[..1],
            _ => &UNITS[1..2],
        },
    }
}

fn units_within(parent: &str) -> &'static [&'static str] {
    match parent {
        ROOT => &UNITS[..2],
        parent if parent == UNITS[1] => &UNITS[2..],
        _ => &[],
    }
}

struct Policy {
    id: String,
    name: String,
    kind: Control,
}

impl Policy {
    fn summary(&self) -> Value {
        let by_aws = self.name == self.kind.full_access();
        let owner = if by_aws { "aws:policy".to_owned() } else { format!("policy/{ORGANIZATION}") };
        let arn = format!("arn:aws:organizations::{owner}/{}/{}", self.kind.name().to_lowercase(), self.id);
        json!({ "Id": self.id, "Arn": arn, "Name": self.name, "Type": self.kind.name(), "AwsManaged": by_aws })
    }

    fn describe(&self, folder: &Folder, statements: &[Value]) {
        let path = format!("organization/organizations-describe-policy/{}.json", self.id);
        let content = document(statements).to_string();
        folder.file(&path, &json!({ "Policy": { "PolicySummary": self.summary(), "Content": content } }));
    }
}
