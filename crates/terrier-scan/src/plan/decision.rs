use terrier_model::Reason;

/// What is done with an asset of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is read.
    Read,
    /// It has not changed since an earlier run, whose rows are taken over.
    Carry,
    /// It is not read, for this reason.
    Skip(Reason),
}

impl Decision {
    /// A number for it, small for what is frequent.
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Read => 0,
            Self::Carry => 1,
            Self::Skip(reason) => reason as u64 + 2,
        }
    }

    /// Takes what [`Decision::number`] gave.
    pub(super) fn numbered(number: u64) -> Self {
        match number {
            0 => Self::Read,
            1 => Self::Carry,
            number => Self::Skip(Reason::ALL[number as usize - 2]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back() {
        let all = [Decision::Read, Decision::Carry].into_iter().chain(Reason::ALL.map(Decision::Skip));
        for (number, decision) in all.enumerate() {
            assert_eq!(decision.number(), number as u64);
            assert_eq!(Decision::numbered(number as u64), decision);
        }
    }
}
