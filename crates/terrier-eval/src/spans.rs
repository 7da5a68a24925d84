//! Holds what was predicted of a text against what is labelled in it.

use std::collections::BTreeSet;

use terrier_model::Tier;

use crate::corpus::TextRecord;
use crate::counts::{ByTier, Matches};
use crate::prediction::PredictedSpan;
use crate::type_map::{CommonTypes, Meaning};

/// What is labelled in a text.
pub(crate) struct Gold {
    /// The spans, with their common type.
    pub(crate) spans: Vec<(usize, usize, String)>,
    /// Where nothing is right and nothing wrong.
    neutral: Vec<(usize, usize)>,
    /// The types that some look-alike is marked for.
    look_alikes: BTreeSet<String>,
    /// The types that the record speaks of, where these are not all that its corpus does.
    only: Option<BTreeSet<String>>,
}

/// One claim of a program: a span, and all types that it stands for.
pub(crate) struct Claim<'p> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) tier: Tier,
    /// The name that the program itself gives it.
    pub(crate) name: &'p str,
    pub(crate) rule: Option<&'p str>,
    types: BTreeSet<&'p str>,
}

/// What a claim is, as one of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Right,
    Wrong,
    /// It is right as another of its types, or stands where nothing is wrong.
    Passed,
}

impl Gold {
    pub(crate) fn new(record: &TextRecord, types: &CommonTypes) -> Self {
        let mut gold = Self { spans: Vec::new(), neutral: Vec::new(), look_alikes: BTreeSet::new(), only: None };
        for span in &record.spans {
            match types.meaning(span.own.as_deref(), span.common.as_deref()) {
                Meaning::Scored(common) => gold.spans.push((span.start, span.end, common)),
                Meaning::Neutral => gold.neutral.push((span.start, span.end)),
                Meaning::NotScored => {}
            }
        }
        for negative in &record.negatives {
            let own = negative.own.as_deref().map(|own| own.strip_prefix("NEG:").unwrap_or(own));
            if let Meaning::Scored(common) = types.meaning(own, negative.common.as_deref()) {
                gold.look_alikes.insert(common);
            }
        }
        gold.only = record.target.as_deref().map(|target| match types.meaning(None, Some(target)) {
            Meaning::Scored(common) => BTreeSet::from([common]),
            Meaning::NotScored | Meaning::Neutral => BTreeSet::new(),
        });
        gold
    }

    /// Returns the types that are labelled here.
    pub(crate) fn types(&self) -> BTreeSet<String> {
        match &self.only {
            Some(only) => only.clone(),
            None => self.spans.iter().map(|(_, _, common)| common).chain(&self.look_alikes).cloned().collect(),
        }
    }

    /// Tells whether the record says where values of these types are.
    pub(crate) fn speaks_of(&self, members: &[&str]) -> bool {
        self.only.as_ref().is_none_or(|only| members.iter().any(|member| only.contains(*member)))
    }

    fn of<'g>(&'g self, members: &'g [&str]) -> impl Iterator<Item = (usize, usize)> + 'g {
        self.spans.iter().filter(|(_, _, common)| members.contains(&common.as_str())).map(|(start, end, _)| (*start, *end))
    }

    fn verdict(&self, claim: &Claim<'_>, members: &[&str], is_match: fn((usize, usize), (usize, usize)) -> bool) -> Verdict {
        let span = (claim.start, claim.end);
        if self.of(members).any(|gold| is_match(gold, span)) {
            return Verdict::Right;
        }
        let is_another = self.spans.iter().any(|(start, end, common)| {
            claim.types.contains(common.as_str()) && !members.contains(&common.as_str()) && is_match((*start, *end), span)
        });
        if is_another || self.neutral.iter().any(|neutral| overlap(*neutral, span)) { Verdict::Passed } else { Verdict::Wrong }
    }

