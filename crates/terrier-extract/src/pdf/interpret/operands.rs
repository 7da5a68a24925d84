//! The operands of an instruction, as what they are expected to be.

use hayro_font::kurbo::Affine;
use hayro_syntax::object::Name;

use crate::pdf::lexer::Operand;

/// The operands of an instruction.
pub(super) struct Operands<'o>(pub(super) &'o [Operand<'o>]);

impl<'o> Operands<'o> {
    pub(super) fn get(&self, index: usize) -> Option<&'o Operand<'o>> {
        self.0.get(index)
    }

    pub(super) fn name(&self, index: usize) -> Option<Name<'o>> {
        match self.get(index) {
            Some(Operand::Name(name)) => Some(Name::new_unescaped(name)),
            _ => None,
        }
    }

    pub(super) fn number(&self, index: usize) -> f64 {
        match self.get(index) {
            Some(Operand::Number(number)) => *number,
            _ => 0.0,
        }
    }

    pub(super) fn matrix(&self) -> Affine {
        Affine::new(std::array::from_fn(|index| self.number(index)))
    }
}
