use crate::{
    lint::{Check, Cx, Lint},
    model::File,
};

pub static LINT: Lint = Lint::new(include_str!("nad-ipam-range-invalid.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    for attachment in &file.attachments {
        for ipam in attachment.ipams() {
            for refusal in &ipam.refusals {
                let pods = format!("each pod of `{}`", attachment.object.name.text);
                cx.report(refusal.span, format!("{}: {}", ipam.kind.text, refusal.message))
                    .why(refusal.outcome(&pods));
            }
        }
    }
}
