use crate::{
    lint::{Check, Cx, Lint},
    model::{File, State},
};

pub static LINT: Lint = Lint::new(include_str!("yaml-syntax.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    if file.state != State::Read {
        return;
    }
    // Of a configuration RKE2 parses the first document alone.
    let read = match file.is_configuration() {
        true => file.tree.first_document(),
        false => file.tree.span(),
    };
    for error in file.tree.errors.iter().filter(|error| read.contains(error.span)) {
        let diagnostic = cx.report(error.span, format!("this is not YAML: {}", error.message));
        if let Some(opener) = error.opener {
            diagnostic.label(opener, "still open");
        }
        diagnostic.why(match (file.is_configuration(), &error.printed) {
            (true, Some(printed)) => format!("RKE2 exits at start: \"{printed}\""),
            (true, None) => "RKE2 exits at start, with a line that begins \"yaml: \"".to_owned(),
            (false, _) => {
                "this document is never applied; of a manifest on a server RKE2 applies nothing at all".to_owned()
            }
        });
    }
}
