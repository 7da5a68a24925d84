//! Right-to-left scripts: what stands on a page from left to right, in the order in which it is read.
//!
//! This is not the algorithm of Unicode (UAX 9), which leads from the order of reading to that on the page. The way back needs less: words
//! of Hebrew and Arabic letters are turned round, and so is their order, but for numbers and Latin words.

/// Turns a line round where it holds letters that are read from right to left.
pub(super) fn in_reading_order(line: &str) -> Option<String> {
    if !line.chars().any(is_rtl) {
        return None;
    }
    let clusters = clusters(line);
    let rtl = clusters.iter().filter(|cluster| is_rtl(cluster.base)).count();
    let ltr = clusters.iter().filter(|cluster| cluster.base.is_alphabetic() && !is_rtl(cluster.base)).count();
    let mut text = String::with_capacity(line.len());
    let spans = spans(&clusters, rtl >= ltr);
    let in_order: Box<dyn Iterator<Item = &(bool, &[Cluster<'_>])>> =
        if rtl >= ltr { Box::new(spans.iter().rev()) } else { Box::new(spans.iter()) };
    for (is_rtl, clusters) in in_order {
        if *is_rtl {
            clusters.iter().rev().for_each(|cluster| cluster.push_mirrored(&mut text));
        } else {
            clusters.iter().for_each(|cluster| text.push_str(cluster.text));
        }
    }
    Some(text)
}

/// A character with the marks that stand on it.
struct Cluster<'l> {
    base: char,
    text: &'l str,
}

impl Cluster<'_> {
    fn push_mirrored(&self, text: &mut String) {
        let mirrored = match self.base {
            '(' => ')',
            ')' => '(',
            '[' => ']',
            ']' => '[',
            '{' => '}',
            '}' => '{',
            '<' => '>',
            '>' => '<',
            '\u{AB}' => '\u{BB}',
            '\u{BB}' => '\u{AB}',
            _ => return text.push_str(self.text),
        };
        text.push(mirrored);
    }
}

fn clusters(line: &str) -> Vec<Cluster<'_>> {
    let mut clusters: Vec<Cluster<'_>> = Vec::new();
    let mut start = 0;
    let mut characters = line.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if start == at {
            clusters.push(Cluster { base: c, text: "" });
        }
        if characters.peek().is_none_or(|(_, next)| !is_mark(*next)) {
            let end = at + c.len_utf8();
            if let Some(cluster) = clusters.last_mut() {
                cluster.text = &line[start..end];
            }
            start = end;
        }
    }
    clusters
}

/// Cuts a line where the direction changes. What has no direction goes with the line, between two numbers or words with those.
fn spans<'c, 'l>(clusters: &'c [Cluster<'l>], line_is_rtl: bool) -> Vec<(bool, &'c [Cluster<'l>])> {
    let strong = |cluster: &Cluster<'_>| match cluster.base {
        c if is_rtl(c) => Some(true),
        c if c.is_alphanumeric() => Some(false),
        _ => None,
    };
    let mut directions: Vec<bool> = Vec::with_capacity(clusters.len());
    let mut at = 0;
    while at < clusters.len() {
        if let Some(direction) = strong(&clusters[at]) {
            directions.push(direction);
            at += 1;
            continue;
        }
        let end = clusters[at..].iter().position(|cluster| strong(cluster).is_some()).map_or(clusters.len(), |len| at + len);
        let before = directions.last().copied();
        let after = clusters.get(end).and_then(strong);
        let direction = if before.is_some() && before == after { before.unwrap_or(line_is_rtl) } else { line_is_rtl };
        directions.extend(std::iter::repeat_n(direction, end - at));
        at = end;
    }
    let mut spans = Vec::new();
    let mut start = 0;
    for end in 1..=clusters.len() {
        if end == clusters.len() || directions[end] != directions[start] {
            spans.push((directions[start], &clusters[start..end]));
            start = end;
        }
    }
    spans
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{65F}' | '\u{66A}'..='\u{6EF}' | '\u{6FA}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}'..='\u{5C2}' | '\u{5C4}'..='\u{5C5}' | '\u{610}'..='\u{61A}'
        | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: &str) {
        assert_eq!(in_reading_order(line).as_deref().unwrap_or(line), expect);
    }

    #[test]
    fn words_and_their_order_turn_round() {
        check("plain (text) 12", "plain (text) 12");
        check("\u{5DD}\u{5DC}\u{5D5}\u{5E2} \u{5DD}\u{5D5}\u{5DC}\u{5E9}", "\u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{5E2}\u{5D5}\u{5DC}\u{5DD}");
    }

    #[test]
    fn numbers_and_latin_words_stay() {
        check("12-34 \u{5D2}\u{5D1}\u{5D0}", "\u{5D0}\u{5D1}\u{5D2} 12-34");
        check("name: \u{5D2}\u{5D1}\u{5D0} and more words", "name: \u{5D0}\u{5D1}\u{5D2} and more words");
        check("(1) \u{5D2}\u{5D1}", "\u{5D1}\u{5D2} (1)");
    }
}
