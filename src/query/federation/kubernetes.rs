//! Service accounts of Kubernetes: EKS clusters, others that issue tokens, and EKS Pod Identity.
//!
//! Amazon EKS User Guide, "IAM roles for service accounts" and "Grant Pods access to AWS resources based on tags".

use super::field::Field;
use super::tenancy::Issuer;
use super::{Claims, Entry};
use crate::arn::Arn;

/// Whose token passes: a service account's, `system:serviceaccount:NAMESPACE:NAME`.
pub(super) fn entry(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let region = issuer.host().split('.').nth(2).filter(|_| issuer.host().starts_with("oidc.eks."));
    let cluster = match region {
        Some(region) => format!("EKS cluster {} ({region})", issuer.last()),
        None => format!("the cluster of {}", issuer.name),
    };
    let sub = claims.take("sub");
    let who = match &sub {
        None => format!("any service account of {cluster}"),
        Some(sub) => match service_account(sub) {
            Some(account) => format!("{account} in {cluster}"),
            None => format!("any subject of {cluster}, sub {}", sub.name()),
        },
    };
    Entry { who: format!("{who}{}", issuer.audience(claims)), open: None }
}

fn service_account(sub: &Field) -> Option<String> {
    let behind = sub.strip_prefix("system:serviceaccount:")?;
    let Some((namespace, name)) = behind.split_once(':') else {
        return Some(match (behind.is_any(), behind.ends_open()) {
            (true, _) => "any service account".to_owned(),
            (false, true) => format!("any service account of {}", behind.words("namespace", "namespaces")),
            (false, false) => return None,
        });
    };
    Some(in_namespace(Some(&name), Some(&namespace)))
}

fn in_namespace(name: Option<&Field>, namespace: Option<&Field>) -> String {
    let name =
        name.map_or_else(|| "any service account".to_owned(), |name| name.words("service account", "service accounts"));
    match namespace {
        Some(namespace) => format!("{name} of {}", namespace.words("namespace", "namespaces")),
        None => name,
    }
}

/// Whose pods get the role from EKS Pod Identity. The service sets the tags, and gives the role to those whose account
/// associated it with them.
pub(super) fn pod_identity(claims: &mut Claims) -> Entry {
    let mut tag = |name: &str| claims.take_key(&format!("aws:requesttag/{name}"));
    let (namespace, name) = (tag("kubernetes-namespace"), tag("kubernetes-service-account"));
    let pod = tag("kubernetes-pod-name");
    let cluster_name = tag("eks-cluster-name");
    let cluster_arn = tag("eks-cluster-arn");
    let source = claims.take_key("aws:sourcearn");
    let account = claims.take_key("aws:sourceaccount");
    let arn = match (cluster_arn, source) {
        (Some(arn), Some(source)) if arn == source => vec![arn],
        (arn, source) => arn.into_iter().chain(source).collect(),
    };
    let mut clusters: Vec<String> = arn.iter().map(cluster).collect();
    if let Some(name) = cluster_name {
        let named = arn.iter().any(|arn| arn.exact().and_then(|arn| cluster_of(&arn)).is_some_and(|own| name.is(&own)));
        if !named {
            clusters.insert(0, name.words("EKS cluster", "EKS clusters"));
        }
    }
    let mut who = in_namespace(name.as_ref(), namespace.as_ref());
    if let Some(pod) = pod {
        who = format!("{who}, {}", pod.words("pod", "pods"));
    }
    who = match (clusters.is_empty(), account) {
        (true, None) => format!("{who} that has an EKS Pod Identity association, in any cluster of the role's account"),
        (true, Some(account)) => {
            format!("{who} in any EKS cluster of {} (Pod Identity)", account.words("account", "accounts"))
        }
        (false, None) => format!("{who} in {} (Pod Identity)", clusters.join(", ")),
        (false, Some(account)) => {
            format!("{who} in {} of {} (Pod Identity)", clusters.join(", "), account.words("account", "accounts"))
        }
    };
    Entry { who, open: None }
}

fn cluster_of(arn: &str) -> Option<String> {
    Arn::parse(arn).ok()?.resource().strip_prefix("cluster/").map(str::to_owned)
}

fn cluster(arn: &Field) -> String {
    let text = arn.to_string();
    match (cluster_of(&text), Arn::parse(&text)) {
        (Some(name), Ok(parsed)) if arn.exact().is_some() => {
            let account = parsed.account_id().map(|id| format!(", account {id}")).unwrap_or_default();
            format!("EKS cluster {name} ({}{account})", parsed.region())
        }
        _ => arn.words("EKS cluster", "EKS clusters"),
    }
}
