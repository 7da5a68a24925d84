use terrier_model::{DataClass, Sensitivity};
use terrier_query::{ClassRow, Summary};
use terrier_rules::RulePack;

use super::chart::{Part, divided_bar, small_bar};
use super::markup::{Page, class_name};
use super::words::{bytes, count, plural};

/// What was found: by label, by class and confidence, by store, by format, and what occurs together.
pub(super) fn section(page: &mut Page, summary: &Summary, pack: &RulePack) {
    page.raw("<section id=\"found\">\n<h2>What was found</h2>\n");
    labels(page, summary);
    classes(page, summary, pack);
    combinations(page, summary, pack);
    page.raw("<div class=\"pair\">\n");
    stores(page, summary);
    formats(page, summary);
    page.raw("</div>\n</section>\n");
}

fn labels(page: &mut Page, summary: &Summary) {
    let part = |row: &terrier_query::SensitivitySummary| Part {
        colour: row.sensitivity.as_str(),
        name: name_of(row.sensitivity),
        amount: row.assets,
        told: count(row.assets),
    };
    let parts: Vec<Part> = summary.sensitivity.iter().map(part).collect();
    page.raw("<h3>By label</h3>\n");
    divided_bar(page, "Items by label", &parts);
}

fn name_of(level: Sensitivity) -> &'static str {
    match level {
        Sensitivity::Restricted => "Restricted",
        Sensitivity::Confidential => "Confidential",
        Sensitivity::Internal => "Internal",
        Sensitivity::Public => "Nothing sensitive",
    }
}

fn classes(page: &mut Page, summary: &Summary, pack: &RulePack) {
    page.raw("<h3>By class</h3>\n");
    if summary.classes.is_empty() {
        page.raw("<p>No data of any class was found.</p>\n");
        return;
    }
    let largest = summary.classes.iter().map(|row| row.assets).max().unwrap_or(0);
    page.raw("<p class=\"legend\"><span class=\"key\"><i class=\"dot back-high\"></i>high</span> <span class=\"key\"><i class=\"dot back-medium\"></i>medium</span> ");
    page.raw("<span class=\"key\"><i class=\"dot back-low\"></i>low confidence</span></p>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>");
    page.raw("<th scope=\"col\">Class</th><th scope=\"col\">Sensitivity</th><th scope=\"col\" colspan=\"2\">Items that hold it</th>");
    page.raw("<th scope=\"col\" class=\"n\">High</th><th scope=\"col\" class=\"n\">Medium</th><th scope=\"col\" class=\"n\">Low</th>");
    page.raw("<th scope=\"col\" class=\"n\">Test values</th></tr></thead>\n<tbody>\n");
    let mut rows: Vec<&ClassRow> = summary.classes.iter().collect();
    // Stable: within a level the order stays that of the summary.
    rows.sort_by_key(|row| std::cmp::Reverse(pack.class(&row.class).map(|spec| spec.sensitivity)));
    for row in rows {
        class(page, row, largest, pack);
    }
    page.raw("</tbody></table></div>\n<p class=\"quiet\">High, medium and low count occurrences. Test values are specimens and documentation examples; ");
    page.raw("they count towards nothing else.</p>\n");
}

fn class(page: &mut Page, row: &ClassRow, largest: u64, pack: &RulePack) {
    page.raw("<tr><th scope=\"row\">").text(class_name(pack, &row.class)).raw("</th><td>");
    if let Some(spec) = pack.class(&row.class) {
        page.chip(spec.sensitivity);
    }
    page.raw("</td><td class=\"n\">").text(&count(row.assets)).raw("</td><td class=\"chart\">");
    small_bar(page, &[("high", row.assets_high), ("medium", row.assets_medium), ("low", row.assets_low)], largest);
    page.raw("</td>");
    for number in [row.high, row.medium, row.low, row.test] {
        page.raw(if number == 0 { "<td class=\"n zero\">" } else { "<td class=\"n\">" }).text(&count(number)).raw("</td>");
    }
    page.raw("</tr>\n");
}

fn combinations(page: &mut Page, summary: &Summary, pack: &RulePack) {
    if summary.combinations.is_empty() {
        return;
    }
    page.raw("<h3>Together in one record</h3>\n<p class=\"quiet\">What lies in one record belongs to one person, and is worse than its parts.</p>\n");
    page.raw(
        "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Classes</th><th scope=\"col\" class=\"n\">Records</th>",
    );
    page.raw("<th scope=\"col\" class=\"n\">Items</th></tr></thead>\n<tbody>\n");
    for row in &summary.combinations {
        let names: Vec<&str> = row.classes.iter().map(|class: &DataClass| class_name(pack, class)).collect();
        page.raw("<tr><th scope=\"row\">").text(&names.join(" + ")).raw("</th><td class=\"n\">").text(&count(row.records));
        page.raw("</td><td class=\"n\">").text(&count(row.assets)).raw("</td></tr>\n");
    }
    page.raw("</tbody></table></div>\n");
}

fn stores(page: &mut Page, summary: &Summary) {
    page.raw("<div><h3>By store</h3>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Store</th><th scope=\"col\" class=\"n\">Objects</th>");
    page.raw("<th scope=\"col\" class=\"n\">Size</th><th scope=\"col\" class=\"n\">Restricted</th><th scope=\"col\" class=\"n\">Confidential</th></tr></thead>\n<tbody>\n");
    for row in &summary.stores {
        page.raw("<tr><th scope=\"row\">").path(row.store_id.as_str());
        if let Some(region) = &row.region {
            page.raw(" <span class=\"quiet\">").text(region).raw("</span>");
        }
        page.raw("</th>");
        for cell in [count(row.assets), bytes(row.bytes), count(row.restricted), count(row.confidential)] {
            page.raw("<td class=\"n\">").text(&cell).raw("</td>");
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div></div>\n");
}

fn formats(page: &mut Page, summary: &Summary) {
    const SHOWN: usize = 12;
    let largest = summary.formats.iter().map(|row| row.assets).max().unwrap_or(0);
    page.raw("<div><h3>By format</h3>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Format</th><th scope=\"col\" colspan=\"2\">Items</th>");
    page.raw("<th scope=\"col\" class=\"n\">Sensitive</th></tr></thead>\n<tbody>\n");
    for row in summary.formats.iter().take(SHOWN) {
        page.raw("<tr><th scope=\"row\">")
            .text(row.format.as_deref().unwrap_or("not opened"))
            .raw("</th><td class=\"n\">")
            .text(&count(row.assets));
        page.raw("</td><td class=\"chart\">");
        small_bar(page, &[("restricted", row.sensitive), ("quiet", row.assets.saturating_sub(row.sensitive))], largest);
        page.raw("</td><td class=\"n\">").text(&count(row.sensitive)).raw("</td></tr>\n");
    }
    page.raw("</tbody></table></div>\n");
    if summary.formats.len() > SHOWN {
        let more = (summary.formats.len() - SHOWN) as u64;
        page.raw("<p class=\"quiet\">and ").text(&plural(more, "more format", "more formats")).raw(".</p>\n");
    }
    page.raw("</div>\n");
}
