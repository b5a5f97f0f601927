use crate::{
    diag::Fix,
    facts::{charts, charts::On, cni},
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role, Word},
    yaml::Node,
};

pub static LINT: Lint = Lint::new(include_str!("redundant-cni-disable.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(disabled) = machine.words("disable") else { return };
    let read = machine.cni();
    let Some(selected) = read.selected().filter(|_| machine.role != Role::Agent) else { return };
    let known = selected.name == cni::NONE || cni::cni(&selected.name).is_some();
    let multus = matches!(&read, Read::Set(found) if found.multus().is_some());
    let redundant = |word: &&Word| {
        let name = word.text.trim();
        match charts::packaged(name).map(|chart| chart.on) {
            Some(On::Cni(plugin)) => plugin != selected.name,
            Some(On::Multus) => !multus,
            _ => false,
        }
    };
    let words: Vec<&Word> = disabled.iter().filter(redundant).collect();
    let [first, rest @ ..] = words.as_slice() else { return };
    if !known {
        return;
    }
    let names: Vec<String> = words.iter().map(|word| format!("`{}`", word.text.trim())).collect();
    let verb = if rest.is_empty() { "is" } else { "are" };
    let message = format!("{} {verb} off without `disable`", names.join(", "));
    let diagnostic = cx.report(first.span, message);
    for word in rest {
        diagnostic.label(word.span, "off too");
    }
    if let Some(span) = selected.span {
        diagnostic.label(span, "selects another");
    }
    diagnostic
        .why("RKE2 disables the charts of all plugins that `cni` doesn't select; the day `cni` changes to this one, the entry takes it away")
        .fix("take it off the list")
        .repair(Fix::safe(
            format!("take `{}` off the list", first.text.trim()),
            item(machine, first).and_then(|item| item.removal()),
        ));
}

/// The item of a list that gave a word.
fn item(machine: &Machine, word: &Word) -> Option<Node> {
    let writes = machine.settings.get("disable")?.effective().iter();
    let items: Vec<Node> =
        writes.flat_map(|write| write.value.items().collect::<Vec<_>>()).collect();
    items.into_iter().find(|item| item.span() == word.span)
}
