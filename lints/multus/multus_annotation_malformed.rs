use crate::{
    lint::{Check, Cx, Lint},
    model::File,
};

pub static LINT: Lint =
    Lint::new(include_str!("multus-annotation-malformed.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    for request in &file.requests {
        for refusal in &request.refusals {
            let diagnostic = cx.report(refusal.span, refusal.message.as_str());
            diagnostic.why(refusal.outcome("the pod"));
            diagnostic.fix("`[namespace/]name[@interface]` with commas between, of lower case letters, digits and `-`; or a list in JSON");
        }
    }
}
