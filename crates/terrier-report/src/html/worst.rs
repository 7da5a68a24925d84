use terrier_model::{Fact, Tier};
use terrier_query::{ClassInAsset, Summary, WorstAsset};
use terrier_rules::RulePack;

use super::markup::{Page, class_name};
use super::words::{bytes, plural};

/// The worst assets and what makes them so.
pub(super) fn section(page: &mut Page, summary: &Summary, pack: &RulePack) {
    page.raw("<section id=\"worst\">\n<h2>Worst first</h2>\n");
    if summary.worst.is_empty() {
        page.raw("<p>Nothing was found at high or medium confidence.</p>\n</section>\n");
        return;
    }
    page.raw(
        "<p class=\"quiet\">Ranked by label, then by exposure, then by how much of how many classes they hold.</p>\n<ol class=\"worst\">\n",
    );
    for asset in &summary.worst {
        entry(page, asset, pack);
    }
    page.raw("</ol>\n</section>\n");
}

fn entry(page: &mut Page, asset: &WorstAsset, pack: &RulePack) {
    page.raw("<li>\n<h3>").path(&asset.path).raw("</h3>\n<p class=\"facts\">").chip(asset.sensitivity);
    if asset.public == Fact::Yes {
        page.raw(" <span class=\"chip exposed\">public</span>");
    }
    if asset.external == Fact::Yes {
        page.raw(" <span class=\"chip exposed\">shared outside</span>");
    }
    page.raw(" <span class=\"quiet\">").path(asset.store_id.as_str()).raw(" · ").text(&bytes(asset.size)).raw("</span></p>\n");
    page.raw("<ul class=\"classes\">");
    for class in &asset.classes {
        page.raw("<li>").text(class_name(pack, &class.class)).raw(": ").text(&occurrences(class)).raw("</li>");
    }
    page.raw("</ul>\n");
    if !asset.regulations.is_empty() {
        page.raw("<p class=\"quiet\">Covered by ");
        for (place, id) in asset.regulations.iter().enumerate() {
            page.raw(if place > 0 { ", " } else { "" }).text(pack.regulation(id).map_or(id, |regulation| &regulation.name));
        }
        page.raw("</p>\n");
    }
    page.raw("</li>\n");
}

fn occurrences(class: &ClassInAsset) -> String {
    let (number, sureness) = match class.tier {
        Tier::High => (class.high, ""),
        Tier::Medium | Tier::Low => (class.medium, ", likely"),
    };
    format!(
        "{}, about {}{sureness}",
        plural(number, "occurrence", "occurrences"),
        plural(class.distinct, "distinct value", "distinct values")
    )
}
