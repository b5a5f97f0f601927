//! Other languages that carry YAML: bytes in; strings, objects and their
//! places out. No RKE2 here.

pub mod nix;
pub mod shell;
