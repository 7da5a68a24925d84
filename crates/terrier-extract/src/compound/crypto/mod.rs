//! Documents that are encrypted with the password that Excel uses where nobody chose one (MS-OFFCRYPTO): they protect nothing, and every
//! program opens them without asking. What has a password of its own stays closed.

mod agile;
mod cipher;
mod package;
mod standard;
mod workbook;

use self::cipher::Key;
use self::package::Package;
pub(super) use self::workbook::decrypt as decrypt_workbook;
use super::chain::Stream;
use super::file::u16_at;

/// The password, as it is hashed.
fn password() -> Vec<u8> {
    "VelvetSweatshop".encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// How the pieces of a package are decrypted.
struct Opened {
    key: Key,
    /// What the vectors of its pieces are made of; without it, blocks do not depend on each other.
    chained: Option<agile::Vectors>,
}

/// Opens an encrypted document by what is said of its encryption; `None` where the password is another one, or the method unknown.
pub(super) fn open<'s>(info: &[u8], package: Stream<'s>) -> Option<Package<'s>> {
    let opened = match (u16_at(info, 0), u16_at(info, 2)) {
        (4, 4) => agile::open(info.get(8..)?)?,
        (2..=4, 2) => standard::open(info.get(8..)?)?,
        _ => return None,
    };
    Package::new(package, opened)
}
