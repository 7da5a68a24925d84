//! Private keys in PEM, OpenSSH and PGP armour.

use super::Verdict;

/// The shortest line of base64 that is taken for a part of a key.
const SHORTEST_LINE: usize = 16;

/// Judges an armoured key from its opening line to the last base64 seen: there must be enough of it, and it must not be filler.
pub(super) fn private_key(value: &[u8]) -> Verdict {
    let opening = b"-----BEGIN ";
    let Some(start) = value.windows(opening.len()).position(|window| window == opening) else { return Verdict::Invalid };
    let rest = &value[start + opening.len()..];
    let Some(end) = rest.windows(5).position(|window| window == b"-----") else { return Verdict::Invalid };
    let body = base64_lines(&rest[end + 5..]);
    let mut seen = [false; 256];
    for byte in &body {
        seen[usize::from(*byte)] = true;
    }
    let variety = seen.iter().filter(|seen| **seen).count();
    // The shortest key in use, Ed25519 in PKCS #8, is 64 characters long; noise of that length shows some 40 of 64.
    match (body.len(), variety) {
        (60.., 24..) => Verdict::Valid,
        (20.., 12..) => Verdict::Plausible,
        _ => Verdict::Invalid,
    }
}

/// Returns the base64 of all lines that hold nothing else, joined. Source code writes line ends as `\n`, two characters, and wraps
/// lines in quotes; headers (`Proc-Type: 4,ENCRYPTED`) and prose are left out.
fn base64_lines(text: &[u8]) -> Vec<u8> {
    let unescaped: Vec<u8> = text
        .iter()
        .enumerate()
        .map(|(place, byte)| match (place.checked_sub(1).map(|before| text[before]), byte) {
            (_, b'\\') | (Some(b'\\'), b'n' | b'r') => b' ',
            (_, byte) => *byte,
        })
        .collect();
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let words = unescaped.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b','));
    words.filter(|word| word.len() >= SHORTEST_LINE && word.iter().all(is_base64)).flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn keys_and_fillers() {
        let noise = "MC4CAQAwBQYDK2VwBCIEIHq0vWm3kZxT8sJrLdN5aGyCf7UeBoXi2RtPnKwQz4Vh";
        let armoured = format!("-----BEGIN PRIVATE KEY-----\n{noise}\n");
        let escaped = format!("-----BEGIN RSA PRIVATE KEY-----\\n{noise}\\n{noise}\\n");
        let encrypted = format!("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{noise}\n");
        check("private_key", Verdict::Valid, &[&armoured, &escaped, &encrypted]);
        check("private_key", Verdict::Plausible, &["-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASC\n...\n"]);
        check(
            "private_key",
            Verdict::Invalid,
            &[
                "-----BEGIN PRIVATE KEY-----\n...\n",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "",
            ],
        );
    }
}
