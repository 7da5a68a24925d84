//! Names in URLs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in every part of a URL. `/` does not: services read `%2F` as a `/` of the name, and a name with `..` in it
/// stays one step of the path.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes a name as one step of a path. `None` for `.` and `..`, which URLs cannot hold as steps in any encoding: the request would
/// go to what holds the object.
pub(crate) fn path_step(name: &str) -> Option<String> {
    (!matches!(name, "" | "." | "..")).then(|| encoded(name))
}

/// Joins the parameters of a query.
pub(crate) fn query<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs = parameters.into_iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_step_of_the_path() {
        let url = |name: &str| {
            let url = format!("http://host/b/{}", path_step(name).unwrap());
            reqwest::Url::parse(&url).unwrap().path().to_owned()
        };
        assert_eq!(url("a/../b"), "/b/a%2F..%2Fb");
        assert_eq!(url("/lead//"), "/b/%2Flead%2F%2F");
        assert_eq!(url("%2F+ ?#\\\n\t\r"), "/b/%252F%2B%20%3F%23%5C%0A%09%0D");
        assert_eq!(url("..."), "/b/...");
        assert_eq!(url("%2e%2e"), "/b/%252e%252e");
        assert_eq!((path_step("."), path_step("..")), (None, None));
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(query([("prefix", "a b&c=/"), ("max", "3")]), "prefix=a%20b%26c%3D%2F&max=3");
    }
}
