//! Whether a condition over a chart's values holds in a cluster, as Go's
//! templates weigh it: yes, no, or nobody knows.
//!
//! What is compared with a thing of another kind is an error to Go, and
//! unknown here.

use super::{ChartValue, Cluster};
use crate::{
    facts::{
        Releases,
        chart_fails::{Expr, Function},
        chart_values,
    },
    yaml::{Entry, Kind, Lookup, Node, Scalar},
};

/// A value that takes part in what a condition comes to.
#[derive(Clone, Debug)]
pub struct Part {
    /// Keys with dots between them.
    pub path: String,
    /// The user's; else the chart's default counts.
    pub entry: Option<Entry>,
    /// As it is written; `None` for maps and lists.
    pub text: Option<String>,
}

/// What Go has of a value of YAML.
#[derive(Clone, PartialEq, Debug)]
enum Go {
    Nil,
    Bool(bool),
    Number(f64),
    Text(String),
    Map { empty: bool },
    List { empty: bool },
}

/// Nothing is known of it, or this, by these values.
type Weighed = (Option<Go>, Vec<Part>);

/// An entry of a map or an item of a list.
enum Item {
    /// Of the values, below a path; the chart itself may have it.
    Path {
        path: Vec<String>,
        own: bool,
    },
    Node(Node),
}

impl Cluster {
    /// The values by which a condition holds with the chart of a release;
    /// `None` if it does not, or nobody knows.
    pub fn holds(&self, chart: &str, condition: &Expr, release: &Releases) -> Option<Vec<Part>> {
        let mut scope = Scope { cluster: self, chart, release, items: Vec::new() };
        let (value, parts) = scope.weigh(condition);
        value?.is_true().then_some(parts)
    }
}

struct Scope<'a> {
    cluster: &'a Cluster,
    chart: &'a str,
    release: &'a Releases,
    /// Of the `any` around, the innermost last.
    items: Vec<Item>,
}

