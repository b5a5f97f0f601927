use crate::{
    diag::Level,
    lint::{Check, Cx, Lint},
    model::{Asked, Cluster, request::is_label},
};

pub static LINT: Lint = Lint::new(include_str!("nad-name-not-dns-label.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for attachment in &cluster.attachments {
        let name = &attachment.object.name;
        if name.text.is_empty() || is_label(&name.text) {
            continue;
        }
        if !name.text.split('.').all(is_label) {
            cx.report(name.span, format!("`{}` is no name that an object may have", name.text))
                .level(Level::Error)
                .why("the API server refuses the object: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters`")
                .fix("lower case letters, digits and `-`");
            continue;
        }
        let asked: Vec<&Asked> = cluster
            .requests
            .iter()
            .flat_map(|request| &request.asked)
            .filter(|asked| asked.name.text == name.text)
            .collect();
        // Who writes JSON knows.
        if asked.iter().any(|asked| !asked.short) && !asked.iter().any(|asked| asked.short) {
            continue;
        }
        let message = format!("`{}` can't be named in the short form of annotations", name.text);
        let diagnostic = cx.report(name.span, message);
        if asked.is_empty() {
            diagnostic.level(Level::Note);
        }
        for asked in &asked {
            diagnostic.label(asked.name.span, "the short form");
        }
        diagnostic
            .why(format!("with a dot in it Multus takes it in JSON only: `mismatch @ '{}'`, and the pod stays in ContainerCreating", name.text))
            .fix("`-` in place of the dots");
    }
}
