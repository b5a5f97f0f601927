use crate::{
    lint::{Check, Cx, Lint},
    model::File,
    yaml::{Kind, Node},
};

pub static LINT: Lint = Lint::new(include_str!("config-not-a-mapping.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    let Some(node) = &file.misshapen else { return };
    let items: Vec<_> = node.items().collect();
    let is_list = node.kind() == Kind::Seq;
    let unsure =
        items.is_empty() || node.is_partial() || items.iter().any(|item| item.is_unknown());
    if is_list && unsure {
        return;
    }
    let first = items.first().and_then(|item| item.entries().next());
    let place = first.map(|entry| entry.key.span());
    let place = place.or_else(|| Some(items.first()?.span())).unwrap_or(node.span());
    let is_lost = |item: &Node| item.kind() == Kind::Map || item.is_null();
    let lost = is_list && items.iter().all(is_lost);
    let why = match lost {
        true => "RKE2 starts without any of it: \"Unknown flag -- found in config.yaml, skipping\"",
        false => "RKE2 exits at start: \"yaml: unmarshal errors\"",
    };
    let what = if is_list { "a list" } else { "a text" };
    cx.report(place, format!("a configuration is a mapping of keys, and this is {what}"))
        .why(why)
        .fix("write `key: value` lines, without dashes before the keys");
}