impl Scope<'_> {
    fn weigh(&mut self, expr: &Expr) -> Weighed {
        match expr {
            Expr::Path(path) => self.read(path, true),
            Expr::Entry(up, path) => self.read_entry(*up, path),
            Expr::Key(up) => (self.key(*up).map(Go::Text), Vec::new()),
            Expr::Text(text) => (Some(Go::Text((*text).to_owned())), Vec::new()),
            Expr::Number(number) => (Some(Go::Number(*number)), Vec::new()),
            Expr::Bool(value) => (Some(Go::Bool(*value)), Vec::new()),
            Expr::Any { of, names, such } => self.any(of, names, such),
            Expr::Call(Function::And, all) => {
                let weighed = all.iter().map(|one| self.weigh(one)).collect();
                decided(weighed, false)
            }
            Expr::Call(Function::Or, all) => {
                let weighed = all.iter().map(|one| self.weigh(one)).collect();
                decided(weighed, true)
            }
            Expr::Call(function, arguments) => {
                let weighed = arguments.iter().map(|one| self.weigh(one));
                let (values, parts): (Vec<_>, Vec<_>) = weighed.unzip();
                let values: Option<Vec<Go>> = values.into_iter().collect();
                (values.and_then(|values| call(*function, &values)), parts.concat())
            }
        }
    }

    /// A value of the chart. Nothing is said of one below a scalar, or below
    /// what a null takes away.
    fn read(&self, path: &[&str], own: bool) -> Weighed {
        let value = |path: &[&str]| self.cluster.value(self.chart, path);
        for end in 1..path.len() {
            match value(&path[..end]) {
                ChartValue::Set(entry) if entry.value.kind() == Kind::Map => {}
                ChartValue::Set(_) | ChartValue::Unknown => return (None, Vec::new()),
                ChartValue::Default(_) => break,
            }
        }
        let name = path.join(".");
        match value(path) {
            ChartValue::Set(entry) => {
                let text = entry.value.as_str().map(str::to_owned);
                (Go::of(&entry.value), vec![Part { path: name, entry: Some(entry), text }])
            }
            ChartValue::Default(_) if own => {
                let json = self.given(&name);
                let text = json.map(|json| chart_values::text(json).unwrap_or(json).to_owned());
                (json.and_then(Go::of_json), vec![Part { path: name, entry: None, text }])
            }
            ChartValue::Default(_) => (Some(Go::Nil), Vec::new()),
            ChartValue::Unknown => (None, Vec::new()),
        }
    }

    /// What the chart has, in JSON, if the releases agree.
    fn given(&self, path: &str) -> Option<&'static str> {
        let given = |release| chart_values::given(self.chart, path, release);
        let mut all = self.release.iter().map(given);
        let first = all.next()?;
        first.filter(|_| all.all(|next| next == first))
    }

    fn item(&self, up: usize) -> Option<&Item> {
        self.items.iter().rev().nth(up)
    }

    fn key(&self, up: usize) -> Option<String> {
        match self.item(up)? {
            Item::Path { path, .. } => path.last().cloned(),
            Item::Node(_) => None,
        }
    }

    fn read_entry(&self, up: usize, below: &[&str]) -> Weighed {
        match self.item(up) {
            Some(Item::Path { path, own }) => {
                let whole: Vec<&str> =
                    path.iter().map(String::as_str).chain(below.iter().copied()).collect();
                self.read(&whole, *own)
            }
            Some(Item::Node(node)) if below.is_empty() => (Go::of(node), Vec::new()),
            Some(Item::Node(node)) => match node.at(below) {
                Lookup::Found(entry) => (Go::of(&entry.value), Vec::new()),
                Lookup::Absent => (Some(Go::Nil), Vec::new()),
                Lookup::Unknown => (None, Vec::new()),
            },
            None => (None, Vec::new()),
        }
    }

    fn any(&mut self, of: &[&str], names: &[&'static str], such: &Expr) -> Weighed {
        let path = |name: &str| of.iter().map(|key| (*key).to_owned()).chain([name.to_owned()]);
        let item =
            |name: &str| Item::Path { path: path(name).collect(), own: names.contains(&name) };
        let mut known = true;
        // Each with its place, if it is the user's.
        let items: Vec<(Item, Option<Entry>)> = match self.cluster.value(self.chart, of) {
            ChartValue::Set(list) if list.value.kind() == Kind::Seq => {
                let place = |value: &Node| Entry { key: list.key.clone(), value: value.clone() };
                let items = list.value.items();
                items.map(|node| (Item::Node(node.clone()), Some(place(&node)))).collect()
            }
            ChartValue::Set(map) if map.value.kind() == Kind::Map => {
                // No key is empty: whether there may be more than those seen.
                known = matches!(map.value.get(""), Lookup::Absent);
                let entries: Vec<Entry> = map.value.entries().collect();
                let mut keys: Vec<&str> = entries.iter().filter_map(|it| it.key.as_str()).collect();
                keys.extend(names);
                keys.sort_unstable();
                keys.dedup();
                keys.into_iter().map(|key| (item(key), map.value.get(key).found())).collect()
            }
            ChartValue::Default(_) => names.iter().map(|name| (item(name), None)).collect(),
            ChartValue::Set(_) | ChartValue::Unknown => return (None, Vec::new()),
        };
        let mut weighed = Vec::new();
        for (item, entry) in items {
            self.items.push(item);
            let (value, mut parts) = self.weigh(such);
            self.items.pop();
            if entry.is_some() && parts.iter().all(|part| part.entry.is_none()) {
                parts.push(Part { path: of.join("."), entry, text: None });
            }
            weighed.push((value, parts));
        }
        if !known {
            weighed.push((None, Vec::new()));
        }
        decided(weighed, true)
    }
}

/// Of `and` and `or`: what one of them decides, or all together.
fn decided(weighed: Vec<Weighed>, decides: bool) -> Weighed {
    let is = |value: &Option<Go>, it| value.as_ref().is_some_and(|value| value.is_true() == it);
    if weighed.iter().any(|(value, _)| is(value, decides)) {
        let deciding = weighed.into_iter().filter(|(value, _)| is(value, decides));
        return (Some(Go::Bool(decides)), deciding.flat_map(|(_, parts)| parts).collect());
    }
    let known = weighed.iter().all(|(value, _)| value.is_some());
    let parts = weighed.into_iter().flat_map(|(_, parts)| parts).collect();
    (known.then_some(Go::Bool(!decides)), parts)
}

