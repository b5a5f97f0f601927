use crate::{
    lint::{Check, Cx, Lint},
    model::File,
    yaml::is_placeholder,
};

pub static LINT: Lint = Lint::new(include_str!("nad-config-invalid-json.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    for attachment in &file.attachments {
        let Some(config) = &attachment.config else { continue };
        let text = config.entry.value.raw().unwrap_or("");
        if text.trim().is_empty() || is_placeholder(text) {
            continue;
        }
        for error in &config.tree.errors {
            let name = &attachment.object.name.text;
            cx.report(
                error.span,
                format!("the configuration of `{name}` is not JSON: {}", error.message),
            )
            .why("Multus reads it when a pod attaches: the pod stays in ContainerCreating");
        }
    }
}
