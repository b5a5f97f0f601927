use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{Asked, Attachment, Cluster, Namespace, NetworkRequest, Object, Repo},
};

pub static LINT: Lint =
    Lint::new(include_str!("multus-annotation-unknown-nad.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in repo.clusters.iter().filter(|cluster| !cluster.open) {
        for request in &cluster.requests {
            for asked in &request.asked {
                check_asked(repo, cluster, request, asked, cx);
            }
        }
    }
}

fn check_asked(
    repo: &Repo,
    cluster: &Cluster,
    request: &NetworkRequest,
    asked: &Asked,
    cx: &mut Cx,
) {
    let name = asked.name.text.as_str();
    let in_pods = said(&request.object);
    let Some(namespace) = asked.namespace.as_ref().map(|word| word.text.clone()).or(in_pods) else {
        return;
    };
    // Others may make it, an operator or a script among them.
    if repo.sets_namespaces() || repo.may_bring(&[name]) {
        return;
    }
    let is_it = |attachment: &&Attachment| attachment.object.name.text == name;
    let mut same = cluster.attachments.iter().filter(is_it).peekable();
    let (other, what) = if same.peek().is_some() {
        if same.clone().any(|it| said(&it.object).is_none_or(|of| of == namespace)) {
            return;
        }
        let Some(other) = same.next() else { return };
        let of = said(&other.object).unwrap_or_default();
        (other, format!("the network `{name}` is in `{of}`"))
    } else {
        let mut here =
            cluster.attachments.iter().filter(|it| said(&it.object).as_ref() == Some(&namespace));
        let near = here.find(|it| is_typo(name, &it.object.name.text));
        let Some(near) = near else { return };
        (near, format!("did you mean `{}`", near.object.name.text))
    };
    let message = format!("no network `{name}` in the namespace `{namespace}` is known");
    let diagnostic = cx.report(asked.name.span, message);
    diagnostic
        .label(other.object.name.span, what)
        .why(format!("Multus looks for it there, the namespace of the pod if none is named: the pod stays in ContainerCreating, with `cannot find a network-attachment-definition ({name}) in namespace ({namespace})`"))
        .assume(Confidence::Medium, "nothing outside of this repository makes a network of that name");
    if other.object.name.text == name {
        let of = said(&other.object).unwrap_or_default();
        diagnostic.fix(format!("`{of}/{name}`"));
    }
}

/// The namespace that the object itself names: one without may land in any.
fn said(object: &Object) -> Option<String> {
    match &object.namespace {
        Namespace::Set(entry) => entry.value.as_str().map(str::to_owned),
        Namespace::Absent | Namespace::Unknown => None,
    }
}

/// Dashes, two letters in each other's place, or one within the word that is
/// missing or too many. Names that differ by another letter or by a number may
/// be of a series.
fn is_typo(word: &str, name: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_', '.'], "");
    if plain(word) == plain(name) {
        return word != name;
    }
    let (word, name): (Vec<char>, Vec<char>) = (word.chars().collect(), name.chars().collect());
    let start = word.iter().zip(&name).take_while(|(a, b)| a == b).count();
    let end = word.iter().rev().zip(name.iter().rev()).take_while(|(a, b)| a == b).count();
    let letter = |c: Option<&char>| c.is_some_and(char::is_ascii_lowercase);
    match (word.len(), name.len()) {
        (a, b) if a.min(b) < 4 || start == 0 || end == 0 => false,
        (a, b) if a == b => {
            start + end + 2 == a
                && word[start] == name[start + 1]
                && word[start + 1] == name[start]
                && letter(word.get(start))
                && letter(name.get(start))
        }
        (a, b) if a + 1 == b => start + end >= a && letter(name.get(start)),
        (a, b) if b + 1 == a => start + end >= b && letter(word.get(start)),
        _ => false,
    }
}
