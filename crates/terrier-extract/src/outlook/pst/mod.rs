//! Personal folders of Outlook (PST, and OST up to Outlook 2010), read node by node: every message is a member, whatever folder has it.

mod cipher;
mod ltp;
mod ndb;

use terrier_content::{Origin, Sensitive, Text};
use terrier_model::Reason;

use self::ltp::{Properties, Property};
use self::ndb::{Database, Node};
use super::{ATTACHED, BODY, BODY_HTML, BODY_RTF, FileName, Texts, u32_at};
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::stream::SourceStream;
use crate::{Member, ReadAt, strings};

/// Kinds of nodes, told by their number.
const FOLDER: u32 = 0x02;
const MESSAGE: u32 = 0x04;
const ATTACHMENT: u32 = 0x05;
const ASSOCIATED: u32 = 0x08;
const RECIPIENTS: u32 = 0x692;
/// The type of a property that is an object.
const OBJECT: u16 = 0x000D;
const NAME: u16 = 0x3001;
/// The type of a property of bytes.
const BYTES: u16 = 0x0102;
/// Messages inside of messages.
const MAX_NESTING: u32 = 8;

/// Reads a file.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    context.set_format("pst");
    let database = match Database::open(source) {
        Ok(database) => database,
        Err(Halt::Because(reason @ (Reason::UnsupportedFormat | Reason::Damaged))) => {
            context.miss(reason);
            return strings::read(context, &mut SourceStream::new(source, 0, source.size()));
        }
        Err(halt) => return Err(halt),
    };
    let mut number = 0_u64;
    let whole = database.each_node(|node| match node.id & 31 {
        FOLDER => folder(context, &database, node),
        MESSAGE | ASSOCIATED => {
            number += 1;
            // Half of the members are left to what is attached. Messages beyond are still read, as text of the file.
            if context.budget.members_left() <= context.limits.members / 2 {
                return tolerated(context, |context| message(context, &database, node, MAX_NESTING));
            }
            member(context, &format!("message {number}"), None, |context| {
                context.set_format("msg");
                message(context, &database, node, MAX_NESTING)
            })
        }
        _ => Ok(()),
    })?;
    if !whole {
        context.miss(Reason::Damaged);
    }
    Ok(())
}

/// Reads something, and goes on where that is damaged.
fn tolerated(context: &mut Context<'_>, read: impl FnOnce(&mut Context<'_>) -> Result<(), Halt>) -> Result<(), Halt> {
    match read(context) {
        Err(Halt::Because(reason @ (Reason::Damaged | Reason::MemoryLimit))) => {
            context.miss(reason);
            Ok(())
        }
        result => result,
    }
}

fn member(
    context: &mut Context<'_>,
    name: &str,
    size: Option<u64>,
    read: impl FnOnce(&mut Context<'_>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    if context.budget.members_left() == 0 {
        context.miss(Reason::MemberLimit);
        return Ok(());
    }
    context.member(Member { name: Sensitive::new(name.as_bytes()), size, modified: None }, |context, consumed| {
        consumed.set(size.unwrap_or(0));
        read(context)
    })
}

/// Reads the properties of a node and books their size: many nodes may have the same.
fn properties_of<'d, 's>(context: &Context<'_>, database: &'d Database<'s>, node: Node) -> Result<Properties<'d, 's>, Halt> {
    context.budget.allowance()?;
    let properties = Properties::read(database, node, context.limits.buffered_bytes)?;
    context.budget.spend(properties.size());
    Ok(properties)
}

/// Reads the value of a property and books its size: many properties may have one large value.
fn value(context: &Context<'_>, properties: &Properties<'_, '_>, property: Property) -> Result<Vec<u8>, Halt> {
    context.budget.allowance()?;
    let value = properties.bytes(property, context.limits.buffered_bytes)?;
    context.budget.spend(value.len() as u64);
    Ok(value)
}

/// Hands out the name of a folder.
fn folder(context: &mut Context<'_>, database: &Database<'_>, node: Node) -> Result<(), Halt> {
    tolerated(context, |context| {
        let properties = properties_of(context, database, node)?;
        let Some(name) = properties.find(NAME) else { return Ok(()) };
        let bytes = value(context, &properties, name)?;
        let name = Texts::new(|tag| properties.number(tag)).decoded(name.of, &bytes).unwrap_or_default();
        context.text(Text::whole(name.as_bytes(), Origin::Property))
    })
}

fn message(context: &mut Context<'_>, database: &Database<'_>, node: Node, nesting: u32) -> Result<(), Halt> {
    let limit = context.limits.buffered_bytes;
    let properties = properties_of(context, database, node)?;
    let mut texts = Texts::new(|tag| properties.number(tag));
    for property in properties.all.iter().filter(|property| Texts::takes(property.tag, property.of)) {
        texts.property(property.tag, property.of, &value(context, &properties, *property)?);
    }
    texts.hand_out(context)?;
    for tag in [BODY, BODY_HTML, BODY_RTF] {
        if let Some(property) = properties.find(tag) {
            texts.body(context, tag, property.of, &value(context, &properties, property)?)?;
        }
    }
    let mut number = 0;
    for inside in properties.inside.iter().copied() {
        if inside.id == RECIPIENTS {
            // A table, of which the texts are wanted and no cell's place.
            let table = properties.data(inside)?.all(limit)?;
            context.text(Text::whole(&strings::printable(&table), Origin::Property))?;
        } else if inside.id & 31 == ATTACHMENT {
            number += 1;
            tolerated(context, |context| attachment(context, database, inside, number, &texts, nesting))?;
        }
    }
    Ok(())
}

fn attachment(
    context: &mut Context<'_>,
    database: &Database<'_>,
    node: Node,
    number: u32,
    texts: &Texts,
    nesting: u32,
) -> Result<(), Halt> {
    let properties = properties_of(context, database, node)?;
    let mut name = FileName::default();
    for property in &properties.all {
        if Texts::takes(property.tag, property.of) {
            let bytes = value(context, &properties, *property)?;
            name.take(property.tag, || texts.decoded(property.of, &bytes));
        }
    }
    let name = name.or_number(number);
    match properties.find(ATTACHED) {
        Some(content) if content.of == OBJECT => {
            let embedded = properties.node(u32_at(&value(context, &properties, content)?, 0)).ok_or(Reason::Damaged)?;
            member(context, &name, None, |context| {
                if embedded.id & 31 != MESSAGE {
                    return asset::read(context, Input::Source(&properties.data(embedded)?), name.as_bytes());
                }
                context.set_format("msg");
                let nesting = nesting.checked_sub(1).ok_or(Reason::DepthLimit)?;
                message(context, database, embedded, nesting)
            })
        }
        Some(content) if content.of == BYTES => {
            // Large content has a node of its own, which is read as it is asked for.
            let Some(node) = properties.node(content.value).filter(|_| content.value & 31 != 0) else {
                let bytes = value(context, &properties, content)?;
                return member(context, &name, Some(bytes.len() as u64), |context| {
                    asset::read(context, Input::Source(&bytes), name.as_bytes())
                });
            };
            let data = properties.data(node)?;
            context.budget.spend(data.size());
            member(context, &name, Some(data.size()), |context| asset::read(context, Input::Source(&data), name.as_bytes()))
        }
        _ => Ok(()),
    }
}
