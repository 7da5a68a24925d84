use std::collections::HashMap;

use serde_json::Value;

/// A place in the list of types: types may hold themselves.
pub(super) type Id = usize;

/// What a value is, as far as it makes a difference to reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Integer,
    Float,
    Double,
    Bytes,
    String,
    /// Days since 1970.
    Date,
    /// Units since 1970, of which a second has so many.
    Timestamp(i64),
    Fixed(u64),
    /// A number of bytes with so many digits behind its point; `None` where its length stands before it.
    Decimal(Option<u64>, u32),
    Enum(Vec<String>),
    Array(Id),
    Map(Id),
    Union(Vec<Id>),
    Record(Vec<(String, Id)>),
}

/// The types of a file.
pub(super) struct Schema {
    types: Vec<Type>,
    root: Id,
}

impl Schema {
    /// Reads a schema; `None` where it is none.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(json).ok()?;
        let mut parser = Parser { types: Vec::new(), named: HashMap::new() };
        let root = parser.parse(&json, "")?;
        Some(Self { types: parser.types, root })
    }

    pub(super) fn root(&self) -> Id {
        self.root
    }

    pub(super) fn get(&self, id: Id) -> &Type {
        &self.types[id]
    }
}

struct Parser {
    types: Vec<Type>,
    named: HashMap<String, Id>,
}

impl Parser {
    fn add(&mut self, kind: Type) -> Id {
        self.types.push(kind);
        self.types.len() - 1
    }

    fn parse(&mut self, json: &Value, namespace: &str) -> Option<Id> {
        match json {
            Value::String(name) => self.by_name(name, namespace),
            Value::Array(variants) => {
                let variants = variants.iter().map(|variant| self.parse(variant, namespace)).collect::<Option<_>>()?;
                Some(self.add(Type::Union(variants)))
            }
            Value::Object(_) => self.object(json, namespace),
            _ => None,
        }
    }

    fn by_name(&mut self, name: &str, namespace: &str) -> Option<Id> {
        if let Some(primitive) = primitive(name, &Value::Null) {
            return Some(self.add(primitive));
        }
        self.named.get(&full_name(name, namespace)).or_else(|| self.named.get(name)).copied()
    }

    fn object(&mut self, json: &Value, namespace: &str) -> Option<Id> {
        let kind = &json["type"];
        let Some(name) = kind.as_str() else { return self.parse(kind, namespace) };
        match name {
            "record" | "error" => {
                let (id, namespace) = self.declare(json, namespace)?;
                let mut fields = Vec::new();
                for field in json["fields"].as_array()? {
                    fields.push((field["name"].as_str()?.to_owned(), self.parse(&field["type"], &namespace)?));
                }
                self.types[id] = Type::Record(fields);
                Some(id)
            }
            "enum" => {
                let (id, _) = self.declare(json, namespace)?;
                let symbols = json["symbols"].as_array()?.iter().map(|symbol| Some(symbol.as_str()?.to_owned()));
                self.types[id] = Type::Enum(symbols.collect::<Option<_>>()?);
                Some(id)
            }
            "fixed" => {
                let (id, _) = self.declare(json, namespace)?;
                let size = json["size"].as_u64()?;
                self.types[id] = if json["logicalType"] == "decimal" { Type::Decimal(Some(size), scale(json)) } else { Type::Fixed(size) };
                Some(id)
            }
            "array" => {
                let items = self.parse(&json["items"], namespace)?;
                Some(self.add(Type::Array(items)))
            }
            "map" => {
                let values = self.parse(&json["values"], namespace)?;
                Some(self.add(Type::Map(values)))
            }
            name => match primitive(name, json) {
                Some(primitive) => Some(self.add(primitive)),
                None => self.by_name(name, namespace),
            },
        }
    }

    /// Gives a named type its place before it is known what it holds, since it may hold itself.
    fn declare(&mut self, json: &Value, namespace: &str) -> Option<(Id, String)> {
        let namespace = json["namespace"].as_str().unwrap_or(namespace);
        let name = full_name(json["name"].as_str()?, namespace);
        let id = self.add(Type::Null);
        let namespace = name.rsplit_once('.').map_or("", |(namespace, _)| namespace).to_owned();
        self.named.insert(name, id);
        Some((id, namespace))
    }
}

fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}

fn scale(json: &Value) -> u32 {
    json["scale"].as_u64().and_then(|scale| u32::try_from(scale).ok()).unwrap_or(0)
}

fn primitive(name: &str, json: &Value) -> Option<Type> {
    Some(match (name, json["logicalType"].as_str().unwrap_or_default()) {
        ("null", _) => Type::Null,
        ("boolean", _) => Type::Boolean,
        ("int", "date") => Type::Date,
        ("long", "timestamp-millis" | "local-timestamp-millis") => Type::Timestamp(1000),
        ("long", "timestamp-micros" | "local-timestamp-micros") => Type::Timestamp(1_000_000),
        ("long", "timestamp-nanos" | "local-timestamp-nanos") => Type::Timestamp(1_000_000_000),
        ("int" | "long", _) => Type::Integer,
        ("float", _) => Type::Float,
        ("double", _) => Type::Double,
        ("bytes", "decimal") => Type::Decimal(None, scale(json)),
        ("bytes", _) => Type::Bytes,
        ("string", _) => Type::String,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_may_hold_themselves_and_be_named() {
        let json = br#"{"type": "record", "name": "Node", "namespace": "a.b", "fields": [
            {"name": "next", "type": ["null", "Node"]},
            {"name": "day", "type": {"type": "int", "logicalType": "date"}},
            {"name": "other", "type": "a.b.Node"}
        ]}"#;
        let schema = Schema::parse(json).unwrap();
        let Type::Record(fields) = schema.get(schema.root()) else { panic!("a record") };
        assert_eq!(schema.get(fields[0].1), &Type::Union(vec![1, schema.root()]));
        assert_eq!(schema.get(fields[1].1), &Type::Date);
        assert_eq!(fields[2].1, schema.root());
        assert!(Schema::parse(b"\"unknown\"").is_none());
        assert!(Schema::parse(b"[").is_none());
    }
}
