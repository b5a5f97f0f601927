//! A server's value of what the servers of a cluster share, in a form that
//! can be compared, with RKE2's default where nothing is written.

use super::{
    Machine, Plan, Read, Word,
    net::{Address, Range, nth_address},
};
use crate::{
    facts::{
        self, Answer, charts, cni, defaults,
        shared::{How, SharedSetting},
    },
    text::Span,
};
use std::collections::BTreeSet;

/// What a server has for a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SharedValue {
    /// More than one where the host decides a default. Never empty.
    pub texts: Vec<String>,
    /// Of what is written; `None` for a default.
    pub span: Option<Span>,
}

impl SharedValue {
    /// Whatever the hosts are.
    pub fn differs(&self, other: &SharedValue) -> bool {
        self.texts.iter().all(|text| !other.texts.contains(text))
    }
}

impl Machine {
    /// `None` if it isn't known.
    pub fn shared(&self, setting: &SharedSetting) -> Option<SharedValue> {
        let key = setting.key;
        if key == "disable-cloud-controller" {
            return self.cloud_controller();
        }
        let words = match self.words(key) {
            Read::Set(words) => words,
            Read::Default => {
                return Some(SharedValue { texts: self.defaults(setting)?, span: None });
            }
            Read::Unknown => return None,
        };
        let text = match setting.how {
            How::Ranges => ranges(&self.ranges(key).set()?),
            How::Addresses => addresses(&self.addresses(key).set()?),
            How::Flag => self.flag(key)?.to_string(),
            How::Text => words.last()?.text.clone(),
            How::List => join(words.iter().map(|word| word.text.clone())),
            How::Set => self.disabled(&words)?,
            How::Secret => return None,
        };
        let span = words.first()?.span;
        let last = words.last()?.span;
        let span =
            if span.file == last.file && span.start <= last.start { span.to(last) } else { last };
        Some(SharedValue { texts: vec![text], span: Some(span) })
    }

    fn defaults(&self, setting: &SharedSetting) -> Option<Vec<String>> {
        if let Some(default) = setting.default {
            return Some(vec![default.to_owned()]);
        }
        let plans = self.plans();
        let texts: Option<Vec<String>> = match setting.key {
            "cluster-cidr" => plans.iter().map(|plan| Some(ranges(&plan.cluster))).collect(),
            "service-cidr" => plans.iter().map(|plan| Some(ranges(&plan.service))).collect(),
            "cluster-dns" => plans.iter().map(|plan| self.default_dns(plan)).collect(),
            "ingress-controller" => {
                let newer = self.releases.answer(facts::gate("default-ingress-traefik"));
                // Newer releases keep what the cluster has.
                (newer == Answer::No).then(|| vec![charts::default_ingress().to_owned()])
            }
            _ => Some(vec![String::new()]),
        };
        texts.filter(|texts| !texts.is_empty())
    }

    fn default_dns(&self, plan: &Plan) -> Option<String> {
        let dual = self.releases.answer(facts::gate("dual-stack-cluster-dns"));
        if plan.service.len() > 1 && dual != Answer::Yes {
            return None;
        }
        let dns = |range: &Range| nth_address(&range.net, defaults::number("dns-index"));
        let found: Option<Vec<String>> =
            plan.service.iter().map(|range| Some(dns(range)?.to_string())).collect();
        found.map(|found| join(found.into_iter()))
    }

    /// What is on the list and isn't there anyway: charts of plugins that
    /// `cni` doesn't select are.
    fn disabled(&self, words: &[Word]) -> Option<String> {
        let names: BTreeSet<&str> = words.iter().map(|word| word.text.trim()).collect();
        let cni = self.cni();
        let selected = cni.selected().map(|selected| selected.name);
        let is_plugin = |name: &&str| {
            cni::all().find(|cni| name.strip_suffix("-crd").unwrap_or(name) == cni.chart)
        };
        if names.contains("")
            || selected.is_none() && names.iter().any(|name| is_plugin(name).is_some())
        {
            return None;
        }
        let counts =
            |name: &&str| is_plugin(name).is_none_or(|cni| selected.as_deref() == Some(cni.name));
        Some(join(names.iter().filter(|name| counts(name)).map(|name| (*name).to_owned())))
    }

    /// Whether RKE2's own cloud controller is off, by its key or because
    /// another provider is named.
    fn cloud_controller(&self) -> Option<SharedValue> {
        let off = |span| Some(SharedValue { texts: vec!["true".to_owned()], span: Some(span) });
        let stays = self.releases.answer(facts::gate("cloud-controller-stays"));
        let bundled = defaults::default("cloud-providers-without-rke2s");
        for key in ["cloud-provider-name", "cloud-provider-config"] {
            match self.words(key) {
                Read::Unknown => return None,
                Read::Default => {}
                Read::Set(words) => {
                    let word = words.last()?;
                    let name = key == "cloud-provider-name";
                    let named = name && bundled.split(',').any(|name| name == word.text);
                    match stays {
                        _ if named => return off(word.span),
                        Answer::Yes => {}
                        Answer::No => return off(word.span),
                        Answer::Depends => return None,
                    }
                }
            }
        }
        let value = self.flag("disable-cloud-controller")?;
        let span = self.value("disable-cloud-controller").map(|node| node.span());
        Some(SharedValue { texts: vec![value.to_string()], span })
    }
}

fn ranges(ranges: &[Range]) -> String {
    join(ranges.iter().map(|range| range.net.to_string()))
}

fn addresses(addresses: &[Address]) -> String {
    join(addresses.iter().map(|address| address.ip.to_string()))
}

fn join(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(",")
}
