use terrier_model::{DataClass, Sensitivity};

use crate::Location;

/// A class of sensitive data: what kind it is, how bad its loss would be, which regulations cover it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassSpec {
    /// Its id.
    pub id: DataClass,
    /// Its name for people.
    pub name: String,
    /// What kind of data it is.
    pub category: Category,
    /// How bad it would be for the wrong person to read it.
    pub sensitivity: Sensitivity,
    /// The regulations that cover it, ordered by id.
    pub regulations: Vec<ClassRegulation>,
    /// Countries it speaks for, as ISO 3166-1 alpha-2 codes; empty where it speaks for none.
    pub jurisdictions: Vec<String>,
    /// How well a value tells persons apart, 0 to 100; `None` where it does not.
    pub person_key: Option<u8>,
    /// Groups of classes that it belongs to, which combinations name; ordered. That of persons follows from the person key.
    pub groups: Vec<String>,
    /// Where it is defined.
    pub location: Location,
}

/// The group of all classes that tell persons apart. No class names it.
pub(crate) const PERSONS: &str = "person";

/// From this person key on, a value says who is meant.
const TELLS_PERSONS: u8 = 40;

impl ClassSpec {
    /// Tells whether it is about persons rather than machines and what opens them.
    pub fn is_personal(&self) -> bool {
        !matches!(self.category, Category::Credential | Category::Network)
    }

    /// Tells whether its values say who is meant, well enough to make what stands beside them personal.
    pub fn tells_persons(&self) -> bool {
        self.is_personal() && self.person_key.is_some_and(|key| key >= TELLS_PERSONS)
    }

    /// Tells whether it belongs to a group of classes.
    pub fn is_of(&self, group: &str) -> bool {
        if group == PERSONS { self.tells_persons() } else { self.groups.iter().any(|own| own == group) }
    }
}

/// What classes are together that they are not each by itself: a diagnosis is of someone where a name stands in the same record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CombinationSpec {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Groups of classes: a record is one of the kind where it holds a class of each.
    pub of: Vec<String>,
    /// How bad it would be for the wrong person to read it.
    pub sensitivity: Sensitivity,
    /// The regulations that cover it, ordered by id.
    pub regulations: Vec<ClassRegulation>,
    /// Where it is defined.
    pub location: Location,
}

impl CombinationSpec {
    /// Tells whether classes that stand in one record make it up. A class that belongs to several of the groups stands for one of them alone.
    pub fn is_made_up_of(&self, classes: &[&ClassSpec]) -> bool {
        fn fill(groups: &[String], classes: &[&ClassSpec], taken: &mut Vec<usize>) -> bool {
            let Some((group, others)) = groups.split_first() else { return true };
            (0..classes.len()).any(|at| {
                let fits = !taken.contains(&at) && classes[at].is_of(group);
                fits && {
                    taken.push(at);
                    let filled = fill(others, classes, taken);
                    taken.pop();
                    filled
                }
            })
        }
        fill(&self.of, classes, &mut Vec::new())
    }
}

/// A regulation that covers a class, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRegulation {
    /// Id of the regulation.
    pub id: String,
    /// Why it covers the class: a phrase that names the provision where there is one.
    pub reason: String,
}

/// What kind of data a class is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Numbers that a state gives to a person or an organisation.
    NationalId,
    /// Payment cards, accounts.
    Financial,
    /// Keys, tokens, passwords.
    Credential,
    /// Ways to reach a person.
    Contact,
    /// Health and the numbers used in health care.
    Health,
    /// Addresses of machines.
    Network,
    /// Other facts about a person.
    Personal,
}

impl Category {
    /// All categories, in the order in which reports list them.
    pub const ALL: [Self; 7] =
        [Self::Credential, Self::Financial, Self::NationalId, Self::Health, Self::Personal, Self::Contact, Self::Network];

    /// Returns the name used in the packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NationalId => "national_id",
            Self::Financial => "financial",
            Self::Credential => "credential",
            Self::Contact => "contact",
            Self::Health => "health",
            Self::Network => "network",
            Self::Personal => "personal",
        }
    }

    /// Reads the name used in the packs.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }
}

/// A law or standard that covers classes of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegulationSpec {
    /// Its id: `pci_dss`.
    pub id: String,
    /// Its short name for people: `PCI DSS`.
    pub name: String,
    /// Its full title.
    pub title: String,
    /// Where it holds: a country, a union of countries, a state, or `global`.
    pub jurisdiction: String,
    /// What finding covered data means for its holder, in one sentence.
    pub duty: String,
    /// Address of the text.
    pub reference: String,
    /// Where it is defined.
    pub location: Location,
}
