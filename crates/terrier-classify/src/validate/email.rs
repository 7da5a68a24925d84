//! E-mail addresses.

use super::Verdict;
use super::top_level_domain::is_top_level_domain;
use super::word_parts::{MOST_PACKED, packed, packed_in_order};

/// Local parts that name a protocol's account, not a mailbox: `git@host:path`.
const ACCOUNTS: &[&[u8]] = &[b"git", b"hg", b"svn", b"ssh", b"cvs", b"bzr", b"root"];

/// Last labels that are the endings of file names: `icon@2x.png`.
const FILE_ENDINGS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "mjs", "ts", "tsx", "jsx", "css", "scss", "html", "htm", "json", "xml", "yaml",
    "yml", "txt", "log", "pdf", "tgz", "gz", "tar", "exe", "dll", "jar", "class", "java", "cpp", "hpp", "service", "socket", "timer",
    "target", "mount",
];

/// All of them, packed and in order.
static PACKED_FILE_ENDINGS: [u128; FILE_ENDINGS.len()] = packed_in_order(FILE_ENDINGS);

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
    let is_file_ending = last.len() <= MOST_PACKED && PACKED_FILE_ENDINGS.binary_search(&packed(last)).is_ok();
    if labels < 2 || !named || is_file_ending {
        Verdict::Invalid
    } else if is_top_level_domain(last) {
        Verdict::Valid
    } else {
        Verdict::Plausible
    }
}

fn is_local_part(local: &[u8]) -> bool {
    let dotted = local.starts_with(b".") || local.ends_with(b".") || local.windows(2).any(|pair| pair == b"..");
    !local.is_empty()
        && local.len() <= 64
        && !dotted
        && local.iter().any(u8::is_ascii_alphanumeric)
        && !ACCOUNTS.iter().any(|account| local.eq_ignore_ascii_case(account))
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
