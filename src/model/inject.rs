//! What RKE2 itself gives the charts that it packages, below `global`.
//!
//! Source: rancher/rke2 `pkg/bootstrap/bootstrap.go`, `setChartValues`. A
//! value that is empty isn't written, or is overridden by nothing.

use super::{
    Machine, Read,
    net::{Family, Range},
};
use crate::facts::{self, Answer, charts, flags, packaged::Injected, shared};

/// What RKE2 gives a value on a server.
#[derive(Clone, Debug)]
pub struct Injection {
    /// More than one where the host decides a default. Never empty.
    pub texts: Vec<String>,
    /// Whatever the host is; else only if it has IPv4.
    pub sure: bool,
}

impl Machine {
    /// `None` if it isn't known, or may be empty.
    pub fn injected(&self, value: &Injected) -> Option<Injection> {
        let mut texts: Vec<String> = match value.key {
            "cluster-cidr" => {
                let family = match value.path.rsplit_once('v') {
                    Some((_, "4")) => Some(Family::V4),
                    Some((_, "6")) => Some(Family::V6),
                    _ => None,
                };
                let plans = self.plans();
                plans.iter().map(|plan| joined(&plan.cluster, family)).collect()
            }
            "service-cidr" => self.plans().iter().map(|plan| joined(&plan.service, None)).collect(),
            "cluster-dns" | "cluster-domain" => self.shared(shared::find(value.key)?)?.texts,
            key => vec![self.one_word(key)?],
        };
        let all = texts.len();
        if value.path.ends_with("v4") {
            texts.retain(|text| !text.is_empty());
        }
        let known = !texts.is_empty() && texts.iter().all(|text| !text.is_empty());
        known.then_some(Injection { sure: texts.len() == all, texts })
    }

    fn one_word(&self, key: &str) -> Option<String> {
        match self.words(key) {
            Read::Unknown => None,
            Read::Set(words) if key == "ingress-controller" => Some(words.first()?.text.clone()),
            Read::Set(words) => Some(words.last()?.text.clone()),
            Read::Default if key == "ingress-controller" => {
                let newer = self.releases.answer(facts::gate("default-ingress-traefik"));
                (newer == Answer::No).then(|| charts::default_ingress().to_owned())
            }
            Read::Default if key == "system-default-registry" => None,
            Read::Default if key == "prime" => Some("false".to_owned()),
            Read::Default => Some(flags::flag(key)?.default?.to_owned()),
        }
    }
}

fn joined(ranges: &[Range], family: Option<Family>) -> String {
    let of_family = ranges.iter().filter(|range| family.is_none_or(|it| it == range.family()));
    of_family.map(|range| range.net.to_string()).collect::<Vec<_>>().join(",")
}
