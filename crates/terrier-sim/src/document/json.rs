use super::{ColumnType, Table};

/// Writes a table as one JSON array of objects. A dot in a header opens an object; neighbours with the same start share it.
pub fn json(table: &Table) -> String {
    let objects: Vec<String> = objects(table).collect();
    format!("[\n  {}\n]\n", objects.join(",\n  "))
}

/// Writes a table as one JSON object per line.
pub fn ndjson(table: &Table) -> String {
    objects(table).fold(String::new(), |mut out, object| {
        out.push_str(&object);
        out.push('\n');
        out
    })
}

fn objects(table: &Table) -> impl Iterator<Item = String> + '_ {
    let types: Vec<ColumnType> = (0..table.headers.len()).map(|column| table.column_type(column)).collect();
    table.rows.iter().map(move |row| {
        let fields: Vec<(&str, String)> =
            table.headers.iter().zip(row).zip(&types).map(|((header, value), kind)| (header.as_str(), scalar(value, *kind))).collect();
        object(&fields)
    })
}

/// Writes an object by hand: a map of a JSON library orders keys as its features say, which differ between builds.
fn object(fields: &[(&str, String)]) -> String {
    let mut members = Vec::new();
    let mut rest = fields;
    while let Some((header, value)) = rest.first() {
        let Some((head, _)) = header.split_once('.') else {
            members.push(format!("{}:{value}", quoted(header)));
            rest = &rest[1..];
            continue;
        };
        let inside: Vec<(&str, String)> = rest
            .iter()
            .map_while(|(header, value)| Some((header.split_once('.').filter(|(start, _)| *start == head)?.1, value.clone())))
            .collect();
        rest = &rest[inside.len()..];
        members.push(format!("{}:{}", quoted(head), object(&inside)));
    }
    format!("{{{}}}", members.join(","))
}

fn scalar(value: &str, kind: ColumnType) -> String {
    match kind {
        _ if value.is_empty() => "null".to_owned(),
        ColumnType::Integer => value.to_owned(),
        ColumnType::Text => quoted(value),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
