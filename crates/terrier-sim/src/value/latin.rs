//! Names of many languages in the letters A to Z, as addresses and registers write them.

/// Writes `text` without accents: `ä` becomes `a`, `ß` becomes `ss`, `ł` becomes `l`.
pub(crate) fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match plain(letter) {
            Some(plain) => out.push_str(plain),
            None if letter.is_ascii() => out.push(letter),
            None => {}
        }
    }
    out
}

fn plain(letter: char) -> Option<&'static str> {
    const GROUPS: &[(&str, &str)] = &[
        ("áàâäãåăąā", "a"),
        ("ÁÀÂÄÃÅĂĄĀ", "A"),
        ("çćč", "c"),
        ("ÇĆČ", "C"),
        ("ďđð", "d"),
        ("ĎĐÐ", "D"),
        ("éèêëěęēė", "e"),
        ("ÉÈÊËĚĘĒĖ", "E"),
        ("ğģ", "g"),
        ("ĞĢ", "G"),
        ("íìîïıīį", "i"),
        ("ÍÌÎÏİĪĮ", "I"),
        ("ķ", "k"),
        ("ł", "l"),
        ("ŁĽ", "L"),
        ("ľļ", "l"),
        ("ñńňņ", "n"),
        ("ÑŃŇ", "N"),
        ("óòôöõőø", "o"),
        ("ÓÒÔÖÕŐØ", "O"),
        ("řŕ", "r"),
        ("ŘŔ", "R"),
        ("śšşș", "s"),
        ("ŚŠŞȘ", "S"),
        ("ťţț", "t"),
        ("ŤŢȚ", "T"),
        ("úùûüůűūų", "u"),
        ("ÚÙÛÜŮŰŪ", "U"),
        ("ýÿ", "y"),
        ("Ý", "Y"),
        ("źżž", "z"),
        ("ŹŻŽ", "Z"),
        ("ß", "ss"),
        ("æ", "ae"),
        ("Æ", "Ae"),
        ("œ", "oe"),
        ("þ", "th"),
        ("Þ", "Th"),
    ];
    GROUPS.iter().find(|(letters, _)| letters.contains(letter)).map(|(_, plain)| *plain)
}
