//! Measures how fast text-like formats become segments, in memory and on one thread, without anybody looking at them.

#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::hint::black_box;
use std::time::Instant;

use terrier_content::{Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, Sink};

const SIZE: usize = 128 << 20;

struct Nobody;

impl Sink for Nobody {
    fn enter(&mut self, _: Member<'_>) {}

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        black_box(&segment);
        Flow::Continue
    }

    fn leave(&mut self, _: Outcome) {}
}

fn main() {
    let samples = [
        ("a.log", "2024-05-01T10:00:00Z INFO request served user=ann@example.com status=200 bytes=5120\n", ""),
        (
            "a.csv",
            "1042,Ann Example,ann@example.com,+1 555 0100,\"1 Main Street, Springfield\",2024-05-01,42.50\n",
            "id,name,email,phone,address,date,amount\n",
        ),
        (
            "a.ndjson",
            "{\"id\": 1042, \"user\": {\"name\": \"Ann Example\", \"emails\": [\"ann@example.com\"]}, \"amount\": 42.5, \"ok\": true}\n",
            "",
        ),
        (
            "a.html",
            "<tr class=\"row\"><td><a href=\"/people/1042\">Ann <b>Example</b></a></td><td>ann&#64;example.com</td><td>42.50</td></tr>\n",
            "<!DOCTYPE html>\n<html>\n",
        ),
        (
            "a.xml",
            "<person id=\"1042\"><name>Ann Example</name><email>ann@example.com</email><amount>42.50</amount></person>\n",
            "<?xml version=\"1.0\"?>\n<people>\n",
        ),
        (
            "a.sql",
            "INSERT INTO `people` VALUES (1042,'Ann Example','ann@example.com','1 Main Street, O\\'Fallon',42.50);\n",
            "CREATE TABLE `people` (`id` int, `name` text, `email` text, `address` text, `amount` decimal);\n",
        ),
        ("cyrillic.log", "2024-05-01 Иванов Пётр, Москва, улица Ленина, дом 5, user=ann@example.com status=200\n", ""),
    ];
    for (name, line, header) in samples {
        let (line, _, _) = encoding_rs::WINDOWS_1251.encode(line);
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend_from_slice(&line.repeat(SIZE / line.len()));
        let extractor = Extractor::new(Limits::default(), None);
        let mut best = f64::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let outcome = extractor.extract(&bytes, Sensitive::new(name.as_bytes()), &mut Nobody);
            black_box(outcome);
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("{name}: {:.0} MB/s", bytes.len() as f64 / 1e6 / best);
    }
}
