use terrier_model::{Method, Reason, ReasonKind};
use terrier_query::{CoverageRow, Summary, UnreadAsset};

use super::chart::{Part, divided_bar};
use super::markup::Page;
use super::words::{bytes, count};

/// Counts what should have been read and was not, or not to its end.
pub(super) fn failed(summary: &Summary) -> u64 {
    summary.coverage.iter().filter(|row| kind(row) == Some(ReasonKind::Failure)).map(|row| row.assets + row.members).sum()
}

fn kind(row: &CoverageRow) -> Option<ReasonKind> {
    row.reason.map(Reason::kind)
}

/// What was read and what not, by how much and why, with examples.
pub(super) fn section(page: &mut Page, summary: &Summary, unread: &[UnreadAsset]) {
    page.raw("<section id=\"coverage\">\n<h2>Coverage</h2>\n<p class=\"quiet\">Everything that was enumerated is accounted for: read, or not read with the reason.</p>\n");
    let whole: u64 = summary.bytes_read;
    let left = |wanted: ReasonKind| -> u64 {
        let rows = summary.coverage.iter().filter(|row| kind(row) == Some(wanted));
        rows.map(|row| row.bytes_total.saturating_sub(row.bytes_read)).sum()
    };
    let part = |colour, name, amount| Part { colour, name, amount, told: bytes(amount) };
    divided_bar(
        page,
        "Bytes by coverage",
        &[
            part("read", "Read", whole),
            part("quiet", "Out of scope", left(ReasonKind::OutOfScope)),
            part("restricted", "Could not be read", left(ReasonKind::Failure)),
        ],
    );
    page.raw("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\">Why</th><th scope=\"col\" class=\"n\">Objects</th>");
    page.raw("<th scope=\"col\" class=\"n\">Archive members</th><th scope=\"col\" class=\"n\">Size</th><th scope=\"col\" class=\"n\">Read</th></tr></thead>\n<tbody>\n");
    for row in &summary.coverage {
        outcome(page, row);
    }
    page.raw("</tbody></table></div>\n");
    examples(page, unread);
    page.raw("</section>\n");
}

fn outcome(page: &mut Page, row: &CoverageRow) {
    page.raw(if kind(row) == Some(ReasonKind::Failure) { "<tr class=\"failure\"><th scope=\"row\">" } else { "<tr><th scope=\"row\">" });
    page.raw(match row.method {
        Method::Full => "read in full",
        Method::Sampled => "read in part",
        Method::NotScanned => "not read",
    });
    page.raw("</th><td>").raw(row.reason.map_or("", Reason::explain)).raw("</td>");
    for cell in [count(row.assets), count(row.members), bytes(row.bytes_total), bytes(row.bytes_read)] {
        page.raw("<td class=\"n\">").text(&cell).raw("</td>");
    }
    page.raw("</tr>\n");
}

fn examples(page: &mut Page, unread: &[UnreadAsset]) {
    if unread.is_empty() {
        return;
    }
    page.raw("<details open><summary>The largest that were not read to their end, by reason</summary>\n<dl class=\"examples\">\n");
    let mut last = None;
    for asset in unread {
        if last != Some(asset.reason) {
            page.raw("<dt>").raw(asset.reason.explain()).raw("</dt>\n");
            last = Some(asset.reason);
        }
        page.raw("<dd>").path(&asset.path).raw(" <span class=\"quiet\">").text(&bytes(asset.bytes_total)).raw("</span></dd>\n");
    }
    page.raw("</dl></details>\n");
}
