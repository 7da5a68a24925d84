//! Private keys in PEM, OpenSSH and PGP armour.

use super::Verdict;

/// The shortest line of base64 that is taken for a part of a key.
const SHORTEST_LINE: usize = 16;

/// How the base64 of a key of OpenSSH begins, and how where it is not encrypted: `openssh-key-v1`, then the name of the cipher
/// (PROTOCOL.key of OpenSSH).
const OPENSSH: &[u8] = b"b3BlbnNzaC1rZXktdjEAAAAA";
const OPENSSH_NOT_ENCRYPTED: &[u8] = b"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";

/// Judges an armoured key from its opening line to the last base64 seen: there must be enough of it, and it must not be filler. One that
/// is encrypted is as safe as its passphrase, so it is plausible and no more.
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
    let opens_without_passphrase = !is_encrypted(value, &body);
    // The shortest key in use, Ed25519 in PKCS #8, is 64 characters long; noise of that length shows some 40 of 64.
    match (body.len(), variety) {
        (60.., 24..) if opens_without_passphrase => Verdict::Valid,
        (20.., 12..) => Verdict::Plausible,
        _ => Verdict::Invalid,
    }
}

/// Tells whether the key is encrypted: in PKCS #8 (RFC 5958), in PEM with a header (RFC 1421), or by OpenSSH.
fn is_encrypted(value: &[u8], body: &[u8]) -> bool {
    let says = |words: &[u8]| value.windows(words.len()).any(|window| window == words);
    let by_openssh = body.starts_with(OPENSSH) && !body.starts_with(OPENSSH_NOT_ENCRYPTED);
    says(b"BEGIN ENCRYPTED") || says(b"4,ENCRYPTED") || by_openssh
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
        let openssh = |cipher: &str| format!("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA{cipher}{noise}\n");
        check("private_key", Verdict::Valid, &[&armoured, &escaped, &openssh("BG5vbmUAAAAEbm9uZQ")]);
        check("private_key", Verdict::Plausible, &["-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASC\n...\n"]);
        let pkcs8 = format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{noise}\n{noise}\n");
        check("private_key", Verdict::Plausible, &[&encrypted, &pkcs8, &openssh("CmFlczI1Ni1jdHIAAAAGYmNyeXB0")]);
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