    /// Counts what is right and found, as one of some types.
    pub(crate) fn score(&self, claims: &[Claim<'_>], members: &[&str]) -> ByTier<Matches> {
        Tier::ALL.map(|least| {
            let claims: Vec<&Claim<'_>> = claims.iter().filter(|claim| claim.tier >= least && claim.is_of(members)).collect();
            let mut matches = Matches::default();
            for (counts, is_match) in [(&mut matches.overlap, overlap as fn(_, _) -> bool), (&mut matches.exact, same)] {
                counts.gold = self.of(members).count() as u64;
                counts.found =
                    self.of(members).filter(|gold| claims.iter().any(|claim| is_match(*gold, (claim.start, claim.end)))).count() as u64;
                for claim in &claims {
                    let verdict = self.verdict(claim, members, is_match);
                    counts.right += u64::from(verdict == Verdict::Right);
                    counts.predicted += u64::from(verdict != Verdict::Passed);
                }
            }
            matches
        })
    }

    /// Returns the labelled spans of a type that no claim overlaps.
    pub(crate) fn missed<'g>(&'g self, claims: &'g [Claim<'_>], common: &'g str) -> impl Iterator<Item = (usize, usize)> + 'g {
        let is_found =
            move |gold: (usize, usize)| claims.iter().any(|claim| claim.is_of(&[common]) && overlap(gold, (claim.start, claim.end)));
        let of_type = self.spans.iter().filter(move |(_, _, of)| of == common).map(|(start, end, _)| (*start, *end));
        of_type.filter(move |gold| !is_found(*gold))
    }

    /// Returns the claims of a type that overlap no labelled span.
    pub(crate) fn false_claims<'c, 'p>(&'c self, claims: &'c [Claim<'p>], common: &'c str) -> impl Iterator<Item = &'c Claim<'p>> + 'c {
        claims.iter().filter(move |claim| claim.is_of(&[common]) && self.verdict(claim, &[common], overlap) == Verdict::Wrong)
    }
}

impl<'p> Claim<'p> {
    /// Puts spans together that are one claim.
    pub(crate) fn of(spans: &'p [PredictedSpan], types: &'p CommonTypes) -> Vec<Self> {
        let mut claims: Vec<Self> = Vec::new();
        for span in spans {
            let name = span.class.as_deref().unwrap_or(&span.common);
            let common = types.common(&span.common);
            let same = |claim: &&mut Claim<'_>| (claim.start, claim.end, claim.tier, claim.name) == (span.start, span.end, span.tier, name);
            match claims.iter_mut().find(same) {
                Some(claim) => {
                    claim.types.insert(common);
                }
                None => claims.push(Self {
                    start: span.start,
                    end: span.end,
                    tier: span.tier,
                    name,
                    rule: span.rule.as_deref(),
                    types: BTreeSet::from([common]),
                }),
            }
        }
        claims
    }

    fn is_of(&self, members: &[&str]) -> bool {
        members.iter().any(|member| self.types.contains(member))
    }
}

