//! Key paths and the columns they name, in bounded number.

use std::collections::HashMap;

use terrier_content::{Column, ColumnKind, Records};

use crate::table::OTHER;

/// Columns of their own; values of further key paths share one column.
const MAX_COLUMNS: usize = 1024;
/// Places in the tree of keys, those without values included.
const MAX_NODES: usize = 8192;
/// Longest key path.
const MAX_PATH: usize = 512;
/// Children up to which a search is faster than a map.
const FEW: usize = 12;

/// A place in the tree of keys.
pub(crate) type Node = usize;
/// Where a value stands that has no keys.
pub(crate) const ROOT: Node = 0;
/// Where all values stand for which there is no place of their own.
pub(crate) const OVERFLOW: Node = 1;

#[derive(Default)]
struct Place {
    path: String,
    column: Option<usize>,
    element: Option<Node>,
    children: Vec<(Box<[u8]>, Node)>,
    /// Index of each child by its key, once there are more than a few.
    by_key: HashMap<Box<[u8]>, usize>,
    /// The child that came last: keys mostly come in the same order.
    last: usize,
}

/// The tree of keys and the batch whose columns it names.
pub(crate) struct Paths {
    places: Vec<Place>,
    pub(crate) batch: Records,
    pub(crate) bytes: usize,
}

impl Paths {
    pub(crate) fn new() -> Self {
        Self { places: vec![Place::default(), Place { path: OTHER.to_owned(), ..Place::default() }], batch: Records::default(), bytes: 0 }
    }

    /// Returns the place of a key.
    pub(crate) fn child(&mut self, node: Node, key: &[u8]) -> Node {
        if node == OVERFLOW {
            return OVERFLOW;
        }
        let place = &mut self.places[node];
        let next = if place.last + 1 < place.children.len() { place.last + 1 } else { 0 };
        if let Some((name, child)) = place.children.get(next)
            && **name == *key
        {
            place.last = next;
            return *child;
        }
        let found = if place.children.len() <= FEW {
            place.children.iter().position(|(name, _)| **name == *key)
        } else {
            place.by_key.get(key).copied()
        };
        match found {
            Some(index) => {
                place.last = index;
                place.children[index].1
            }
            None => self.add_child(node, key),
        }
    }

    fn add_child(&mut self, node: Node, key: &[u8]) -> Node {
        let parent = &self.places[node].path;
        if key.len() + parent.len() > MAX_PATH {
            return OVERFLOW;
        }
        let name = String::from_utf8_lossy(key);
        let path = if parent.is_empty() { name.into_owned() } else { format!("{parent}.{name}") };
        let child = self.add(path);
        if child != OVERFLOW {
            let place = &mut self.places[node];
            place.last = place.children.len();
            place.children.push((key.into(), child));
            if place.children.len() == FEW + 1 {
                place.by_key = place.children.iter().enumerate().map(|(index, (key, _))| (key.clone(), index)).collect();
            } else if place.children.len() > FEW {
                place.by_key.insert(key.into(), place.last);
            }
        }
        child
    }

    /// Returns the place of an array's elements. Those of the top-level array stand at the root: they are the records.
    pub(crate) fn element(&mut self, node: Node, top_level: bool) -> Node {
        if node == OVERFLOW || top_level {
            return node;
        }
        if let Some(element) = self.places[node].element {
            return element;
        }
        let path = format!("{}[]", self.places[node].path);
        let element = if path.len() > MAX_PATH { OVERFLOW } else { self.add(path) };
        self.places[node].element = Some(element);
        element
    }

    fn add(&mut self, path: String) -> Node {
        if self.places.len() >= MAX_NODES {
            return OVERFLOW;
        }
        self.places.push(Place { path, ..Place::default() });
        self.places.len() - 1
    }

    /// Adds a value to the record that is being collected.
    pub(crate) fn push(&mut self, node: Node, kind: ColumnKind, value: &[u8]) {
        if value.is_empty() {
            return;
        }
        let column = match self.places[node].column {
            Some(column) => column,
            None => self.add_column(node, kind),
        };
        let column = &mut self.batch.columns[column];
        if column.kind() != kind {
            widen(column, kind);
        }
        column.push(self.batch.records, value);
        self.bytes += value.len();
    }

    fn add_column(&mut self, node: Node, kind: ColumnKind) -> usize {
        let index = self.batch.columns.len();
        let column = if node == OVERFLOW || index + 1 < MAX_COLUMNS {
            let path = self.places[node].path.as_str();
            self.batch.columns.push(Column::new(if path.is_empty() { "[]" } else { path }, kind));
            index
        } else {
            match self.places[OVERFLOW].column {
                Some(other) => other,
                None => self.add_column(OVERFLOW, ColumnKind::Text),
            }
        };
        self.places[node].column = Some(column);
        column
    }
}

/// Changes a column's kind to one that also takes values of `kind`.
fn widen(column: &mut Column, kind: ColumnKind) {
    let wider = match (column.kind(), kind) {
        (ColumnKind::Text, _) => return,
        (ColumnKind::Float, ColumnKind::Integer) => return,
        (ColumnKind::Integer, ColumnKind::Float) => ColumnKind::Float,
        _ => ColumnKind::Text,
    };
    let mut wide = Column::new(column.name().expose().as_str(), wider);
    for value in column.values() {
        wide.push(value.record, value.bytes.expose());
    }
    *column = wide;
}
