use crate::{
    lint::{Check, Cx, Lint},
    model::{File, State},
};

pub static LINT: Lint = Lint::new(include_str!("yaml-syntax.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    if file.state != State::Read {
        return;
    }
    for error in &file.tree.errors {
        let diagnostic = cx.report(error.span, format!("this is not YAML: {}", error.message));
        if let Some(opener) = error.opener {
            diagnostic.label(opener, "still open");
        }
        diagnostic.why(match &file.config {
            Some(_) => "RKE2 exits at start if a configuration file doesn't parse",
            None => "a manifest is parsed whole before anything of it is applied, so nothing of this file is",
        });
    }
}
