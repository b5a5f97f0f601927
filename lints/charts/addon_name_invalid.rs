use crate::{
    diag::Fix,
    lint::{Check, Cx, Lint},
    model::{Cluster, Manifest},
    text::Change,
};

pub static LINT: Lint = Lint::new(include_str!("addon-name-invalid.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for manifest in super::applied(cluster) {
        let addon = manifest.addon();
        // A name that is still to be filled in will be another.
        let is_template = manifest.name.contains(['{', '}', '$', '<', '>', '%', '@']);
        if is_template || is_valid(addon) {
            continue;
        }
        let message =
            format!("`{}` gives its AddOn the name `{addon}`, which is refused", manifest.name);
        let diagnostic = cx.report(manifest.span, message);
        diagnostic
            .why(format!("the file is never applied; the server logs \"metadata.name: Invalid value: \"{addon}\"\" again and again"))
            .fix("call the file by lower-case letters, digits and `-`")
            .repair(rename(manifest));
        super::weigh(diagnostic, manifest);
    }
}

/// The nearest name that is one.
fn rename(manifest: &Manifest) -> Fix {
    let addon = manifest.addon();
    let new = addon.to_ascii_lowercase().replace(['_', ' '], "-");
    let new = new.trim_matches('-');
    let old = manifest.name.clone();
    let file = manifest.span.file;
    let title = format!("call it `{new}`, here and where others name it");
    let rest = &old[addon.len()..];
    let change = is_valid(new).then(|| format!("{new}{rest}"));
    Fix::unsure(title, change.map(|new| Change::Rename { file, old, new }))
}

/// A name that Kubernetes takes, without dots.
fn is_valid(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.chars().all(inner) && !name.is_empty() && !name.starts_with('-') && !name.ends_with('-')
}
