use super::hash::{Purpose, below};

/// Shares out objects among numbered parts, each of which gets one at least, very unevenly: halved again and again, each time by a
/// drawn proportion. Which part an object is in, and which objects a part holds, follow in as many steps as there are halvings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cascade {
    pub(super) seed: u64,
    pub(super) objects: u64,
    pub(super) parts: u64,
}

/// A part, and where its objects begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) number: u64,
    pub(super) first: u64,
    pub(super) count: u64,
}

impl Cascade {
    /// Returns the part that an object is in.
    pub(super) fn holding(&self, object: u64) -> Part {
        self.descend(|_, objects| object < objects)
    }

    /// Returns a part by its number.
    pub(super) fn part(&self, number: u64) -> Part {
        self.descend(|parts, _| number < parts)
    }

    /// Goes down to a part; the question is whether it lies in the half that ends before this part and this object.
    fn descend(&self, is_left: impl Fn(u64, u64) -> bool) -> Part {
        let (mut number, mut parts, mut first, mut count) = (0, self.parts, 0, self.objects);
        while parts > 1 {
            let left_parts = parts / 2;
            let left = self.left_share(number, parts, count);
            if is_left(number + left_parts, first + left) {
                (parts, count) = (left_parts, left);
            } else {
                (number, parts, first, count) = (number + left_parts, parts - left_parts, first + left, count - left);
            }
        }
        Part { number, first, count }
    }

    fn left_share(&self, number: u64, parts: u64, count: u64) -> u64 {
        let (left_parts, right_parts) = (parts / 2, parts - parts / 2);
        // The first part of a half and its number of parts name the half: no other half has both.
        let place = number.wrapping_mul(0x1_0000_0001).wrapping_add(parts);
        let weight = |side: u64| u128::from(1000 + below(self.seed, Purpose::Split, place.wrapping_mul(2) + side, 3000));
        let (left, right) = (weight(0) * u128::from(left_parts), weight(1) * u128::from(right_parts));
        let share = (u128::from(count) * left / (left + right)) as u64;
        share.clamp(left_parts, count - right_parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_in_the_part_that_holds_it() {
        for (objects, parts) in [(1, 1), (5, 5), (1000, 37), (4096, 64), (999, 998)] {
            let cascade = Cascade { seed: 3, objects, parts };
            let mut next = 0;
            for number in 0..parts {
                let part = cascade.part(number);
                assert!(part.number == number && part.first == next && part.count > 0, "{part:?}");
                for object in part.first..part.first + part.count {
                    assert_eq!(cascade.holding(object), part);
                }
                next += part.count;
            }
            assert_eq!(next, objects);
        }
    }

    #[test]
    fn parts_differ_in_size_by_orders_of_magnitude() {
        let cascade = Cascade { seed: 1, objects: 1_000_000_000, parts: 10_000 };
        let mut counts: Vec<u64> = (0..10_000).map(|number| cascade.part(number).count).collect();
        counts.sort_unstable();
        assert!(counts[9_900] > 20 * counts[100], "{} {}", counts[100], counts[9_900]);
    }
}
