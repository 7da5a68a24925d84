//! Models as ONNX.

use expect_test::expect;
use terrier_model::Reason;

use crate::transcript::{check, extract};

fn field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, content.len() as u8], content].concat()
}

/// A model with a node, a weight, and an entry of metadata.
pub(crate) fn sample() -> Vec<u8> {
    let weight = [vec![0x08, 2], field(4, &[0, 0, 0x80, 0x3F]), field(8, b"layer.weight"), field(9, b"no text at all")].concat();
    let node = [field(1, b"x"), field(4, b"MatMul"), field(5, &[field(1, b"note"), field(4, b"ann@example.com")].concat())].concat();
    let graph = [field(1, &node), field(2, b"main"), field(5, &weight)].concat();
    let entry = [field(1, b"author"), field(2, b"Ann Lee")].concat();
    [vec![0x08, 9], field(2, b"pytorch"), field(3, b"2.1"), vec![0x28, 0], field(7, &graph), field(14, &entry)].concat()
}

#[test]
fn what_describes_a_model_is_read() {
    check(
        "model",
        &sample(),
        expect![[r#"
        property: "pytorch\n2.1\nx\nMatMul\nnote\nann@example.com\nmain\nlayer.weight\nauthor: Ann Lee\n"
        = onnx full
    "#]],
    );
}

#[test]
fn a_model_that_breaks_off_is_damaged() {
    let sample = sample();
    let (_, outcome) = extract("a.onnx", &sample[..sample.len() - 4].to_vec());
    assert_eq!((outcome.format, outcome.reason), (Some("onnx"), Some(Reason::Damaged)));
}
