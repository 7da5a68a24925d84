use super::draft::Draft;
use crate::dice::BASE62;

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes what programs wrote for programs: hex dumps, checksums, base64 in lines and in one piece.
pub(super) fn fill(draft: &mut Draft, until: usize) {
    let shapes: [fn(&mut Draft); 4] = [hex_dump, checksums, mime, data_uris];
    while draft.text.len() < until {
        shapes[draft.dice.index(shapes.len())](draft);
    }
}

fn hex_dump(draft: &mut Draft) {
    for row in 0..draft.dice.between(40, 200) {
        let bytes = draft.dice.bytes(16);
        draft.push(&format!("{:08x}:", row * 16));
        for pair in bytes.chunks(2) {
            draft.push(&format!(" {:02x}{:02x}", pair[0], pair[1]));
        }
        draft.push("  ");
        draft.text.extend(bytes.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }));
        draft.text.push('\n');
    }
}

fn checksums(draft: &mut Draft) {
    for _ in 0..draft.dice.between(30, 100) {
        draft.hex(64);
        draft.push("  ");
        draft.words(2, '-');
        draft.pattern("-%###.bin\n");
    }
}

fn mime(draft: &mut Draft) {
    for _ in 0..draft.dice.between(40, 150) {
        let line = draft.dice.text(76, BASE64);
        draft.push(&line);
        draft.text.push('\n');
    }
    draft.push("\n");
}

fn data_uris(draft: &mut Draft) {
    for _ in 0..draft.dice.between(1, 4) {
        draft.push("asset-");
        let suffix = draft.dice.text(8, BASE62);
        draft.push(&suffix);
        draft.push(": data:image/png;base64,");
        let length = draft.dice.between(300, 2000) as usize * 4;
        let blob = draft.dice.text(length, BASE64);
        draft.push(&blob);
        draft.text.push('\n');
    }
}
