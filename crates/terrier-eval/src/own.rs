//! What Terrier itself says of the records of a corpus.

use terrier_classify::{Classifier, FoundSpan};
use terrier_content::{Column, ColumnKind, Origin, Records, Segment, Text};
use terrier_model::{AssetFindings, Tier};
use terrier_rules::Tiers;

use crate::corpus::{TableRecord, TextRecord};
use crate::offsets::Offsets;
use crate::prediction::{PredictedColumn, PredictedSpan, Prediction};
use crate::type_map::CommonTypes;

/// Says what is in a text, and what the text as a whole is.
pub(crate) fn text(classifier: &Classifier, types: &CommonTypes, record: &TextRecord) -> Prediction {
    let offsets = Offsets::new(&record.text);
    let found = classifier.spans(record.text.as_bytes(), 0..record.text.len(), Tier::Low);
    let spans = found.iter().flat_map(|span| of_types(types, &offsets, span)).collect();
    let label = record.label.is_some().then(|| {
        let text = Text::whole(record.text.as_bytes(), Origin::Lines { line: 1, byte: 0 });
        settle(classifier, &Segment::Text(text)).label.sensitivity.as_str().to_owned()
    });
    Prediction { id: record.id.clone(), spans, label, columns: Vec::new() }
}

/// Writes a span once for each type that its class answers to; one that answers to none is known by its class alone.
fn of_types(types: &CommonTypes, offsets: &Offsets<'_>, found: &FoundSpan<'_>) -> Vec<PredictedSpan> {
    let (start, end) = offsets.points(found.start, found.end);
    let class = found.class.as_str();
    let common = names(types, class).into_iter();
    common
        .map(|common| PredictedSpan {
            start,
            end,
            common,
            tier: found.tier,
            class: Some(class.to_owned()),
            rule: Some(found.rule.to_owned()),
        })
        .collect()
}

fn names(types: &CommonTypes, class: &str) -> Vec<String> {
    match types.of_class(class) {
        [] => vec![class.to_owned()],
        names => names.to_vec(),
    }
}

/// Says what the columns of a table hold.
pub(crate) fn table(classifier: &Classifier, types: &CommonTypes, tiers: Tiers, record: &TableRecord) -> Prediction {
    let records = to_records(record);
    let decisions = settle(classifier, &Segment::Records(&records)).columns;
    let columns = decisions.iter().enumerate().filter_map(|(index, decision)| {
        let class = decision.class.as_ref()?.as_str();
        let tier = tier_of(decision.confidence, tiers);
        Some(PredictedColumn { index, common: names(types, class), tier, class: Some(class.to_owned()) })
    });
    Prediction { id: record.file.clone(), columns: columns.collect(), ..Prediction::default() }
}

/// Returns the tier of a confidence, whose log-odds are the sum that tiers begin with.
fn tier_of(confidence: f64, tiers: Tiers) -> Tier {
    // A sum that is the beginning of a tier may come back from its confidence a rounding below.
    let sum = (confidence / (1.0 - confidence)).ln() + 1e-9;
    if sum >= tiers.high {
        Tier::High
    } else if sum >= tiers.medium {
        Tier::Medium
    } else {
        Tier::Low
    }
}

fn to_records(table: &TableRecord) -> Records {
    let mut records = Records::default();
    for (index, column) in table.columns.iter().enumerate() {
        let name = column.name.as_str().map_or_else(|| format!("column{index}"), str::to_owned);
        // Two columns of one name would be taken for one.
        let is_again = table.columns[..index].iter().any(|other| other.name == column.name);
        let mut made = Column::new(if is_again { format!("{name}.{index}") } else { name }, ColumnKind::Text);
        for (record, value) in (0..).zip(&column.values) {
            match value {
                serde_json::Value::Null => {}
                serde_json::Value::String(text) => made.push(record, text.as_bytes()),
                other => made.push(record, other.to_string().as_bytes()),
            }
        }
        records.records = records.records.max(u32::try_from(column.values.len()).unwrap_or(u32::MAX));
        records.columns.push(made);
    }
    records
}

fn settle(classifier: &Classifier, segment: &Segment<'_>) -> AssetFindings {
    let mut session = classifier.session(None);
    session.segment(segment);
    session.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_tells_the_tier() {
        let tiers = Tiers::default();
        let confidence = |sum: f64| 1.0 / (1.0 + (-sum).exp());
        for (sum, tier) in [(5.0, Tier::High), (3.0, Tier::High), (2.99, Tier::Medium), (0.0, Tier::Medium), (-0.01, Tier::Low)] {
            assert_eq!(tier_of(confidence(sum), tiers), tier, "{sum}");
        }
        assert_eq!(tier_of(1.0, tiers), Tier::High);
    }
}
