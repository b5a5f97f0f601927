//! A linter for the network configuration of RKE2 clusters.
//!
//! Modules are listed in reading order, which is also the order of the data:
//! bytes become trees, trees become a model, rules read the model, reports
//! print what the rules say. A module imports only what its row allows;
//! `testdata/tidy.rs` checks every `use`.
//!
//! | module   | may import                                                        |
//! |----------|-------------------------------------------------------------------|
//! | `text`   |                                                                   |
//! | `diag`   | `text`                                                            |
//! | `yaml`   | `text`                                                            |
//! | `lang`   | `text` `yaml`                                                     |
//! | `facts`  |                                                                   |
//! | `config` | `text` `diag` `yaml` `facts`                                      |
//! | `model`  | `text` `yaml` `lang` `facts` `config`                             |
//! | `lint`   | `text` `diag` `yaml` `facts` `model`                              |
//! | `lints`  | `text` `diag` `yaml` `facts` `model` `lint`                       |
//! | `engine` | `text` `diag` `yaml` `facts` `config` `model` `lint` `lints`      |
//! | `report` | `text` `diag` `facts` `config` `model` `lint` `lints` `engine`    |
//! | `cli`    | `text` `diag` `facts` `config` `model` `lint` `lints` `engine` `report` |

pub mod text;
pub mod diag;
pub mod yaml;
pub mod lang;
pub mod facts;
pub mod config;
pub mod model;
pub mod lint;
// Rules live beside their pages, outside of `src`: policy there, machine here.
#[path = "../lints/mod.rs"]
pub mod lints;
pub mod engine;
pub mod report;
pub mod cli;
