//! Mail: messages (RFC 5322 with MIME, RFC 2045 to 2049) and mailboxes of them.
//!
//! Both are read as a stream: a message holds no more than a line of itself and the text of one body, whatever it carries.

mod alternative;
mod entity;
mod fields;
mod flowed;
mod lines;
mod opaque;
mod sniff;
mod transfer;

use std::io::Read;

use terrier_content::Sensitive;
use terrier_model::Reason;

pub(crate) use alternative::Seen;
pub(crate) use opaque::ENVELOPED;
pub(crate) use sniff::{is_mailbox, is_message};
pub(crate) use transfer::{base64, quoted};

use self::entity::Walk;
use self::lines::Lines;
use crate::Member;
use crate::context::{Context, Halt};

/// Reads a message.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    context.set_format("mail");
    entity::message(context, &mut Lines::new(input, false), &mut Walk::default())
}

/// Returns the text of a header that stands alone, decoded.
pub(crate) fn header_text(mut header: &[u8]) -> Vec<u8> {
    // Reading from memory does not fail.
    fields::Fields::read(&mut Lines::new(&mut header, false)).map(|fields| fields.text()).unwrap_or_default()
}

/// Reads a mailbox (RFC 4155, and its kin): each message is a member.
pub(crate) fn read_mailbox(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    context.set_format("mbox");
    let mut lines = Lines::new(input, true);
    let mut number = 0_u64;
    while lines.next_message()? {
        number += 1;
        let mut read = |context: &mut Context<'_>| entity::message(context, &mut lines, &mut Walk::default());
        // Half of the members are left to what is attached. Messages beyond are still read, as text of the mailbox.
        if context.budget.members_left() <= context.limits.members / 2 {
            read(context)?;
            continue;
        }
        let name = format!("message {number}");
        context.member(Member { name: Sensitive::new(name.as_bytes()), size: None, modified: None }, |context, _| {
            context.set_format("mail");
            read(context)
        })?;
    }
    Ok(())
}

/// Enters a member, unless there were too many: then it is left out, which is said, and the message goes on.
fn member(
    context: &mut Context<'_>,
    name: &str,
    read: impl FnOnce(&mut Context<'_>, &std::cell::Cell<u64>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    if context.budget.members_left() == 0 {
        context.miss(Reason::MemberLimit);
        return Ok(());
    }
    context.member(Member { name: Sensitive::new(name.as_bytes()), size: None, modified: None }, read)
}
