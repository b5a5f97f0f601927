use super::parts;
use crate::{
    lint::{Check, Cx, Lint},
    model::{File, Lost},
};

pub static LINT: Lint =
    Lint::new(include_str!("manifest-extension-ignored.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    let Some(stray) = file.stray.filter(|stray| stray.kind == Lost::ManifestEnding) else { return };
    let (_, name) = parts(file);
    let message =
        format!("`{name}` is never applied: manifests end with `.yaml`, `.yml` or `.json`");
    let new = format!("{}.yaml", name.split('.').next().unwrap_or(name));
    cx.report(stray.head, message)
        .why("servers pass over the other files of the folder, and log nothing of it")
        .fix(format!("call it `{new}`"))
        .repair(super::rename(file, name, &new));
}
