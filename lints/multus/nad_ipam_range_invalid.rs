use crate::{
    lint::{Check, Cx, Lint},
    model::File,
};

pub static LINT: Lint = Lint::new(include_str!("nad-ipam-range-invalid.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    for attachment in &file.attachments {
        for ipam in attachment.ipams() {
            for refusal in &ipam.refusals {
                let (kind, printed) = (&ipam.kind.text, &refusal.printed);
                cx.report(refusal.span, format!("{kind}: {}", refusal.message)).why(format!(
                    "`{kind}` refuses it, and each pod of `{}` stays in ContainerCreating; the error has `{printed}`",
                    attachment.object.name.text
                ));
            }
        }
    }
}
