//! The layers of confinement that a kernel may lack, and what it means when it does.

use serde::{Deserialize, Serialize};

/// A layer that a kernel may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layer {
    /// Landlock: no file, no port, no socket or process outside.
    Landlock,
    /// The seccomp filter: a short list of system calls.
    Seccomp,
}

impl Layer {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Landlock, Self::Seccomp];

    /// Its name, as the configuration has it under `may_lack`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
        }
    }

    /// The layer of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.as_str() == name)
    }

    /// What is left of the cage without it.
    #[must_use]
    pub fn without(self) -> &'static str {
        match self {
            Self::Landlock => "files are then kept from readers by seccomp alone",
            Self::Seccomp => {
                "a file that takes a reader over could then use the network and start what programs Landlock leaves it"
            }
        }
    }
}

/// A layer that this kernel lacks, and how it says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// The layer.
    pub layer: Layer,
    /// Why it is not there, and what would bring it.
    pub why: String,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}: {} ({})", self.layer.as_str(), self.why, self.layer.without())
    }
}

/// How far a reader is confined.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confinement {
    /// What this kernel lacks; empty when all layers hold.
    pub lacks: Vec<Lack>,
    /// The version of Landlock, where it is too old for ports (4), for sockets and signals (6): these are kept away by seccomp.
    pub landlock: Option<String>,
}

impl Confinement {
    /// What is lacking and not accepted; a reader that lacks it reads nothing.
    #[must_use]
    pub fn not_accepted(&self, may_lack: &[Layer]) -> Vec<&Lack> {
        self.lacks.iter().filter(|lack| !may_lack.contains(&lack.layer)).collect()
    }
}
