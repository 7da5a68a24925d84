//! Whether the first row of a table names its columns.

/// Words that name columns, in the languages that exports come in. One of them in a first row of words makes it a header.
const WORDS: &[&str] = &[
    "account",
    "address",
    "adresse",
    "age",
    "amount",
    "apellido",
    "balance",
    "birth",
    "birthday",
    "bsn",
    "card",
    "cardnumber",
    "category",
    "city",
    "ciudad",
    "class",
    "code",
    "codigo",
    "cognome",
    "comment",
    "company",
    "correo",
    "count",
    "country",
    "cpf",
    "created",
    "currency",
    "customer",
    "data",
    "date",
    "datum",
    "department",
    "description",
    "dni",
    "dob",
    "domain",
    "email",
    "fecha",
    "first",
    "firstname",
    "geburtsdatum",
    "gender",
    "group",
    "iban",
    "id",
    "identifier",
    "index",
    "ip",
    "iso",
    "key",
    "label",
    "land",
    "last",
    "lastname",
    "level",
    "login",
    "mail",
    "message",
    "mobile",
    "nachname",
    "naissance",
    "name",
    "nin",
    "nino",
    "nom",
    "nombre",
    "nome",
    "note",
    "notes",
    "npi",
    "number",
    "nummer",
    "ort",
    "pan",
    "passport",
    "password",
    "patient",
    "phone",
    "plz",
    "position",
    "postcode",
    "prenom",
    "price",
    "quantity",
    "region",
    "role",
    "salary",
    "sex",
    "sin",
    "ssn",
    "stadt",
    "state",
    "status",
    "strasse",
    "street",
    "surname",
    "tax",
    "tel",
    "telefon",
    "telefono",
    "telephone",
    "text",
    "time",
    "timestamp",
    "title",
    "token",
    "type",
    "updated",
    "url",
    "user",
    "userid",
    "username",
    "value",
    "version",
    "ville",
    "vorname",
    "year",
    "zip",
];

/// Tells whether the first of the sampled rows is a header.
///
/// A header has words in every cell, none twice. What then decides is whether a column below it looks different from its head,
/// or else whether the words are known to name columns; a table of mere words without such a word has no header, since to take a row of
/// values for names would hide them.
pub(crate) fn is_header(rows: &[Vec<Vec<u8>>]) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    let named = first.iter().filter(|cell| !trimmed(cell).is_empty()).count();
    if named == 0 || named * 3 < first.len() * 2 || !first.iter().all(|cell| trimmed(cell).is_empty() || may_name(trimmed(cell))) {
        return false;
    }
    let mut names: Vec<Vec<u8>> = first.iter().map(|cell| trimmed(cell).to_ascii_lowercase()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    let distinct = { names.windows(2).filter(|pair| pair[0] == pair[1]).count() * 2 <= names.len() };
    let known = names.iter().any(|name| has_known_word(name));
    let contrasts = (0..first.len()).any(|column| contrasts(column, rest));
    let repeats = (0..first.len())
        .any(|column| rest.iter().any(|row| row.get(column).is_some_and(|cell| *cell == first[column] && !cell.is_empty())));
    distinct && (known || contrasts && !repeats)
}

fn trimmed(cell: &[u8]) -> &[u8] {
    cell.trim_ascii()
}

/// A name is short, has a letter, and is neither a number nor a date nor an address.
fn may_name(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = cell.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    cell.len() <= 80 && letters > 0 && digits <= letters && !cell.contains(&b'@') && !cell.contains(&b'\n') && !cell.starts_with(b"http")
}

fn has_known_word(name: &[u8]) -> bool {
    name.split(|byte| !byte.is_ascii_alphabetic())
        .any(|word| std::str::from_utf8(word).is_ok_and(|word| WORDS.binary_search(&word).is_ok()))
}

/// Tells whether most values of a column could not be names.
fn contrasts(column: usize, rows: &[Vec<Vec<u8>>]) -> bool {
    let values: Vec<&[u8]> =
        rows.iter().filter_map(|row| row.get(column)).map(|cell| trimmed(cell)).filter(|cell| !cell.is_empty()).collect();
    let unlike = values.iter().filter(|value| !may_name(value)).count();
    !values.is_empty() && unlike * 5 >= values.len() * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&str], expect: bool) {
        let rows: Vec<Vec<Vec<u8>>> = rows.iter().map(|row| row.split(',').map(|cell| cell.as_bytes().to_vec()).collect()).collect();
        assert_eq!(is_header(&rows), expect, "{rows:?}");
    }

    #[test]
    fn words_are_sorted_for_the_search() {
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn headers_are_told_from_values() {
        check(&["id,name,email", "1,Ann,a@example.com"], true);
        check(&["Nachname,Vorname", "Muster,Eva"], true);
        check(&["foo,bar", "1,2", "3,4"], true);
        check(&["Muster,Eva", "Sample,John"], false);
        check(&["1,Ann,a@example.com", "2,Bob,b@example.com"], false);
        check(&["Ann,536-90-4399", "Bob,536-90-4398"], false);
        check(&["email"], true);
        check(&[",first name,last name", "1,Ann,Lee"], true);
        check(&["yes,1", "yes,2", "no,3"], false);
    }
}
