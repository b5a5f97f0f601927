use crate::{
    lint::{Check, Cx, Lint},
    model::{Chart, File},
    yaml::Kind,
};

pub static LINT: Lint =
    Lint::new(include_str!("values-content-invalid-yaml.md"), Check::File(check));

const WHY: &str = "Kubernetes takes any string here; the job that installs the chart fails and is retried forever";

fn check(file: &File, cx: &mut Cx) {
    for chart in &file.charts {
        check_chart(chart, cx);
    }
}

fn check_chart(chart: &Chart, cx: &mut Cx) {
    let Some(content) = &chart.content else { return };
    if content.tree.template {
        return;
    }
    // Helm stops at the first, and what the parser says behind it may follow
    // from it.
    if let Some(error) = content.tree.errors.first() {
        let message = format!("the values of `{}` are not YAML: {}", chart.name(), error.message);
        let diagnostic = cx.report(error.span, message);
        diagnostic.why(WHY);
        if let Some(opener) = error.opener {
            diagnostic.label(opener, "still open");
        }
        return;
    }
    let Some(doc) = content.tree.docs().next() else { return };
    if doc.kind() == Kind::Map || doc.is_null() || doc.is_unknown() {
        return;
    }
    let message = format!("the values of `{}` are not a mapping", chart.name());
    cx.report(doc.span(), message).why(WHY);
}
