use super::record::varint;
use super::schema::Columns;

fn check(sql: &str, names: &[&str], row_id: Option<usize>) {
    let names = names.iter().map(|name| name.as_bytes().to_vec()).collect();
    assert_eq!(Columns::parse(sql.as_bytes()), Columns { names, row_id }, "{sql}");
}

#[test]
fn columns_come_from_the_statement() {
    check("CREATE TABLE t(a, b)", &["a", "b"], None);
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, \"full \"\"name\"\"\" TEXT, [e mail] VARCHAR(10, 2))",
        &["id", "full \"name\"", "e mail"],
        Some(0),
    );
    check("CREATE TABLE t (a INTEGER UNSIGNED PRIMARY KEY, b INT)", &["a", "b"], None);
    check("CREATE TABLE t (a TEXT, id INTEGER, PRIMARY KEY(\"id\" ASC))", &["a", "id"], Some(1));
    check("CREATE TABLE t (a TEXT, b INTEGER, PRIMARY KEY(b, a)) WITHOUT ROWID", &["b", "a"], None);
    check("CREATE TABLE t (a TEXT, b TEXT PRIMARY KEY, c) STRICT, WITHOUT ROWID", &["b", "a", "c"], None);
    check("CREATE TABLE t (a, /* b, */ c, -- d,\n e DEFAULT ',', CHECK (a > 1), UNIQUE(c, e))", &["a", "c", "e"], None);
    check("CREATE TABLE t (a, b AS (a + 1), c GENERATED ALWAYS AS (a) STORED)", &["a", "c"], None);
    check("", &[], None);
    check("CREATE TABLE t (a, b", &["a", "b"], None);
    check("CREATE VIRTUAL TABLE t USING fts5(a, b)", &["a", "b"], None);
}

#[test]
fn numbers_have_up_to_nine_bytes() {
    assert_eq!(varint(&[0x7F, 1]), Some((127, &[1_u8][..])));
    assert_eq!(varint(&[0x81, 0x00]), Some((128, &[][..])));
    assert_eq!(varint(&[0xFF; 9]), Some((-1, &[][..])));
    assert_eq!(varint(&[0xFF; 8]), None);
}
