//! What a rule says: a message, its places, and why it matters.
//!
//! Nothing here prints; see `report`.

use crate::text::{Change, Edit, Span};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    Note,
    Warning,
    Error,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    pub fn parse(text: &str) -> Option<Level> {
        [Level::Note, Level::Warning, Level::Error].into_iter().find(|level| level.name() == text)
    }
}

/// How sure a finding is. It is below `High` where it rests on an assumption,
/// and then a note says which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }

    pub fn parse(text: &str) -> Option<Confidence> {
        let all = [Confidence::Low, Confidence::Medium, Confidence::High];
        all.into_iter().find(|confidence| confidence.name() == text)
    }
}

/// A place with what is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    pub span: Span,
    /// A clause; may be empty for the primary place.
    pub text: String,
}

/// Whether a fix may be made without a look at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Safety {
    /// It changes what the finding is about and nothing else.
    Safe,
    /// It is one of several answers, or changes what a cluster does.
    Unsafe,
}

impl Safety {
    pub fn name(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }

    pub fn parse(text: &str) -> Option<Safety> {
        [Safety::Safe, Safety::Unsafe].into_iter().find(|safety| safety.name() == text)
    }
}

/// Changes that belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as a command to whoever reads it.
    pub title: String,
    pub safety: Safety,
    /// They don't overlap.
    pub edits: Vec<Edit>,
    /// Files that are made or get another name.
    pub files: Vec<Change>,
}

impl Fix {
    pub fn safe<C: Into<Change>>(
        title: impl Into<String>,
        changes: impl IntoIterator<Item = C>,
    ) -> Fix {
        Fix::new(title, Safety::Safe, changes)
    }

    pub fn unsure<C: Into<Change>>(
        title: impl Into<String>,
        changes: impl IntoIterator<Item = C>,
    ) -> Fix {
        Fix::new(title, Safety::Unsafe, changes)
    }

    pub fn new<C: Into<Change>>(
        title: impl Into<String>,
        safety: Safety,
        changes: impl IntoIterator<Item = C>,
    ) -> Fix {
        let (mut edits, mut files) = (Vec::new(), Vec::new());
        for change in changes {
            match change.into() {
                Change::Edit(edit) => edits.push(edit),
                file => files.push(file),
            }
        }
        Fix { title: title.into(), safety, edits, files }
    }

    /// It changes nothing.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.files.is_empty()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The rule's id.
    pub rule: &'static str,
    pub level: Level,
    pub confidence: Confidence,
    /// One line that stands alone, without a full stop.
    pub message: String,
    pub primary: Label,
    /// Other places that take part, in any file.
    pub related: Vec<Label>,
    /// What RKE2 does then, and on which releases.
    pub why: Vec<String>,
    /// What to write instead, in words.
    pub fix: Vec<String>,
    /// What to write instead, as edits; each is an answer by itself.
    pub fixes: Vec<Fix>,
    /// Assumptions and further facts.
    pub notes: Vec<String>,
}

impl Diagnostic {
    pub fn text(&mut self, text: impl Into<String>) -> &mut Diagnostic {
        self.primary.text = text.into();
        self
    }

    /// Adds a related place; one that is already labelled is left as it is.
    pub fn label(&mut self, span: Span, text: impl Into<String>) -> &mut Diagnostic {
        if span != self.primary.span && self.related.iter().all(|label| label.span != span) {
            self.related.push(Label { span, text: text.into() });
        }
        self
    }

    pub fn why(&mut self, text: impl Into<String>) -> &mut Diagnostic {
        self.why.push(text.into());
        self
    }

    pub fn fix(&mut self, text: impl Into<String>) -> &mut Diagnostic {
        self.fix.push(text.into());
        self
    }

    /// Offers a fix; one without changes can't be made.
    pub fn repair(&mut self, fix: Fix) -> &mut Diagnostic {
        if !fix.is_empty() {
            self.fixes.push(fix);
        }
        self
    }

    pub fn note(&mut self, text: impl Into<String>) -> &mut Diagnostic {
        self.notes.push(text.into());
        self
    }

    pub fn level(&mut self, level: Level) -> &mut Diagnostic {
        self.level = level;
        self
    }

    /// The finding rests on an assumption, which `note` names.
    pub fn assume(&mut self, confidence: Confidence, note: impl Into<String>) -> &mut Diagnostic {
        self.confidence = self.confidence.min(confidence);
        self.note(note)
    }

    /// All places, the primary first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        std::iter::once(&self.primary).chain(&self.related)
    }
}
