//! The parts of an address as evidence.

use crate::signal::{Signal, SignalSet};

/// A part that speaks for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Part {
    /// A word for a street, in any language.
    StreetWord,
    /// A word that may be one, or a name where a street stands.
    StreetName,
    HouseNumber,
    /// A flat, a floor, a door.
    Unit,
    Postcode,
    /// One whose form few other things have.
    DistinctPostcode,
    /// A known town.
    Town,
    /// A state or province.
    Region,
    Country,
    /// A box at a post office.
    Box,
    /// Words before it that announce an address.
    Cue,
}

/// A set of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Parts(u16);

impl Parts {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn add(&mut self, part: Part) {
        self.0 |= 1 << part as u16;
    }

    pub(crate) fn has(self, part: Part) -> bool {
        self.0 & 1 << part as u16 != 0
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// How many of these are there.
    pub(crate) fn count(self, of: &[Part]) -> usize {
        of.iter().filter(|part| self.has(**part)).count()
    }

    /// Returns the evidence that the parts are.
    pub(crate) fn signals(self) -> SignalSet {
        const SIGNALS: [(Part, Signal); 11] = [
            (Part::StreetWord, Signal::StreetWord),
            (Part::StreetName, Signal::StreetName),
            (Part::HouseNumber, Signal::HouseNumber),
            (Part::Unit, Signal::AddressUnit),
            (Part::Postcode, Signal::Postcode),
            (Part::DistinctPostcode, Signal::DistinctPostcode),
            (Part::Town, Signal::KnownTown),
            (Part::Region, Signal::KnownRegion),
            (Part::Country, Signal::KnownCountry),
            (Part::Box, Signal::PostOfficeBox),
            (Part::Cue, Signal::AddressCue),
        ];
        SIGNALS.into_iter().filter(|(part, _)| self.has(*part)).map(|(_, signal)| signal).collect()
    }
}
