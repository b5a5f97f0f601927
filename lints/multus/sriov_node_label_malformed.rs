use crate::{
    diag::{Confidence, Level},
    lint::{Check, Cx, Lint},
    model::{Read, Repo, attach::is_string, sriov::CAPABLE},
    text::{Span, is_slip_of},
    yaml::Entry,
};

pub static LINT: Lint =
    Lint::new(include_str!("sriov-node-label-malformed.md"), Check::Repo(check));

/// A label that a machine gets, or that a policy looks for.
struct Label {
    key: String,
    value: String,
    span: Span,
}

fn check(repo: &Repo, cx: &mut Cx) {
    let entries: Vec<Entry> =
        repo.policies().into_iter().flat_map(|policy| policy.selector).collect();
    for entry in entries.iter().filter(|entry| !is_string(&entry.value)) {
        let key = entry.key.raw().unwrap_or_default();
        cx.report(entry.value.span(), format!("the value of `{key}` isn't a string"))
            .level(Level::Error)
            .why("the API server refuses the policy: `must be of type string`")
            .fix(format!("`\"{}\"`", entry.value.raw().unwrap_or_default()));
    }
    let looked_for: Vec<Label> = entries.iter().filter_map(of_entry).collect();
    let given = given(repo);
    for (labels, others, what) in
        [(&given, &looked_for, "policies look for"), (&looked_for, &given, "machines get")]
    {
        for label in labels.iter().filter(|label| is_malformed(label)) {
            // Both may agree on names of their own.
            if !others.iter().any(|it| it.key == label.key && it.value == label.value) {
                report(label, what, cx);
            }
        }
    }
}

fn of_entry(entry: &Entry) -> Option<Label> {
    let key = entry.key.as_str()?.to_owned();
    let value = entry.value.as_str().filter(|_| is_string(&entry.value))?.to_owned();
    Some(Label { key, value, span: entry.key.span().to(entry.value.span()) })
}

/// By `node-label`.
fn given(repo: &Repo) -> Vec<Label> {
    let machines = repo.clusters.iter().flat_map(|cluster| &cluster.machines);
    let mut found = Vec::new();
    for machine in machines {
        let Read::Set(words) = machine.words("node-label") else { continue };
        for word in words {
            let pairs = word.text.split(',').filter_map(|label| label.split_once('='));
            found.extend(pairs.map(|(key, value)| Label {
                key: key.to_owned(),
                value: value.to_owned(),
                span: word.span,
            }));
        }
    }
    found
}

fn is_malformed(label: &Label) -> bool {
    match label.key == CAPABLE {
        true => !["true", "false"].contains(&label.value.as_str()),
        false => is_slip_of(&label.key, CAPABLE),
    }
}

fn report(label: &Label, what: &str, cx: &mut Cx) {
    let Label { key, value, span } = label;
    let diagnostic = match key == CAPABLE {
        true => cx.report(*span, format!("`{value}` isn't the value of `{key}` that {what}")),
        false => cx.report(*span, format!("`{key}` isn't the label that {what}")),
    };
    diagnostic
        .why("a policy takes up the machines that have its labels, letter by letter: none of them here")
        .fix(format!("`{CAPABLE}`, with the value `true`"))
        .assume(Confidence::Medium, "the other side is as the operator's docs have it");
}