fn call(function: Function, values: &[Go]) -> Option<Go> {
    let number = |value: &Go| match value {
        Go::Number(number) => Some(*number),
        _ => None,
    };
    let text = |value: &Go| match value {
        Go::Text(text) => Some(text.clone()),
        _ => None,
    };
    let ordered = |such: fn(&f64, &f64) -> bool| match values {
        [a, b] => Some(Go::Bool(such(&number(a)?, &number(b)?))),
        _ => None,
    };
    let first = values.first()?;
    Some(match function {
        // Of these the caller takes care.
        Function::And | Function::Or => return None,
        Function::Not | Function::Empty => Go::Bool(!first.is_true()),
        Function::Eq => Go::Bool(first.equals(values.get(1)?)?),
        Function::Ne => Go::Bool(!first.equals(values.get(1)?)?),
        Function::Lt => return ordered(f64::lt),
        Function::Le => return ordered(f64::le),
        Function::Gt => return ordered(f64::gt),
        Function::Ge => return ordered(f64::ge),
        Function::Has => {
            // Unlike `eq`, it takes things of all kinds.
            Go::Bool(values[1..].contains(first))
        }
        Function::HasKey => Go::Bool(*first != Go::Nil),
        Function::KindIs => Go::Bool(text(first)? == values.get(1)?.kind()),
        Function::Default => match values.get(1)? {
            value if value.is_true() => value.clone(),
            _ => first.clone(),
        },
        Function::ToString => Go::Text(first.print()?),
        Function::Int => Go::Number(first.int()?),
        Function::Len => Go::Number(text(first)?.len() as f64),
        Function::Contains => Go::Bool(text(values.get(1)?)?.contains(&text(first)?)),
        Function::HasPrefix => Go::Bool(text(values.get(1)?)?.starts_with(&text(first)?)),
        Function::IsLabel => Go::Bool(is_label(&text(first)?)),
    })
}

fn is_label(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.chars().all(|c| plain(c) || c == '-') && text.starts_with(plain) && text.ends_with(plain)
}

impl Go {
    /// `None` if it isn't known, or merges with what the chart has.
    fn of(node: &Node) -> Option<Go> {
        if node.is_unknown() {
            return None;
        }
        match node.kind() {
            Kind::Seq => Some(Go::List { empty: node.items().next().is_none() }),
            Kind::Map => {
                let mut entries = node.entries();
                let says =
                    |entry: Entry| entry.key.as_str() != Some("<<") && !entry.value.is_null();
                entries.any(says).then_some(Go::Map { empty: false })
            }
            Kind::Scalar => Some(match node.scalar()? {
                Scalar::Null => Go::Nil,
                Scalar::Bool(value) => Go::Bool(value),
                Scalar::Int(value) => Go::Number(value as f64),
                Scalar::Float(value) => Go::Number(value),
                Scalar::Text => Go::Text(node.as_str()?.to_owned()),
            }),
        }
    }

    fn of_json(json: &str) -> Option<Go> {
        Some(match json {
            "null" => Go::Nil,
            "true" | "false" => Go::Bool(json == "true"),
            _ if json.starts_with('{') => Go::Map { empty: json == "{}" },
            _ if json.starts_with('[') => Go::List { empty: json == "[]" },
            _ => match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(text) if text.contains('\\') => return None,
                Some(text) => Go::Text(text.to_owned()),
                None => Go::Number(json.parse().ok()?),
            },
        })
    }

    fn is_true(&self) -> bool {
        match self {
            Go::Nil => false,
            Go::Bool(value) => *value,
            Go::Number(number) => *number != 0.0,
            Go::Text(text) => !text.is_empty(),
            Go::Map { empty } | Go::List { empty } => !empty,
        }
    }

    /// `eq`: nothing is equal to what is of another kind, but to ask is an
    /// error, except of nil.
    fn equals(&self, other: &Go) -> Option<bool> {
        match (self, other) {
            (Go::Nil, _) | (_, Go::Nil) => Some(self == other),
            (Go::Bool(a), Go::Bool(b)) => Some(a == b),
            (Go::Number(a), Go::Number(b)) => Some(a == b),
            (Go::Text(a), Go::Text(b)) => Some(a == b),
            _ => None,
        }
    }

    /// Sprig's names of kinds.
    fn kind(&self) -> &'static str {
        match self {
            Go::Nil => "invalid",
            Go::Bool(_) => "bool",
            Go::Number(_) => "float64",
            Go::Text(_) => "string",
            Go::Map { .. } => "map",
            Go::List { .. } => "slice",
        }
    }

    fn print(&self) -> Option<String> {
        match self {
            Go::Nil => Some("<nil>".to_owned()),
            Go::Bool(value) => Some(value.to_string()),
            Go::Number(number) => Some(number.to_string()),
            Go::Text(text) => Some(text.clone()),
            Go::Map { .. } | Go::List { .. } => None,
        }
    }

    /// Sprig's `int`. Nothing is said of texts that are no plain number.
    fn int(&self) -> Option<f64> {
        match self {
            Go::Nil => Some(0.0),
            Go::Bool(value) => Some(f64::from(*value)),
            Go::Number(number) => Some(number.trunc()),
            Go::Text(text) if text.is_empty() => Some(0.0),
            Go::Text(text) if text.len() > 1 && text.starts_with('0') => None,
            Go::Text(text) => text.parse::<i64>().ok().map(|number| number as f64),
            Go::Map { .. } | Go::List { .. } => None,
        }
    }
}
