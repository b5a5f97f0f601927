use super::refusal;
use crate::{
    diag::{Fix, Safety},
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
    text::{Edit, nearest},
};

pub static LINT: Lint = Lint::new(include_str!("cni-unknown-value.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(found) = machine.cni() else { return };
    if !machine.is_server() {
        return;
    }
    let names = cni::names(&machine.releases);
    for word in &found.words {
        let text = word.text.as_str();
        let known = cni::cni(text).is_some() || text == cni::MULTUS || text == cni::NONE;
        let empty = text.is_empty() && found.words.len() == 1;
        // Other shapes are for `cni-malformed-list` to report.
        let is_name = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if known || !is_name || text.is_empty() && !empty {
            continue;
        }
        let candidates = cni::all().map(|cni| cni.name).chain([cni::MULTUS, cni::NONE]);
        let near = nearest(text, candidates);
        let span = if empty { word.key } else { word.span };
        let message = match (empty, near) {
            (true, _) => {
                "`cni` has no value, which is an empty name and not the default".to_owned()
            }
            (_, Some(near)) => format!("`{text}` is no plugin of RKE2's; did you mean `{near}`?"),
            (_, None) => format!("`{text}` is no plugin of RKE2's"),
        };
        let diagnostic = cx.report(span, message);
        diagnostic
            .why(refusal(text, &machine.releases))
            .fix(format!("RKE2 takes {names}, none, and multus before one of them"));
        if let Some(near) = near {
            let safety = match text.eq_ignore_ascii_case(near) {
                true => Safety::Safe,
                false => Safety::Unsafe,
            };
            let edits = vec![Edit::new(word.span, text, near)];
            diagnostic.repair(Fix::new(format!("write `{near}`"), safety, edits));
        }
    }
}
