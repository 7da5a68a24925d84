use std::collections::HashMap;

/// The names of users, from the system's own list. Users of a directory service show as their numbers.
pub(super) struct Owners {
    names: HashMap<u32, String>,
}

impl Owners {
    pub(super) fn load() -> Self {
        Self::parse(&std::fs::read("/etc/passwd").unwrap_or_default())
    }

    fn parse(passwd: &[u8]) -> Self {
        let mut names = HashMap::new();
        for line in String::from_utf8_lossy(passwd).lines() {
            let mut fields = line.split(':');
            let (Some(name), Some(uid)) = (fields.next(), fields.nth(1)) else { continue };
            if let Ok(uid) = uid.parse() {
                names.entry(uid).or_insert_with(|| name.to_owned());
            }
        }
        Self { names }
    }

    pub(super) fn name(&self, uid: u32) -> String {
        self.names.get(&uid).cloned().unwrap_or_else(|| uid.to_string())
    }

    pub(super) fn current_user(&self) -> String {
        self.name(rustix::process::geteuid().as_raw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_show_by_name_and_else_by_number() {
        let owners =
            Owners::parse(b"root:x:0:0:root:/root:/bin/sh\nbroken\n\nada:x:1000:1000::/home/ada:/bin/sh\nalias:x:0:0::/:/bin/sh\n");
        assert_eq!([0, 1000, 1001].map(|uid| owners.name(uid)), ["root", "ada", "1001"]);
    }
}
