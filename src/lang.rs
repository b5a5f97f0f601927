//! Other languages that carry YAML: bytes in; strings, objects and their
//! places out. No RKE2 here.

pub mod docs;
pub mod hcl;
pub mod nix;
pub mod ruby;
pub mod shell;
