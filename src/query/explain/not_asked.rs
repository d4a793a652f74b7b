//! Which of an organization's policies were not asked, and why: what is missing in the list of layers.

use crate::evaluate::{Layer, Target};
use crate::graph::State;
use crate::model::{Collected, Environment};

use super::ExplainedLayer;

/// Kinds of organization policies without a layer, each with the reason (E98, E103, E188).
pub(super) fn not_asked(
    environment: &Environment,
    state: &State,
    target: &Target,
    layers: &[ExplainedLayer],
) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if !layers.iter().any(|layer| matches!(layer.layer, Layer::ResourceControl(_))) {
        all.push(("resource control policies", resource_control(environment, state, target)));
    }
    if !layers.iter().any(|layer| matches!(layer.layer, Layer::ServiceControl(_))) {
        all.push(("service control policies", service_control(environment, state)));
    }
    all
}

fn service_control(environment: &Environment, state: &State) -> String {
    if state.caller.is_service_linked() {
        return "they do not limit service-linked roles".to_owned();
    }
    let Some(account) = state.caller.account() else { return "the caller is of no account".to_owned() };
    match environment.organization() {
        Collected::Present(organization) if organization.management_account == Some(account) => {
            format!("the caller's account {account} is the management account, which they do not limit")
        }
        Collected::Present(organization) if organization.service_control_enabled == Some(false) => {
            "the organization has not enabled them".to_owned()
        }
        Collected::Present(organization) => format!("the caller's account {account} is not in {}", organization.id),
        Collected::NotCollected => "no organization was collected".to_owned(),
        Collected::Absent | Collected::Unknown(_) => "there is no organization".to_owned(),
    }
}

fn resource_control(environment: &Environment, state: &State, target: &Target) -> String {
    if state.caller.is_service_linked() {
        return "they do not limit service-linked roles".to_owned();
    }
    if target.names_no_resource() {
        return "the action has no resource".to_owned();
    }
    let Some(account) = target.account() else { return "nothing tells whose the resource is".to_owned() };
    match environment.organization() {
        Collected::Present(organization) if organization.management_account == Some(account) => {
            format!("the resource is of {account}, the management account, which they do not limit")
        }
        Collected::Present(organization) if organization.resource_control_enabled == Some(false) => {
            "the organization has not enabled them".to_owned()
        }
        Collected::Present(organization) if organization.contains(account) => "they do not reach this call".to_owned(),
        Collected::Present(organization) => format!("the resource's account {account} is not in {}", organization.id),
        Collected::NotCollected => "no organization was collected".to_owned(),
        Collected::Absent | Collected::Unknown(_) => "there is no organization".to_owned(),
    }
}
