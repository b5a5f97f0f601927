//! The one integration test binary.

mod adoption;
mod clean;
mod cli;
mod containers;
mod delivery;
mod docs;
mod explain;
mod fixes;
mod flips;
#[path = "yaml/encode.rs"]
mod encode;
#[path = "yaml/generate.rs"]
mod generate;
#[path = "yaml/go.rs"]
mod go;
mod hcl;
#[path = "yaml/hostile.rs"]
mod hostile;
mod index;
#[path = "yaml/nested.rs"]
mod nested;
mod oracle;
mod positions;
mod referees;
mod releases;
mod reports;
mod repairs;
mod repos;
mod sarif;
mod schema;
mod tidy;
mod values;
