//! E-mail addresses.

use super::Verdict;
use super::top_level_domain::is_top_level_domain;

/// Local parts that name a protocol's account, not a mailbox: `git@host:path`.
const ACCOUNTS: &[&[u8]] = &[b"git", b"hg", b"svn", b"ssh", b"cvs", b"bzr", b"root"];

/// Last labels that are the endings of file names: `icon@2x.png`.
const FILE_ENDINGS: &[&[u8]] = &[
    b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"js", b"mjs", b"ts", b"tsx", b"jsx", b"css", b"scss", b"html", b"htm", b"json",
    b"xml", b"yaml", b"yml", b"txt", b"log", b"pdf", b"tgz", b"gz", b"tar", b"exe", b"dll", b"jar", b"class", b"java", b"cpp", b"hpp",
    b"service", b"socket", b"timer", b"target", b"mount",
];

/// Judges an address: those under a known top-level domain are valid, those under a private one (`corp.local`) plausible.
pub(super) fn email(value: &[u8]) -> Verdict {
    let Some(at) = value.iter().position(|byte| *byte == b'@') else { return Verdict::Invalid };
    let (local, domain) = (&value[..at], &value[at + 1..]);
    if !is_local_part(local) || domain.len() > 253 {
        return Verdict::Invalid;
    }
    let mut last: &[u8] = b"";
    let mut labels = 0;
    for label in domain.split(|byte| *byte == b'.') {
        if !is_label(label) {
            return Verdict::Invalid;
        }
        last = label;
        labels += 1;
    }
    let named = last.len() >= 2 && last.iter().all(u8::is_ascii_alphabetic) || last.starts_with(b"xn--");
    let last = last.to_ascii_lowercase();
    if labels < 2 || !named || FILE_ENDINGS.contains(&last.as_slice()) {
        Verdict::Invalid
    } else if is_top_level_domain(&last) {
        Verdict::Valid
    } else {
        Verdict::Plausible
    }
}

fn is_local_part(local: &[u8]) -> bool {
    let dotted = local.starts_with(b".") || local.ends_with(b".") || local.windows(2).any(|pair| pair == b"..");
    let lower = local.to_ascii_lowercase();
    !local.is_empty()
        && local.len() <= 64
        && !dotted
        && local.iter().any(u8::is_ascii_alphanumeric)
        && !ACCOUNTS.contains(&lower.as_slice())
}

fn is_label(label: &[u8]) -> bool {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    !label.is_empty() && label.len() <= 63 && label.iter().all(inner) && !label.starts_with(b"-") && !label.ends_with(b"-")
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn addresses() {
        check(
            "email",
            Verdict::Valid,
            &["amelia.whitfield@oakhollow-labs.com", "o'neill+news@mail.example.co.uk", "a@b.io", "X_1@lumenquay.NET"],
        );
        check("email", Verdict::Plausible, &["svc@ledger.corp", "ops@mq.prod.internal"]);
        check(
            "email",
            Verdict::Invalid,
            &[
                "git@github.com",
                "icon@2x.png",
                ".a@b.com",
                "a..b@c.com",
                "a@b",
                "a@-b.com",
                "a@b..com",
                "dbus@1.service",
                "user@127.0.0.1",
                "@b.com",
            ],
        );
    }
}
