use sha2::{Digest, Sha256};

use crate::{Matcher, Rule, RulePack, TestMatch};

/// Feeds fields into a hash so that no two different sequences of fields feed the same bytes: each is preceded by its length.
struct Feed(Sha256);

impl Feed {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: f64) {
        self.bytes(&number.to_bits().to_le_bytes());
    }

    fn list<T>(&mut self, items: &[T], mut feed: impl FnMut(&mut Self, &T)) {
        self.0.update((items.len() as u64).to_le_bytes());
        for item in items {
            feed(self, item);
        }
    }

    fn texts(&mut self, items: &[String]) {
        self.list(items, |feed, item| feed.text(item));
    }
}

/// Digests what findings follow from. What else a pack says (names, labels, laws) changes labels only, which need no text.
pub(crate) fn detection(pack: &RulePack) -> String {
    let mut feed = Feed(Sha256::new());
    feed.list(&pack.classes, |feed, class| {
        feed.text(class.id.as_str());
        feed.text(class.category.as_str());
        feed.texts(&class.jurisdictions);
        feed.number(class.person_key.map_or(-1.0, f64::from));
        feed.texts(&class.groups);
    });
    feed.list(&pack.rules, feed_detection);
    feed.number(pack.evidence.tiers.medium);
    feed.number(pack.evidence.tiers.high);
    for (name, evidence) in &pack.evidence.weights {
        feed.text(name);
        feed.number(evidence.weight);
    }
    hex::encode(feed.0.finalize())
}

pub(crate) fn digest(pack: &RulePack) -> String {
    let mut feed = Feed(Sha256::new());
    feed.list(&pack.regulations, |feed, regulation| {
        for text in [&regulation.id, &regulation.name, &regulation.title, &regulation.jurisdiction, &regulation.duty, &regulation.reference]
        {
            feed.text(text);
        }
    });
    feed.list(&pack.classes, |feed, class| {
        feed.text(class.id.as_str());
        feed.text(&class.name);
        feed.text(class.category.as_str());
        feed.text(class.sensitivity.as_str());
        feed.list(&class.regulations, |feed, regulation| {
            feed.text(&regulation.id);
            feed.text(&regulation.reason);
        });
        feed.texts(&class.jurisdictions);
        feed.number(class.person_key.map_or(-1.0, f64::from));
        feed.texts(&class.groups);
    });
    feed.list(&pack.combinations, |feed, combination| {
        feed.text(&combination.id);
        feed.text(&combination.name);
        feed.texts(&combination.of);
        feed.text(combination.sensitivity.as_str());
        feed.list(&combination.regulations, |feed, regulation| {
            feed.text(&regulation.id);
            feed.text(&regulation.reason);
        });
    });
    feed.list(&pack.rules, feed_rule);
    feed.number(pack.evidence.tiers.medium);
    feed.number(pack.evidence.tiers.high);
    for (name, evidence) in &pack.evidence.weights {
        feed.text(name);
        feed.number(evidence.weight);
        feed.text(&evidence.meaning);
    }
    hex::encode(feed.0.finalize())
}

fn feed_rule(feed: &mut Feed, rule: &Rule) {
    feed_detection(feed, rule);
    feed.text(&rule.description);
    feed.texts(&rule.examples);
    feed.texts(&rule.counter_examples);
    feed.texts(&rule.references);
}

fn feed_detection(feed: &mut Feed, rule: &Rule) {
    feed.text(&rule.id);
    feed.text(rule.class.as_str());
    feed.text(match rule.matcher {
        Matcher::Pattern(_) => "pattern",
        Matcher::Recognizer(_) => "recognizer",
    });
    feed.text(rule.matcher.as_str());
    feed.text(rule.validator.as_deref().unwrap_or_default());
    feed.number(rule.prior);
    feed.text(rule.checksum.as_str());
    feed.list(&rule.keywords, |feed, keyword| feed.text(keyword.as_str()));
    feed.number(f64::from(u8::from(rule.keyword_required)));
    feed.texts(&rule.fields);
    feed.texts(&rule.negative_fields);
    feed.text(rule.normalize.as_str());
    feed.list(&rule.test_values, |feed, test| {
        match &test.matches {
            TestMatch::Value(value) => {
                feed.text("value");
                feed.bytes(value);
            }
            TestMatch::Pattern(pattern) => {
                feed.text("pattern");
                feed.text(pattern);
            }
        }
        feed.text(&test.reason);
    });
}