fn overlap(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

fn same(a: (usize, usize), b: (usize, usize)) -> bool {
    a == b
}

#[cfg(test)]
mod tests {
    use terrier_rules::RulePack;

    use super::*;
    use crate::Counts;

    fn types() -> CommonTypes {
        CommonTypes::embedded(&RulePack::embedded()).unwrap()
    }

    fn record(spans: &str) -> TextRecord {
        let json = format!(r#"{{"id":"1","text":"{}",{spans}}}"#, "x".repeat(100));
        serde_json::from_str(&json).unwrap()
    }

    fn span(start: usize, end: usize, common: &str, tier: Tier, class: Option<&str>) -> PredictedSpan {
        PredictedSpan { start, end, common: common.to_owned(), tier, class: class.map(str::to_owned), rule: None }
    }

    fn counts(gold: u64, predicted: u64, right: u64, found: u64) -> Counts {
        Counts { gold, predicted, right, found }
    }

    #[test]
    fn overlap_and_exact_match_count_by_tier() {
        let types = types();
        let record = record(
            r#""spans":[{"start":0,"end":10,"ctype":"EMAIL"},{"start":20,"end":30,"ctype":"EMAIL"},{"start":40,"end":50,"ctype":"EMAIL"}]"#,
        );
        let gold = Gold::new(&record, &types);
        let predicted = [
            span(0, 10, "EMAIL", Tier::High, None),
            span(25, 35, "EMAIL", Tier::Medium, None), // overlaps
            span(30, 40, "EMAIL", Tier::Low, None),    // touches both neighbours and overlaps none
            span(41, 43, "EMAIL", Tier::Low, None),    // two claims on one label
            span(44, 46, "EMAIL", Tier::Low, None),
            span(60, 70, "PHONE", Tier::High, None), // not labelled here
        ];
        let claims = Claim::of(&predicted, &types);
        let [high, medium, low] = gold.score(&claims, &["EMAIL"]);
        assert_eq!((high.overlap, high.exact), (counts(3, 1, 1, 1), counts(3, 1, 1, 1)));
        assert_eq!((medium.overlap, medium.exact), (counts(3, 2, 2, 2), counts(3, 2, 1, 1)));
        assert_eq!((low.overlap, low.exact), (counts(3, 5, 4, 3), counts(3, 5, 1, 1)));
        let wrong: Vec<_> = gold.false_claims(&claims, "EMAIL").map(|claim| claim.start).collect();
        assert_eq!(wrong, [30]);
        assert_eq!(gold.missed(&claims[..2], "EMAIL").collect::<Vec<_>>(), [(40, 50)]);
    }

    #[test]
    fn one_claim_of_several_types_is_right_as_one_of_them() {
        let types = types();
        let record = record(r#""spans":[{"start":0,"end":11,"ctype":"US_SSN"},{"start":50,"end":60,"ctype":"TAX_ID"}]"#);
        let gold = Gold::new(&record, &types);
        let predicted = [
            span(0, 11, "US_SSN", Tier::High, Some("us_ssn")),
            span(0, 11, "TAX_ID", Tier::High, Some("us_ssn")),
            span(70, 81, "US_SSN", Tier::High, Some("us_ssn")),
            span(70, 81, "TAX_ID", Tier::High, Some("us_ssn")),
        ];
        let claims = Claim::of(&predicted, &types);
        assert_eq!(claims.len(), 2);
        assert_eq!(gold.score(&claims, &["US_SSN"])[0].overlap, counts(1, 2, 1, 1));
        assert_eq!(gold.score(&claims, &["TAX_ID"])[0].overlap, counts(1, 1, 0, 0));
        // Of another class at the same place, it is another claim, and wrong.
        let other = [span(0, 11, "TAX_ID", Tier::High, Some("us_ein"))];
        assert_eq!(gold.score(&Claim::of(&other, &types), &["TAX_ID"])[0].overlap, counts(1, 1, 0, 0));
    }

    #[test]
    fn types_of_a_group_are_scored_together() {
        let types = types();
        let record = record(r#""spans":[{"start":0,"end":10,"ctype":"ADDRESS"},{"start":12,"end":20,"ctype":"LOCATION"}]"#);
        let gold = Gold::new(&record, &types);
        let predicted = [span(5, 20, "ADDRESS", Tier::High, None)];
        let claims = Claim::of(&predicted, &types);
        assert_eq!(gold.score(&claims, &types.members("ADDRESS+LOCATION"))[0].overlap, counts(2, 1, 1, 2));
        assert_eq!(gold.score(&claims, &["ADDRESS"])[0].overlap, counts(1, 1, 1, 1));
    }

    #[test]
    fn neutral_labels_are_neither_found_nor_wrong_and_others_are_wrong() {
        let types = types();
        let record = record(
            r#""spans":[{"start":0,"end":10,"type":"UUID"},{"start":20,"end":30,"type":"Token"},{"start":40,"end":50,"ctype":"ORG"}],
               "negatives":[{"start":60,"end":70,"type":"NEG:Token"}]"#,
        );
        let gold = Gold::new(&record, &types);
        let at = |start| span(start, start + 10, "SECRET", Tier::High, None);
        let predicted = [at(0), at(20), at(40), at(60)];
        assert_eq!(gold.score(&Claim::of(&predicted, &types), &["SECRET"])[0].overlap, counts(1, 3, 1, 1));
    }

    #[test]
    fn a_record_with_a_target_speaks_of_no_other_type() {
        let types = types();
        let gold = Gold::new(&record(r#""spans":[],"target":"US_SSN""#), &types);
        assert!(gold.speaks_of(&["US_SSN"]) && !gold.speaks_of(&["PHONE"]));
        assert_eq!(gold.types(), BTreeSet::from(["US_SSN".to_owned()]));
    }
}
