use crate::{
    diag::Fix,
    facts::helm,
    lint::{Check, Cx, Lint},
    model::{File, Object},
    text::Edit,
};

pub static LINT: Lint =
    Lint::new(include_str!("helmchartconfig-wrong-api-version.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    file.misnamed.iter().for_each(|object| report(object, cx));
}

fn report(object: &Object, cx: &mut Cx) {
    let (kind, api) = (&object.kind, &object.api_version);
    let (span, message) = match object.node.get("apiVersion").found() {
        Some(entry) => (entry.value.span(), format!("`{api}` has no {kind}")),
        None => (object.name.span, format!("this {kind} has no `apiVersion`")),
    };
    let title = format!("write `{}`", helm::API);
    cx.report(span, message)
        .why("there is no such kind: the object is never created, and a server that finds it in its manifests tries again every 15 seconds")
        .fix(format!("`apiVersion: {}`", helm::API))
        .repair(Fix::safe(title, vec![Edit::new(span, api, helm::API)]));
}
