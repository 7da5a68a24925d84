//! The order in which a service lists keys.
//!
//! S3 lists them by their bytes. Services that keep keys in folders of a file system list folder by folder: `a/x` before `a.txt`,
//! as if `/` came before all other characters. Both can be resumed and cut, as long as no cut depends on which of the two it is.
//! Either may compare UTF-16 instead of UTF-8, which differs beyond U+D7FF only.

use std::cmp::Ordering;

/// Tells whether a key can come after another in a listing. Where it cannot, the listing has no order that cursors could rely on.
pub(crate) fn may_follow(last: &[u8], key: &[u8]) -> bool {
    key > last || by_folder(key, last) == Ordering::Greater || by_utf16(last, key) == Some(Ordering::Less)
}

/// Compares names as services do that hold them in UTF-16; `None` where they are no text.
fn by_utf16(left: &[u8], right: &[u8]) -> Option<Ordering> {
    let steps = |key| Some(std::str::from_utf8(key).ok()?.split('/').map(|step| step.encode_utf16().collect::<Vec<_>>()));
    let flat = |key| Some(std::str::from_utf8(key).ok()?.encode_utf16());
    let flat = flat(left)?.cmp(flat(right)?);
    if flat == Ordering::Less { Some(flat) } else { Some(steps(left)?.cmp(steps(right)?)) }
}

/// Returns those of a level's folders after which a listing may be cut: those that part the level's names into the same two halves
/// in both orders. `names` are the names as far as they are known, folders with a closing `/`.
///
/// Cut elsewhere, some keys would belong, depending on the service, to neither side. The last name is left out because names that
/// are not known yet may sort before it.
pub(crate) fn safe_boundaries(mut names: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    names.sort_unstable();
    names.dedup();
    let mut folder_by_folder: Vec<usize> = (0..names.len()).collect();
    folder_by_folder.sort_by(|left, right| by_folder(&names[*left], &names[*right]));
    let mut highest = 0;
    let mut is_safe = folder_by_folder.iter().enumerate().map(|(place, index)| {
        // Names so far all have an index up to `place` only if they are the same names that come first by bytes.
        highest = highest.max(*index);
        *index == place && highest == place
    });
    names.pop();
    names.retain(|name| is_safe.next() == Some(true) && name.ends_with(b"/"));
    names
}

fn by_folder(left: &[u8], right: &[u8]) -> Ordering {
    let steps = |key| <[u8]>::split(key, |byte| *byte == b'/');
    steps(left).cmp(steps(right))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(names: &[&str], expect: &[&str]) {
        let names = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        let expect: Vec<Vec<u8>> = expect.iter().map(|name| name.as_bytes().to_vec()).collect();
        assert_eq!(safe_boundaries(names), expect);
    }

    #[test]
    fn cuts_are_made_where_both_orders_agree() {
        check(&["b/", "a/", "c", "d/"], &["a/", "b/"]);
        check(&["a/", "a.txt", "b/", "c/"], &["b/"]);
        check(&["0/", "a/", "a-b/", "b/", "c"], &["0/", "b/"]);
        check(&["a/", "a0/", "b/"], &["a/", "a0/"]);
        check(&["a/"], &[]);
        check(&[], &[]);
    }

    #[test]
    fn a_name_may_follow_in_any_of_the_orders() {
        let check = |last: &str, key: &str, expect| assert_eq!(may_follow(last.as_bytes(), key.as_bytes()), expect, "{last} {key}");
        check("a", "b", true);
        check("b", "a", false);
        check("a", "a", false);
        check("a.txt", "a/x", true);
        check("a/x", "a.txt", true);
        check("\u{1f436}", "\u{ffee}", true);
        check("\u{ffee}", "\u{1f436}", true);
        check("x\u{ffee}", "\u{1f436}", true);
        check("z\u{ffee}", "a\u{1f436}", false);
    }

    proptest! {
        #[test]
        fn a_safe_cut_parts_the_same_keys_in_both_orders(keys in prop::collection::vec("[a-b./-]{1,4}/?[a-b.]{0,2}", 1..12)) {
            let level = |key: &String| key.find('/').map_or(key.clone(), |slash| key[..=slash].to_owned()).into_bytes();
            for cut in safe_boundaries(keys.iter().map(level).collect()) {
                for key in &keys {
                    let (bytes, folders) = (key.as_bytes().cmp(&cut), by_folder(key.as_bytes(), &cut));
                    prop_assert_eq!(bytes == Ordering::Greater, folders == Ordering::Greater, "{} at {:?}", key, cut);
                }
            }
        }
    }
}
