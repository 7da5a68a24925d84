use super::archive::{Member, zip};
use super::pdf::Objects;
use crate::dice::Dice;

/// Cuts off the end of a file: what an interrupted upload leaves.
pub fn truncate(mut bytes: Vec<u8>, keep: usize) -> Vec<u8> {
    bytes.truncate(keep);
    bytes
}

/// Inverts `count` bytes behind the first 64: the format is recognised, its content is damaged.
pub fn flip(mut bytes: Vec<u8>, dice: &mut Dice, count: usize) -> Vec<u8> {
    let start = bytes.len().min(64);
    for _ in 0..count {
        let place = start + dice.index(bytes.len() - start);
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 0xff;
        }
    }
    bytes
}

/// Writes a zip archive whose members say that they are encrypted, with noise for content: no password opens it.
pub fn encrypted_zip(dice: &mut Dice, names: &[&str]) -> Vec<u8> {
    let members: Vec<Member> = names.iter().map(|name| Member::new(*name, dice.bytes(4096))).collect();
    let mut bytes = zip(&members);
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let starts: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, window)| *window == signature).map(|(place, _)| place).collect();
        for start in starts {
            bytes[start + flags] |= 1;
        }
    }
    bytes
}

/// Writes a PDF that asks for a password (standard security handler, 128-bit RC4), with noise for content.
pub fn encrypted_pdf(dice: &mut Dice) -> Vec<u8> {
    let mut hex = |length: usize| dice.bytes(length).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (owner, user, id) = (hex(32), hex(32), hex(16));
    let mut file = Objects::new();
    file.add(b"<< /Type /Catalog /Pages 2 0 R >>");
    file.add(b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>");
    file.add(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>");
    file.add(&[b"<< /Length 2048 >>\nstream\n", dice.bytes(2048).as_slice(), b"\nendstream"].concat());
    file.add(format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 /O <{owner}> /U <{user}> >>").as_bytes());
    file.finish(&format!("/Root 1 0 R /Encrypt 5 0 R /ID [ <{id}> <{id}> ]"))
}
