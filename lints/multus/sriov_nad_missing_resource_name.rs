use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{
        File,
        attach::{RESOURCE, field},
    },
    yaml::Lookup,
};

pub static LINT: Lint =
    Lint::new(include_str!("sriov-nad-missing-resource-name.md"), Check::File(check));

const WHY: &str = "Multus gives the plugin no device, and pods stay in ContainerCreating: `VF pci addr is required`";
const NOTE: &str = "no pod names its device itself, by `deviceID`";

fn check(file: &File, cx: &mut Cx) {
    for attachment in &file.attachments {
        let Some(plugin) = attachment.plugins().find(|plugin| plugin.is("sriov")) else { continue };
        let Some(kind) = &plugin.kind else { continue };
        if !matches!(field(&plugin.node, "deviceID"), Lookup::Absent) {
            continue;
        }
        let name = &attachment.object.name.text;
        match attachment.resource() {
            Lookup::Absent => {
                let message =
                    format!("`{name}` is of SR-IOV, and no annotation names its resource");
                cx.report(kind.span, message)
                    .why(WHY)
                    .fix(format!("annotate it with `{RESOURCE}: PREFIX/NAME`, as the device plugin calls the resource"))
                    .assume(Confidence::Medium, NOTE);
            }
            Lookup::Found(entry) => {
                let Some(text) = entry.value.as_str().filter(|text| !text.contains('/')) else {
                    continue;
                };
                let message = format!("`{text}` is no name of a resource: it has no prefix");
                cx.report(entry.value.span(), message)
                    .label(kind.span, "a network of SR-IOV")
                    .why(WHY)
                    .fix("`PREFIX/NAME`, as the node lists it under `allocatable`")
                    .assume(Confidence::Medium, NOTE);
            }
            Lookup::Unknown => {}
        }
    }
}
