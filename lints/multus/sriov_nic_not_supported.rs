use crate::{
    diag::{Confidence, Level},
    facts::plugins::{self, Card},
    lint::{Check, Cx, Lint},
    model::{Repo, sriov::Policy},
    yaml::Entry,
};

pub static LINT: Lint = Lint::new(include_str!("sriov-nic-not-supported.md"), Check::Repo(check));

/// Where one's own cards are added to the operator's list.
const LISTS: [&str; 2] = ["supported-nic-ids", "supportedExtraNICs"];

fn check(repo: &Repo, cx: &mut Cx) {
    if !LISTS.iter().any(|list| repo.may_bring(&[list])) {
        repo.policies().iter().for_each(|policy| check_policy(policy, cx));
    }
}

fn check_policy(policy: &Policy, cx: &mut Cx) {
    let number = |key: &str| -> Option<(&Entry, String)> {
        let entry = policy.cards.iter().find(|entry| entry.key.as_str() == Some(key))?;
        Some((entry, entry.value.as_str()?.to_ascii_lowercase()))
    };
    let Some((vendor, maker)) = number("vendor") else { return };
    let cards: Vec<&Card> = plugins::cards().iter().filter(|card| card.vendor == maker).collect();
    let (place, message, owner) = match number("deviceID") {
        _ if cards.is_empty() => {
            (vendor, format!("no card of the vendor `{maker}` is on the operator's list"), None)
        }
        Some((_, id)) if cards.iter().any(|card| card.card == id) => return,
        Some((device, id)) => match cards.iter().find(|card| card.function == id) {
            Some(card) => {
                let message = format!("`{id}` is the number of a virtual function, not of a card");
                (device, message, Some(card))
            }
            None => (device, format!("the card `{maker} {id}` isn't on the operator's list"), None),
        },
        None => return,
    };
    let diagnostic = cx.report(place.value.span(), message);
    diagnostic.why("the operator's webhook refuses the policy: \"… is not supported\"");
    match owner {
        Some(card) => diagnostic
            .level(Level::Warning)
            .fix(format!("the number of the card, such as `{}`", card.card)),
        None => diagnostic
            .fix("add the card to the ConfigMap `supported-nic-ids`, by `supportedExtraNICs` of the operator's chart")
            .assume(Confidence::Medium, "the list is that of August 2026, and grows"),
    };
}
