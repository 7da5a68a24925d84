//! The table that Tesseract writes: a row for each page, block, paragraph, line and word, with a confidence for each word.

/// Confidence, of 100, below which a word is taken for what a speck or a line looks like.
const MIN_CONFIDENCE: f64 = 30.0;
/// Columns of the table, of which the last is the text.
const COLUMNS: usize = 12;
/// The level of a word.
const WORD: &str = "5";

/// Returns the text of each page, with its number.
pub(crate) fn pages(said: &[u8]) -> Vec<(u32, String)> {
    let mut pages: Vec<(u32, String)> = Vec::new();
    let mut before = None;
    for row in String::from_utf8_lossy(said).lines() {
        let columns: Vec<&str> = row.splitn(COLUMNS, '\t').collect();
        let [WORD, page, block, paragraph, line, _, _, _, _, _, confidence, word] = columns[..] else { continue };
        let (Ok(page), Ok(confidence)) = (page.parse(), confidence.parse::<f64>()) else { continue };
        let word = word.trim();
        if word.is_empty() || confidence < MIN_CONFIDENCE {
            continue;
        }
        if pages.last().is_none_or(|(number, _)| *number != page) {
            pages.push((page, String::new()));
        }
        let place = (page, [block, paragraph, line].map(str::to_owned));
        if let Some((_, text)) = pages.last_mut() {
            if !text.is_empty() {
                text.push(if before.as_ref() == Some(&place) { ' ' } else { '\n' });
            }
            text.push_str(word);
        }
        before = Some(place);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_into_lines_and_pages_and_specks_are_left_out() {
        let said = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                    4\t1\t1\t1\t1\t0\t1\t1\t1\t1\t-1\t\n\
                    5\t1\t1\t1\t1\t1\t1\t1\t1\t1\t96.5\tone\n\
                    5\t1\t1\t1\t1\t2\t1\t1\t1\t1\t30\tline\n\
                    5\t1\t1\t1\t2\t1\t1\t1\t1\t1\t29.9\t~\n\
                    5\t1\t1\t1\t2\t2\t1\t1\t1\t1\t90\tnext\n\
                    5\t2\t1\t1\t1\t1\t1\t1\t1\t1\t90\tother\n\
                    5\tx\t1\n";
        assert_eq!(pages(said.as_bytes()), [(1, "one line\nnext".to_owned()), (2, "other".to_owned())]);
    }
}
