use crate::{
    lint::{Check, Cx, Lint},
    model::{File, State, object},
    yaml::{Kind, Lookup, Node},
};

pub static LINT: Lint = Lint::new(include_str!("manifest-without-kind.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    let Some(manifest) = &file.manifest else { return };
    if file.state == State::Template || file.is_kustomization || !file.tree.errors.is_empty() {
        return;
    }
    for doc in file.tree.docs().filter(lacks_kind) {
        let message = "this document of a manifest has no `kind`";
        let diagnostic = cx.report(object::head(&doc), message);
        diagnostic
            .why("the server takes it for no object, and applies nothing of the file")
            .fix("say what it is, or keep it outside of the folder of manifests");
        super::weigh(diagnostic, manifest);
    }
}

fn lacks_kind(doc: &Node) -> bool {
    let absent = match doc.kind() {
        Kind::Map => matches!(doc.get("kind"), Lookup::Absent),
        Kind::Seq | Kind::Scalar => !doc.is_null(),
    };
    absent && !doc.is_unknown() && !doc.tree().is_open()
}
