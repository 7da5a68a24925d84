//! YAML as a tree in which everything knows its place.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::problem::Place;

/// What stands at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Nothing,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// A name in a map and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub(super) place: Place,
    pub(super) name: String,
}

impl Value {
    /// Names what it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Bool(_) => "yes or no",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "fields",
        }
    }
}

/// Reads a document. The error is the parser's, without the lines that it would quote.
pub(super) fn read(text: &str) -> Result<Node, (Place, String)> {
    serde_saphyr::from_str::<Node>(text).map_err(|error| {
        let place = error.location().map_or(Place::START, |at| Place { line: at.line(), column: at.column() });
        let told = error.without_snippet().to_string();
        let first = told.lines().next().unwrap_or("this is not YAML");
        let problem = first.split_once(" at line ").map_or(first, |(problem, _)| problem).trim_end_matches('.');
        (place, problem.split_once(", set DuplicateKeyPolicy").map_or(problem, |(problem, _)| problem).to_owned())
    })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self { place: Place { line: referenced.line(), column: referenced.column() }, value })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self { place: Place { line: referenced.line(), column: referenced.column() }, name: value })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            list.push(entry);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Value::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_knows_its_place() {
        let tree = read("a: 1\nb:\n  - x y\n  - yes\nc:\n").unwrap();
        let Value::Map(fields) = tree.value else { panic!("a map was written") };
        let told: Vec<_> = fields.iter().map(|(key, node)| (key.name.as_str(), key.place.line, node.value.kind())).collect();
        assert_eq!(told, [("a", 1, "a number"), ("b", 2, "a list"), ("c", 5, "nothing")]);
        let Value::List(entries) = &fields[1].1.value else { panic!("a list was written") };
        assert_eq!(entries[0], Node { place: Place { line: 3, column: 5 }, value: Value::Text("x y".to_owned()) });
        assert_eq!(entries[1].value, Value::Bool(true));
    }

    #[test]
    fn mistakes_of_form_have_a_place_and_quote_nothing() {
        let check = |text: &str, line: u64, expect: &str| {
            let (place, problem) = read(text).unwrap_err();
            assert_eq!((place.line, problem.as_str()), (line, expect), "{text:?}");
        };
        check("a: 1\na: 2\n", 2, "duplicate mapping key: a");
        check("a: 1\n b: 2\n", 2, "mapping values are not allowed in this context");
        check("a: b\n---\nc: d\n", 3, "multiple YAML documents detected; use from_str_multiple or from_str_multiple_with_options");
    }
}
