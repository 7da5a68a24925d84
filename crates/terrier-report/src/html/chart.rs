use super::markup::Page;

/// A part of a bar: the class of its colour, its name, its amount.
pub(super) struct Part {
    pub(super) colour: &'static str,
    pub(super) name: &'static str,
    pub(super) amount: u64,
    /// The amount as the legend tells it.
    pub(super) told: String,
}

/// Draws one bar that is divided into parts, with its legend. A part that is there is at least visible.
pub(super) fn divided_bar(page: &mut Page, what: &'static str, parts: &[Part]) {
    let parts: Vec<&Part> = parts.iter().filter(|part| part.amount > 0).collect();
    if parts.is_empty() {
        return;
    }
    const LEAST: f64 = 0.8;
    let total: u64 = parts.iter().map(|part| part.amount).sum();
    let spare = 100.0 - LEAST * parts.len() as f64;
    page.raw("<figure class=\"bar\"><svg role=\"img\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-label=\"")
        .raw(what)
        .raw(": ");
    for part in &parts {
        page.raw(part.name).raw(" ").text(&part.told).raw("; ");
    }
    page.raw("\">");
    let mut from = 0.0;
    for part in &parts {
        let width = LEAST + spare * part.amount as f64 / total as f64;
        page.raw("<rect class=\"fill-").raw(part.colour).raw("\" x=\"").number(from).raw("\" y=\"0\" height=\"6\" width=\"");
        page.number(width).raw("\"/>");
        from += width;
    }
    page.raw("</svg><figcaption>");
    for part in &parts {
        page.raw("<span class=\"key\"><i class=\"dot back-").raw(part.colour).raw("\"></i>").raw(part.name).raw(" <b>");
        page.text(&part.told).raw("</b></span> ");
    }
    page.raw("</figcaption></figure>\n");
}

/// Draws a bar as wide as an amount is of the largest, divided by colour.
pub(super) fn small_bar(page: &mut Page, parts: &[(&'static str, u64)], largest: u64) {
    page.raw("<svg class=\"small\" aria-hidden=\"true\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\">");
    let mut from = 0.0;
    for (colour, amount) in parts.iter().filter(|(_, amount)| *amount > 0) {
        let width = (100.0 * *amount as f64 / largest.max(1) as f64).max(1.0);
        page.raw("<rect class=\"fill-")
            .raw(colour)
            .raw("\" x=\"")
            .number(from)
            .raw("\" y=\"0\" height=\"10\" width=\"")
            .number(width)
            .raw("\"/>");
        from += width;
    }
    page.raw("</svg>");
}
