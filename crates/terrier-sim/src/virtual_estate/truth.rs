use std::collections::BTreeMap;

use serde::Serialize;

use super::{Dataset, Estate, Layout};

/// What is in a dataset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetTruth {
    /// What its keys begin with.
    pub prefix: String,
    /// Name of its format; none where its objects are of several.
    pub format: Option<&'static str>,
    /// How many objects it has.
    pub objects: u64,
    /// The probability with which an object holds something sensitive.
    pub prevalence: f64,
    /// How many objects do, and in how many each class is; none where they were not counted.
    pub counted: Option<Counted>,
    /// The classes that may be in it.
    pub classes: Vec<&'static str>,
}

/// What a count of all objects of a dataset gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Objects that hold something sensitive.
    pub sensitive: u64,
    /// Bytes of all objects.
    pub bytes: u64,
    /// Objects that hold each class.
    pub objects_with: BTreeMap<&'static str, u64>,
}

impl Estate {
    /// Returns the truth about a dataset; with `count`, each of its objects is looked at.
    pub fn truth_of(&self, dataset: &Dataset, count: bool) -> DatasetTruth {
        let is_share = self.families[dataset.family].family.layout == Layout::Share;
        let classes = if dataset.prevalence > 0.0 { dataset.subject.classes() } else { &[] };
        DatasetTruth {
            prefix: self.folder(dataset),
            format: (!is_share).then(|| dataset.format.as_str()),
            objects: dataset.count,
            prevalence: dataset.prevalence,
            counted: count.then(|| self.counted(dataset)),
            classes: classes.iter().map(|(class, _)| *class).collect(),
        }
    }

    fn counted(&self, dataset: &Dataset) -> Counted {
        let mut counted = Counted::default();
        for object in self.objects(dataset.first..dataset.first + dataset.count) {
            counted.bytes += object.size();
            counted.sensitive += u64::from(object.is_sensitive);
            object.truth().into_keys().for_each(|class| *counted.objects_with.entry(class).or_default() += 1);
        }
        counted
    }
}
