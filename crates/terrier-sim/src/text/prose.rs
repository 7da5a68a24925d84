use crate::dice::Dice;

const OPENINGS: &[&str] = &[
    "The committee reviewed",
    "Our regional team finished",
    "Two suppliers asked about",
    "The steering group postponed",
    "Last quarter the warehouse improved",
    "Nobody on the night shift expected",
    "A short survey covered",
    "The new handbook explains",
    "After the workshop we redrew",
    "Marketing wants to shorten",
];
const SUBJECTS: &[&str] = &[
    "the seasonal delivery plan",
    "the returns process for bulky goods",
    "the layout of the packing lines",
    "the draft of the travel policy",
    "the roadmap for the partner portal",
    "the training material for new colleagues",
    "the energy report of both sites",
    "the service levels agreed with carriers",
    "the checklist for store openings",
    "the wording of the product pages",
];
const ENDINGS: &[&str] = &[
    "and agreed to look again in spring",
    "which saved about nine percent of the handling time",
    "although the figures are not final yet",
    "because the old arrangement had grown too costly",
    "so that the pilot can start on time",
    "before the auditors arrive",
    "and the minutes were sent to everyone involved",
    "while the budget stays unchanged",
    "as described in chapter four",
    "with very few complaints",
];

/// Draws a sentence of office prose that holds nothing sensitive.
pub fn sentence(dice: &mut Dice) -> String {
    format!("{} {} {}.", dice.pick(OPENINGS), dice.pick(SUBJECTS), dice.pick(ENDINGS))
}

/// Draws a paragraph of some sentences.
pub fn paragraph(dice: &mut Dice) -> String {
    let sentences: Vec<String> = (0..dice.between(3, 6)).map(|_| sentence(dice)).collect();
    sentences.join(" ")
}
