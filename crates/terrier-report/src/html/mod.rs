//! The page: what a reader needs first comes first, and every figure has its table.

mod chart;
mod coverage;
mod found;
mod guide;
mod law;
mod markup;
mod words;
mod worst;

use terrier_model::Sensitivity;
use terrier_query::{Summary, UnreadAsset};
use terrier_rules::RulePack;

use markup::Page;
use words::{bytes, count, day_and_time, plural};

/// Assets named per reason why something was not read.
pub(crate) const EXAMPLES: usize = 3;

const STYLE: &str = include_str!("style.css");

/// Renders the whole page.
pub(crate) fn page(summary: &Summary, unread: &[UnreadAsset], pack: &RulePack) -> String {
    let mut page = Page::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; ");
    page.raw("base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.raw(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n",
    );
    page.raw("<title>Sensitive data report</title>\n<style>\n").raw(STYLE).raw("</style>\n</head>\n<body>\n");
    header(&mut page, summary);
    page.raw("<main>\n");
    headline(&mut page, summary);
    worst::section(&mut page, summary, pack);
    found::section(&mut page, summary, pack);
    law::section(&mut page, summary, pack);
    coverage::section(&mut page, summary, unread);
    guide::section(&mut page, summary);
    page.raw(
        "</main>\n<footer><p>Made by Terrier from metadata only: no value that was found is in this page.</p></footer>\n</body>\n</html>\n",
    );
    page.finish()
}

fn header(page: &mut Page, summary: &Summary) {
    page.raw("<header>\n<p class=\"brand\">Terrier</p>\n<h1>Sensitive data report</h1>\n<p class=\"scope\">");
    for (place, run) in summary.runs.iter().enumerate() {
        page.raw(if place > 0 { "<br>" } else { "" }).path(&run.target);
        page.raw(" <span class=\"quiet\">scanned ").text(&day_and_time(run.started)).raw("</span>");
    }
    page.raw("</p>\n<nav aria-label=\"Sections\"><a href=\"#worst\">Worst first</a> <a href=\"#found\">What was found</a> ");
    page.raw(
        "<a href=\"#law\">Regulations</a> <a href=\"#coverage\">Coverage</a> <a href=\"#guide\">How to read it</a></nav>\n</header>\n",
    );
}

/// The ten seconds: how much was looked at, how much of it matters, what nobody knows.
fn headline(page: &mut Page, summary: &Summary) {
    let labelled = |level| summary.sensitivity.iter().find(|row| row.sensitivity == level).map_or(0, |row| row.assets);
    let (restricted, confidential) = (labelled(Sensitivity::Restricted), labelled(Sensitivity::Confidential));
    let failed = coverage::failed(summary);
    page.raw("<section class=\"headline\" aria-label=\"At a glance\">\n<p class=\"lead\">");
    page.text(&plural(summary.assets, "object", "objects")).raw(" of ").text(&bytes(summary.bytes_total)).raw(" were enumerated and ");
    page.text(&words::share(summary.bytes_read, summary.bytes_total)).raw(" of the bytes were read. ");
    match restricted + confidential {
        0 => page.raw("Nothing labelled restricted or confidential was found."),
        sensitive => page
            .raw("<strong>")
            .text(&plural(sensitive, "item holds", "items hold"))
            .raw(" sensitive data</strong>, ")
            .text(&count(restricted))
            .raw(" of them restricted."),
    };
    page.raw("</p>\n<dl class=\"tiles\">\n");
    tile(page, "restricted", "Restricted", &count(restricted), "payment cards, national ids, credentials");
    tile(page, "confidential", "Confidential", &count(confidential), "personal data");
    tile(page, "neutral", "Read", &words::share(summary.bytes_read, summary.bytes_total), &read_of(summary));
    tile(page, if failed > 0 { "warning" } else { "neutral" }, "Could not be read", &count(failed), "denied, changed, damaged");
    page.raw("</dl>\n");
    if failed > 0 {
        page.raw("<p class=\"notice\" role=\"note\"><strong>This report is incomplete.</strong> ");
        page.text(&plural(failed, "item", "items"))
            .raw(" that should have been read could not be; <a href=\"#coverage\">coverage</a> says why.</p>\n");
    }
    page.raw("</section>\n");
}

fn read_of(summary: &Summary) -> String {
    let members =
        if summary.members > 0 { format!(", and {}", plural(summary.members, "archive member", "archive members")) } else { String::new() };
    format!("{} of {}{members}", bytes(summary.bytes_read), bytes(summary.bytes_total))
}

fn tile(page: &mut Page, kind: &'static str, name: &'static str, figure: &str, note: &str) {
    page.raw("<div class=\"tile ").raw(kind).raw("\"><dt>").raw(name).raw("</dt><dd><span class=\"figure\">").text(figure);
    page.raw("</span><span class=\"quiet\">").text(note).raw("</span></dd></div>\n");
}
