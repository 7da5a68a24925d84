//! Promises of types that the compiler can keep: this module does not compile where one is broken.

use std::fmt::{Debug, Display};

use terrier_content::{Column, FingerprintKey, Records, Segment, Sensitive, Text};
use terrier_model::AssetKey;

/// Does not compile where one of the types implements the trait: the call then has two candidates.
macro_rules! assert_never {
    ($($type:ty),+ => $trait:path) => {
        const _: () = {
            trait Unambiguous<A> {
                fn pick() {}
            }
            impl<T: ?Sized> Unambiguous<()> for T {}
            struct Implements;
            impl<T: ?Sized + $trait> Unambiguous<Implements> for T {}
            $(const _: fn() = <$type as Unambiguous<_>>::pick;)+
        };
    };
}

assert_never!(Sensitive<String>, Sensitive<&'static [u8]>, Column, Records, Segment<'static>, Text<'static>, FingerprintKey, AssetKey => Display);
assert_never!(Sensitive<String>, Sensitive<&'static [u8]>, Column, Records, FingerprintKey, AssetKey => serde::Serialize);
assert_never!(Sensitive<String>, FingerprintKey, AssetKey => std::ops::Deref);
assert_never!(Sensitive<String>, Sensitive<&'static [u8]>, FingerprintKey, AssetKey => AsRef<[u8]>);
assert_never!(Sensitive<String>, AssetKey => AsRef<str>);

/// Checks what `{:?}` and `{:#?}` print of something that holds `canary`.
fn check(value: &dyn Debug) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        let bytes = b"canary".iter().map(u8::to_string).collect::<Vec<_>>();
        assert!(!printed.contains("canary") && !printed.contains(&bytes[..3].join(", ")), "{printed}");
    }
}

#[test]
fn debug_prints_no_content() {
    check(&Sensitive::new("canary"));
    check(&Sensitive::new(vec![*b"canary"]));
    check(&Some(Sensitive::new(&b"canary"[..])));
    check(&AssetKey::new(*b"canary"));
    check(&Text::whole(b"canary", terrier_content::Origin::Property));
    check(&Segment::Text(Text::whole(b"canary", terrier_content::Origin::Page(1))));
    let mut column = Column::new("canary", terrier_content::ColumnKind::Text);
    column.push(0, b"canary");
    column.values().for_each(|value| check(&value));
    check(&Records { first_record: 0, records: 1, columns: vec![column] });
    let mut key = [0; 32];
    key[..6].copy_from_slice(b"canary");
    check(&FingerprintKey::new(key));
}
