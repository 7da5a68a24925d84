use terrier_query::{RegulationSummary, Summary};
use terrier_rules::{ClassSpec, RulePack};

use super::markup::Page;
use super::words::{count, plural};

/// What the findings mean by regulation: the duty, what brings it into play, how much there is.
pub(super) fn section(page: &mut Page, summary: &Summary, pack: &RulePack) {
    page.raw("<section id=\"law\">\n<h2>Regulations</h2>\n");
    if summary.regulations.is_empty() {
        page.raw("<p>Nothing was found at high confidence that a regulation known to the rules covers.</p>\n</section>\n");
        return;
    }
    page.raw("<p class=\"quiet\">What finding such data means. Whether a text binds you depends on who you are and where; ask counsel.</p>\n<div class=\"cards\">\n");
    for row in &summary.regulations {
        card(page, row, summary, pack);
    }
    page.raw("</div>\n</section>\n");
}

fn card(page: &mut Page, row: &RegulationSummary, summary: &Summary, pack: &RulePack) {
    let spec = pack.regulation(&row.id);
    page.raw("<article>\n<h3>").text(spec.map_or(&row.id, |spec| &spec.name));
    if let Some(spec) = spec {
        page.raw(" <span class=\"quiet\">").text(&spec.jurisdiction).raw("</span>");
    }
    page.raw("</h3>\n<p><strong>").text(&plural(row.assets, "item", "items")).raw("</strong>");
    if row.restricted > 0 {
        page.raw(", ").text(&count(row.restricted)).raw(" restricted");
    }
    if row.public > 0 {
        page.raw(", <strong class=\"alarm\">").text(&count(row.public)).raw(" public</strong>");
    }
    page.raw("</p>\n");
    if let Some(spec) = spec {
        page.raw("<p class=\"duty\">").text(&sentence(&spec.duty)).raw("</p>\n");
    }
    reasons(page, row, summary, pack);
    if let Some(spec) = spec {
        page.raw("<p class=\"quiet\">").text(&spec.title).raw("</p>\n");
    }
    page.raw("</article>\n");
}

/// Which classes bring the regulation into play, and why.
fn reasons(page: &mut Page, row: &RegulationSummary, summary: &Summary, pack: &RulePack) {
    let found = summary.classes.iter().filter(|class| class.high > 0).filter_map(|class| pack.class(&class.class));
    let reasons: Vec<(&ClassSpec, &str)> =
        found.filter_map(|class| class.regulations.iter().find(|law| law.id == row.id).map(|law| (class, law.reason.as_str()))).collect();
    if reasons.is_empty() {
        return;
    }
    page.raw("<ul>");
    for (class, reason) in reasons {
        page.raw("<li>").text(&class.name).raw(": ").text(reason).raw("</li>");
    }
    page.raw("</ul>\n");
}

/// Duties are written to stand anywhere; here each is a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.trim_end_matches('.').chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
