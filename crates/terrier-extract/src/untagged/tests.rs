use super::*;

fn read(text: &str, flavour: Flavour) -> String {
    let mut read = String::new();
    Untagged::new(text.as_bytes(), flavour).read_to_string(&mut read).unwrap();
    read
}

fn check(html: &str, expect: &str) {
    assert_eq!(read(html, Flavour::Html), expect, "{html}");
}

#[test]
fn words_are_whole_and_lines_stay() {
    check("<p>Dear <b>J&uuml;r</b>gen,\n  Smith &amp; Co</p><p>a &lt; b\n</p>", "Dear J\u{fc}rgen,\n  Smith & Co\ra < b\n");
    check("a&#64;b.example 12<!-- -->3<br>x&nbsp;y&shy;z &unknown; &#x20AC", "a@b.example 123\r<!-- -->\rx yz &unknown; &#x20AC");
    check("<table><tr><td>Name</td><td>Ann</td></tr><tr><td>b</table>", "Name\tAnn\rb");
    check("a < b and c <d", "a < b and c \r<d");
}

#[test]
fn what_stands_in_tags_follows_its_paragraph() {
    check(
        "<p>Write <a class=\"x\" href=\"mailto:a&amp;b@example.com\">to</a> us</p>\n<input name=ssn value='536-90-4399'>x",
        "Write to us\r<a class=\"x\" href=\"mailto:a&b@example.com\">\n<input name=ssn value='536-90-4399'>\rx",
    );
    check("<img\n alt='a > b'\n>c", "<img\n alt='a > b'\n>\rc");
    check("<p>a<!-- one\ntwo -->b", "a\r<!-- one\nb\rtwo -->");
}

#[test]
fn scripts_and_style_sheets_are_read_as_they_stand() {
    check("<script type=\"x\">if (a<b && c) { x = '</p>' }</SCRIPT>\nb", "<script type=\"x\">\rif (a<b && c) { x = '</p>' }\nb");
    check("<style>p > a { }</style>a", "p > a { }\ra");
}

#[test]
fn names_of_elements_stay_in_xml() {
    let xml = "<?xml version=\"1.0\"?>\n<a x=\"1&quot;\"><ssn>536&#45;90-4399</ssn><![CDATA[<b>]] ]]]></a>\n<text><tspan x=\"1\">12</tspan><tspan>3</tspan>";
    assert_eq!(
        read(xml, Flavour::Xml),
        "<?xml version=\"1.0\"?>\n<a x=\"1\"\"><ssn>536-90-4399</ssn><b>]] ]</a>\n<text>123\r<tspan x=\"1\">"
    );
    let bomb = "<!DOCTYPE a [<!ENTITY x \"lol\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>";
    assert_eq!(read(bomb, Flavour::Xml), "<a>&y;</a>\r<!DOCTYPE a [<!ENTITY x \"lol\"><!ENTITY y \"&x;&x;\">]>");
}

#[test]
fn where_the_input_is_cut_changes_nothing() {
    let html = "<p a=b>x&amp;y <!-- c -- > --><script>a</scrip</script>\n<td q='\n'>z</td><![CDATA[ ]] ]]>&lt &#64;<br/>end<";
    for flavour in [Flavour::Html, Flavour::Xml] {
        let whole = read(html, flavour);
        for size in 1..html.len() {
            let mut cut = Untagged::new(html.as_bytes(), flavour);
            cut.input = vec![0; size];
            let mut read = String::new();
            cut.read_to_string(&mut read).unwrap();
            assert_eq!(read, whole, "{size}");
        }
        assert_eq!(whole.matches('\n').count(), html.matches('\n').count());
    }
}
