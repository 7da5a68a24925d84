//! EPUB.

use expect_test::expect;

use crate::archives::zip;
use crate::transcript::check;

/// A small book, its chapters out of order.
pub(crate) fn sample() -> Vec<u8> {
    let chapter =
        |text: &str| format!("<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>T</title></head><body>{text}</body></html>");
    let (one, two) = (
        chapter(
            "<h1>One</h1><p>Call <b>A</b>nn&nbsp;&mdash;<br/><a href=\"mailto:ann@example.com\">mail</a></p><!-- hidden --><script>key = 'abc'</script>",
        ),
        chapter("<p>Two</p><table><tr><td>a</td><td>b</td></tr></table><p>open"),
    );
    let package = r#"<package><metadata><dc:creator>Ann Author</dc:creator></metadata><manifest><item id="b" href="b%20c.xhtml"/><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>"#;
    let container = r#"<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>"#;
    zip(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("OEBPS/content.opf", package.as_bytes()),
        ("OEBPS/a.xhtml", one.as_bytes()),
        ("OEBPS/b c.xhtml", two.as_bytes()),
        ("OEBPS/style.css", b"p { }"),
    ])
}

#[test]
fn chapters_come_in_the_order_of_the_spine() {
    check(
        "a.epub",
        &sample(),
        expect![[r#"
        > OEBPS/b c.xhtml
          line 1, byte 0: "T\nTwo\na\tb\nopen"
        < html full
        > OEBPS/a.xhtml
          line 1, byte 0: "T\nOne\nCall Ann\u{a0}—\nmail\nmailto:ann@example.com\nhidden\nkey = 'abc'"
        < html full
        property: "Ann Author"
        > OEBPS/style.css
          line 1, byte 0: "p { }"
        < text full
        = epub full
    "#]],
    );
}
