use crate::{
    lint::{Check, Cx, Lint},
    model::File,
};

pub static LINT: Lint = Lint::new(include_str!("nad-config-invalid-json.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    for attachment in &file.attachments {
        let pods = format!("each pod of `{}`", attachment.object.name.text);
        for refusal in &attachment.refusals {
            cx.report(refusal.span, refusal.message.as_str()).why(refusal.outcome(&pods));
        }
    }
}
