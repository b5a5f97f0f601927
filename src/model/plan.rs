//! The address plan of a cluster: who has which addresses.
//!
//! One place for what pods, Services, machines, further networks and load
//! balancers claim; rules say which of it may not meet.

use super::{
    Cluster, Plan, Read,
    net::{Family, Range, Stretch},
};
use crate::text::Span;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    Pods,
    Services,
    Machine,
    /// A NetworkAttachmentDefinition, by its name.
    Network(String),
    /// A pool of a load balancer's.
    Balancer(String),
}

impl Owner {
    /// Behind "the addresses of".
    pub fn name(&self) -> String {
        match self {
            Owner::Pods => "the pods".to_owned(),
            Owner::Services => "Services".to_owned(),
            Owner::Machine => "a machine".to_owned(),
            Owner::Network(name) => format!("the network `{name}`"),
            Owner::Balancer(name) => format!("the pool `{name}`"),
        }
    }
}

/// Addresses that somebody has, or gives out.
#[derive(Clone, Debug)]
pub struct Claim {
    pub owner: Owner,
    pub stretch: Stretch,
    /// As written.
    pub text: String,
    /// `None` for a default, which nobody wrote.
    pub span: Option<Span>,
    /// Whatever the hosts are; else only if they have IPv4.
    pub sure: bool,
}

impl Claim {
    /// The range as a message shows it: `10.42.0.0/16`, the default.
    pub fn shown(&self) -> String {
        let default = if self.span.is_none() { ", the default" } else { "" };
        format!("`{}`{default}", self.text)
    }

    pub fn meets(&self, other: &Claim) -> bool {
        self.stretch.overlaps(&other.stretch)
    }

    pub fn contains(&self, other: &Claim) -> bool {
        self.stretch.contains(other.stretch.first) && self.stretch.contains(other.stretch.last)
    }
}

/// The ranges of pods, then those of Services. One that is only some plans' is
/// left out, unless it is a default that all hosts with IPv4 have.
pub fn claims(plans: &[Plan]) -> Vec<Claim> {
    let ranges = [
        (Owner::Pods, (|plan| &plan.cluster) as fn(&Plan) -> &Vec<Range>),
        (Owner::Services, |plan| &plan.service),
    ];
    let mut claims: Vec<Claim> = Vec::new();
    for (owner, of) in ranges {
        for range in plans.iter().flat_map(of) {
            let has = |plan: &Plan| of(plan).iter().any(|other| other.net == range.net);
            let sure = plans.iter().all(has);
            let of_most = range.span.is_none() && range.family() == Family::V4;
            let claim = Claim {
                owner: owner.clone(),
                stretch: range.stretch(),
                text: range.text.clone(),
                span: range.span,
                sure,
            };
            let said = |other: &Claim| other.owner == owner && other.stretch == claim.stretch;
            if (sure || of_most) && !claims.iter().any(said) {
                claims.push(claim);
            }
        }
    }
    claims
}

impl Cluster {
    /// Of the pods and the Services; of pods only if their plugin takes
    /// addresses out of `cluster-cidr`.
    pub fn own_claims(&self) -> Vec<Claim> {
        let mut claims = claims(&self.plans());
        claims.retain(|claim| claim.owner != Owner::Pods || self.allocator().is_some());
        claims
    }

    /// The addresses that machines are known to have.
    pub fn machine_claims(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for machine in &self.machines {
            let Read::Set(addresses) = machine.addresses("node-ip") else { continue };
            claims.extend(addresses.iter().map(|address| Claim {
                owner: Owner::Machine,
                stretch: Stretch { first: address.ip, last: address.ip },
                text: address.ip.to_string(),
                span: Some(address.span),
                sure: true,
            }));
        }
        claims
    }

    /// What further networks give out, where all of it is known.
    pub fn network_claims(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for attachment in &self.attachments {
            let ipams = attachment.ipams().filter(|ipam| ipam.is_whole());
            claims.extend(ipams.flat_map(|ipam| &ipam.pools).map(|pool| Claim {
                owner: Owner::Network(attachment.object.name.text.clone()),
                stretch: pool.stretch,
                text: pool.word.text.clone(),
                span: Some(pool.word.span),
                sure: true,
            }));
        }
        claims
    }
}
