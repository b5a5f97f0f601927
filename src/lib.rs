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
//! | `facts`  |                                                                   |
//! | `config` | `text` `diag` `yaml` `facts`                                      |
//! | `model`  | `text` `yaml` `facts` `config`                                    |
//! | `lint`   | `text` `diag` `yaml` `facts` `model`                              |
//! | `lints`  | `text` `diag` `yaml` `facts` `model` `lint`                       |
//! | `engine` | `text` `diag` `yaml` `facts` `config` `model` `lint` `lints`      |
//! | `report` | `text` `diag` `engine` `lint`                                     |
//! | `cli`    | `config` `diag` `engine` `facts` `lint` `lints` `report` `text`   |

pub mod diag;
pub mod text;
pub mod yaml;
