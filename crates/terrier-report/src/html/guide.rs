use terrier_query::Summary;

use super::markup::Page;
use super::words::{count, day_and_time};

const GUIDE: &str = "<section id=\"guide\">\n<h2>How to read it</h2>\n<dl class=\"guide\">\n\
<dt>Confidence</dt><dd><b>High</b>: form, validation and context agree. <b>Medium</b>: likely. <b>Low</b>: the form matches and little else \
speaks for it. Only high counts towards labels and regulations unless the policy says otherwise.</dd>\n\
<dt>Labels</dt><dd>The most sensitive class in an item decides. <b>Restricted</b>: its loss harms people or opens doors. <b>Confidential</b>: \
personal or business data whose loss must be handled. An item that was not read has no label.</dd>\n\
<dt>Test values</dt><dd>Specimen numbers and documentation examples are recognised, counted apart and never counted as real.</dd>\n\
<dt>Items and objects</dt><dd>An object lies in a store. An archive's members are items of their own, and so is the archive.</dd>\n\
<dt>Distinct values</dt><dd>Estimates, per item; they cannot be added up.</dd>\n\
<dt>Names</dt><dd>Paths are escaped, and any part of a name that is itself a value is masked as \u{2039}class\u{203a}.</dd>\n\
<dt>Evidence</dt><dd>The tables say for each finding which rules matched, what spoke for and against it, and where it is: \
<code>terrier show --asset PATH</code>, <code>terrier query \"SELECT * FROM findings\"</code>.</dd>\n</dl>\n";

/// How to read the page, and which run it tells of.
pub(super) fn section(page: &mut Page, summary: &Summary) {
    page.raw(GUIDE).raw("<h3>The scan</h3>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Run</th><th scope=\"col\">Started</th><th scope=\"col\">Ended</th>");
    page.raw("<th scope=\"col\">Complete</th><th scope=\"col\" class=\"n\">Requests</th><th scope=\"col\" class=\"n\">Cost</th>");
    page.raw("<th scope=\"col\">Version</th><th scope=\"col\">Rules</th><th scope=\"col\">Policy</th></tr></thead>\n<tbody>\n");
    for run in &summary.runs {
        page.raw("<tr><th scope=\"row\">")
            .text(run.run_id.as_str())
            .raw("</th><td class=\"w\">")
            .text(&day_and_time(run.started))
            .raw("</td><td class=\"w\">");
        page.text(&day_and_time(run.ended)).raw("</td><td>").raw(if run.complete { "yes" } else { "no" }).raw("</td><td class=\"n\">");
        page.text(&count(run.requests)).raw("</td><td class=\"n\">").text(&format!("{:.4} USD", run.cost_usd)).raw("</td><td>");
        page.text(&run.terrier_version).raw("</td><td><code>").text(&short(&run.rules_digest)).raw("</code></td><td><code>");
        page.text(&short(&run.policy_digest)).raw("</code></td></tr>\n");
    }
    page.raw("</tbody></table></div>\n</section>\n");
}

fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}
