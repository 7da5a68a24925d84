//! The JSON Schema of configurations, out of the same fields that they are read by.

use serde_json::{Map, Value, json};

use super::VERSION;
use super::fields::{Field, Kind, fields};

/// Writes the schema.
pub(crate) fn schema() -> Value {
    let mut sections: Vec<(String, Map<String, Value>)> = Vec::new();
    for field in fields() {
        let position = sections.iter().position(|(section, _)| *section == field.section).unwrap_or_else(|| {
            sections.push((field.section.clone(), Map::new()));
            sections.len() - 1
        });
        sections[position].1.insert(field.name.clone(), of_field(&field));
    }
    let mut properties = Map::new();
    let version: u64 = VERSION.parse().expect("the version is a number");
    properties.insert("version".to_owned(), json!({ "const": version, "description": "The version of this format." }));
    properties.insert(
        "targets".to_owned(),
        json!({
            "description": "What to scan: folders, files, s3://bucket/prefix.",
            "type": "array", "minItems": 1, "items": { "type": "string", "not": { "pattern": "\\$\\{" } },
        }),
    );
    for (section, fields) in sections {
        properties.insert(section, json!({ "type": "object", "additionalProperties": false, "minProperties": 1, "properties": fields }));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A job of terrier run",
        "type": "object",
        "required": ["version", "targets"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn of_field(field: &Field) -> Value {
    let mut value = of_kind(&field.kind);
    if field.kind == Kind::Text && !field.secret {
        value["not"] = json!({ "pattern": "\\$\\{" });
    }
    let mut schema = if field.list { json!({ "type": "array", "items": value }) } else { value };
    let secret = if field.secret { ". A secret: ${NAME} is replaced by the environment's value" } else { "" };
    schema["description"] = format!("{}{secret} (--{})", field.help, field.long).into();
    schema
}

fn of_kind(kind: &Kind) -> Value {
    match kind {
        Kind::Flag | Kind::Switch => json!({ "type": "boolean" }),
        Kind::Count => json!({ "type": "integer", "minimum": 1 }),
        Kind::Size => json!({ "type": ["integer", "number", "string"], "minimum": 0, "pattern": "^[0-9.]+([KMGTkmgt][Ii]?)?[Bb]?$" }),
        Kind::Share => json!({
            "type": ["number", "string"], "exclusiveMinimum": 0, "exclusiveMaximum": 1, "pattern": "^[0-9.]+ ?%?$",
        }),
        Kind::Dollars => json!({ "type": ["number", "string"], "minimum": 0, "pattern": "^[0-9.]+$" }),
        Kind::Choice(names) => json!({ "enum": names }),
        Kind::Text => json!({ "type": "string" }),
    }
}
