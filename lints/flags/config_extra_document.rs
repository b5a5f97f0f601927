use crate::{
    lint::{Check, Cx, Lint},
    model::File,
};

pub static LINT: Lint = Lint::new(include_str!("config-extra-document.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    if file.config.as_ref().is_none_or(|config| !config.placed) {
        return;
    }
    let mut others = file.tree.docs().skip(1).filter(|doc| !doc.is_null() && !doc.is_unknown());
    let first = file.tree.first_document();
    let broken = file.tree.errors.iter().find(|error| !first.contains(error.span));
    let place = match (others.next(), broken) {
        (Some(doc), _) => doc.entries().next().map_or(doc.span(), |entry| entry.key.span()),
        (None, Some(error)) => error.span,
        (None, None) => return,
    };
    cx.report(place, "this is a second document, and RKE2 reads the first one only")
        .text("ignored")
        .why("RKE2 starts without what stands behind the first `---`, and says nothing")
        .fix("move it into the first document, or into a file of `config.yaml.d`");
}
