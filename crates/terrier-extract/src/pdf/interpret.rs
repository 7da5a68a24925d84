//! Content streams (ISO 32000-1, 8 and 9): where which text is shown.

mod forms;
mod operands;

use std::borrow::Cow;
use std::rc::Rc;

use hayro_font::kurbo::{Affine, Vec2};

use hayro_syntax::object::{Array, Dict, Object, ObjectIdentifier, Stream, String as PdfString};
use hayro_syntax::page::Resources;
use terrier_model::Reason;

use self::operands::Operands;
use super::content::Contents;
use super::font::{Fonts, PageFont};
use super::layout::{Glyph, Layout};
use super::lexer::{Lexer, Operand};
use super::shown::Shown;
use super::text_string;

/// Content of a page, with its forms as often as they are drawn.
const MAX_CONTENT: usize = 512 << 20;
/// Text of a page.
const MAX_TEXT: usize = 64 << 20;
/// States that are saved, or marks that are open, inside each other.
const MAX_SAVED: usize = 4096;

/// What of the graphics state places text.
#[derive(Clone)]
struct State<'a> {
    ctm: Affine,
    font: Option<Rc<PageFont<'a>>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

/// Text that stands for what is shown while its mark is open.
struct Mark {
    /// `Some` where there is such a text: it is handed out with the first glyph and empty from then on.
    instead: Option<String>,
}

/// Goes through the content of a page.
pub(super) struct Interpreter<'a, 'd, 'b> {
    fonts: &'d Fonts<'a>,
    contents: &'d mut Contents<'b>,
    pub(super) layout: Layout,
    state: State<'a>,
    saved: Vec<State<'a>>,
    text_matrix: Affine,
    line_matrix: Affine,
    marks: Vec<Mark>,
    open_forms: Vec<ObjectIdentifier>,
    forms: usize,
    gone_through: usize,
    /// Why the page was not read to its end.
    pub(super) missed: Option<Reason>,
    /// Glyphs whose characters are known, and those whose are not.
    pub(super) known: usize,
    pub(super) unknown: usize,
    /// Area of the largest picture on the page.
    pub(super) picture: f64,
    /// The pictures.
    pub(super) pictures: Vec<Stream<'a>>,
    /// Whether there is one that was not kept, as those inside of a content stream are.
    pub(super) is_picture_left: bool,
    /// Shapes that are painted.
    pub(super) shapes: usize,
}

impl<'a, 'd, 'b> Interpreter<'a, 'd, 'b> {
    pub(super) fn new(fonts: &'d Fonts<'a>, contents: &'d mut Contents<'b>) -> Self {
        let state = State {
            ctm: Affine::IDENTITY,
            font: None,
            size: 0.0,
            character_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        Self {
            fonts,
            contents,
            layout: Layout::default(),
            state,
            saved: Vec::new(),
            text_matrix: Affine::IDENTITY,
            line_matrix: Affine::IDENTITY,
            marks: Vec::new(),
            open_forms: Vec::new(),
            forms: 0,
            gone_through: 0,
            missed: None,
            known: 0,
            unknown: 0,
            picture: 0.0,
            pictures: Vec::new(),
            is_picture_left: false,
            shapes: 0,
        }
    }

    /// Notes why not all was read. The first reason counts.
    pub(super) fn miss(&mut self, reason: Option<Reason>) {
        self.missed = self.missed.or(reason);
    }

    /// Unpacks a content stream of the page behind what `content` holds.
    pub(super) fn unpack(&mut self, stream: &Stream<'_>, content: &mut Vec<u8>) {
        let missed = self.contents.read(stream, content);
        self.miss(missed);
    }

    /// Goes through a content stream.
    pub(super) fn run(&mut self, content: &[u8], resources: &Resources<'a>) {
        self.gone_through += content.len();
        if self.gone_through > MAX_CONTENT || self.layout.len() > MAX_TEXT {
            self.miss(Some(Reason::DecompressedLimit));
            return;
        }
        if let Err(reason) = self.contents.go_through(content.len()) {
            self.miss(Some(reason));
            return;
        }
        let bottom = self.saved.len();
        let mut lexer = Lexer::new(content);
        let mut operands = Vec::new();
        while let Some(operator) = lexer.next(&mut operands) {
            self.execute(operator, &Operands(&operands), resources, bottom);
        }
        if lexer.is_cut {
            self.miss(Some(Reason::Damaged));
        }
        self.saved.truncate(bottom);
    }

    fn execute(&mut self, operator: &[u8], operands: &Operands<'_>, resources: &Resources<'a>, bottom: usize) {
        match operator {
            b"q" if self.saved.len() < MAX_SAVED => self.saved.push(self.state.clone()),
            b"Q" if self.saved.len() > bottom => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => self.state.ctm *= operands.matrix(),
            b"BT" => self.set_line(Affine::IDENTITY),
            b"Tf" => self.set_font(operands, resources),
            b"gs" => self.set_parameters(operands, resources),
            b"Tc" => self.state.character_space = operands.number(0),
            b"Tw" => self.state.word_space = operands.number(0),
            b"Tz" => self.state.scale = operands.number(0) / 100.0,
            b"TL" => self.state.leading = operands.number(0),
            b"Ts" => self.state.rise = operands.number(0),
            b"Tm" => self.set_line(operands.matrix()),
            b"Td" => self.next_line(operands.number(0), operands.number(1)),
            b"TD" => {
                self.state.leading = -operands.number(1);
                self.next_line(operands.number(0), operands.number(1));
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tj" => self.show_string(operands, 0),
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show_string(operands, 0);
            }
            b"\"" => {
                self.state.word_space = operands.number(0);
                self.state.character_space = operands.number(1);
                self.next_line(0.0, -self.state.leading);
                self.show_string(operands, 2);
            }
            b"TJ" => self.show_array(operands),
            b"Do" => self.draw(operands, resources),
            b"BI" => {
                self.note_picture();
                self.is_picture_left = true;
            }
            b"BDC" => self.open_mark(operands, resources),
            b"BMC" => self.open_mark_without_text(),
            b"EMC" => drop(self.marks.pop()),
            b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" | b"sh" => self.shapes += 1,
            _ => {}
        }
    }

    fn set_line(&mut self, matrix: Affine) {
        (self.line_matrix, self.text_matrix) = (matrix, matrix);
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.set_line(self.line_matrix * Affine::translate((x, y)));
    }

    fn set_font(&mut self, operands: &Operands<'_>, resources: &Resources<'a>) {
        self.state.size = operands.number(1);
        if let Some(name) = operands.name(0) {
            let font = resources.get_font(&name).map_or_else(|| self.fonts.unknown(), |dict| self.fonts.get(&dict));
            self.state.font = Some(font);
        }
    }

    fn set_parameters(&mut self, operands: &Operands<'_>, resources: &Resources<'a>) {
        let Some(name) = operands.name(0) else { return };
        let Some(font) = resources.get_ext_g_state(&name).and_then(|dict| dict.get::<Array<'a>>(b"Font")) else { return };
        if let Some(dict) = font.iter::<Object<'a>>().next().and_then(Object::into_dict) {
            self.state.font = Some(self.fonts.get(&dict));
        }
        if let Some(size) = font.iter::<Object<'a>>().nth(1).and_then(Object::into_f32) {
            self.state.size = f64::from(size);
        }
    }

    fn show_string(&mut self, operands: &Operands<'_>, index: usize) {
        if let Some(Operand::String(string)) = operands.get(index) {
            self.show(string, string.len());
            self.layout.end_string();
        }
    }

    fn show_array(&mut self, operands: &Operands<'_>) {
        let Some(Operand::Array(items)) = operands.get(0) else { return };
        let horizontal = self.state.font.as_ref().is_none_or(|font| font.is_horizontal());
        let strings = items.iter().map(|item| if let Operand::String(string) = item { string.len() } else { 0 });
        let bytes = strings.sum();
        for item in items {
            match item {
                Operand::String(string) => self.show(string, bytes),
                Operand::Number(number) => {
                    let distance = -number / 1000.0 * self.state.size;
                    let step = if horizontal { (distance * self.state.scale, 0.0) } else { (0.0, distance) };
                    self.text_matrix *= Affine::translate(step);
                }
                _ => {}
            }
        }
        self.layout.end_string();
    }

    /// Shows a string, which is the whole or a part of what one instruction shows in `all` bytes.
    fn show(&mut self, bytes: &[u8], all: usize) {
        let font = Rc::clone(self.state.font.get_or_insert_with(|| self.fonts.unknown()));
        let horizontal = font.is_horizontal();
        let State { size, scale, character_space, word_space, rise, ctm, .. } = self.state;
        let linear = (ctm * self.text_matrix).as_coeffs();
        let (x_axis, y_axis) = (Vec2::new(linear[0], linear[1]), Vec2::new(linear[2], linear[3]));
        let ahead = if horizontal { x_axis * (size * scale).signum() } else { -y_axis * size.signum() };
        // The height of a letter above its line; a font that is all width is as good as one of that size.
        let height = if horizontal { (y_axis * size).cross(ahead.normalize()) } else { (x_axis * size * scale).cross(ahead.normalize()) };
        let size_on_page = font.em() * if height == 0.0 { (ahead * size).hypot() } else { height.abs() };
        // What is shown at no size or in no direction cannot be seen, but it is there.
        let is_flat = !(ahead.normalize().is_finite() && size_on_page.is_finite() && size_on_page > 0.0);
        let (direction, size_on_page) = if is_flat { (Vec2::new(1.0, 0.0), 1.0) } else { (ahead.normalize(), size_on_page) };
        let mut at = 0;
        while at < bytes.len() {
            let (shown, len) = font.next(&bytes[at..]);
            let is_word_space = len == 1 && bytes[at] == b' ';
            at += len.max(1);
            let place = ctm * self.text_matrix;
            let spacing = character_space + if is_word_space { word_space } else { 0.0 };
            let (x, y) = (shown.advance.0 / 1000.0 * size, shown.advance.1 / 1000.0 * size);
            // Letters that are spaced evenly are one word still; between two there is nothing to be even with.
            let spread = if all > 2 * len { character_space.clamp(0.0, size.abs()) } else { 0.0 };
            let (end, next) = if horizontal { ((x * scale, rise), ((x + spacing) * scale, 0.0)) } else { ((0.0, y), (0.0, y + spacing)) };
            let (text, code) = self.text_of(&shown);
            self.layout.push(&Glyph {
                text: &text,
                code,
                origin: place * hayro_font::kurbo::Point::new(0.0, rise),
                end: place * hayro_font::kurbo::Point::from(end),
                spread: (ahead * spread * scale.abs()).hypot(),
                direction,
                size: size_on_page,
            });
            self.text_matrix *= Affine::translate(next);
        }
    }

    /// Returns what is handed out for a glyph: its own text, or what a mark says instead; and what its code is by itself.
    fn text_of<'s>(&mut self, shown: &'s Shown) -> (Cow<'s, str>, Option<&'s str>) {
        let instead = self.marks.iter_mut().find_map(|mark| mark.instead.as_mut());
        if instead.is_some() || shown.is_told {
            self.known += 1
        } else {
            self.unknown += 1
        }
        match instead {
            Some(instead) => (Cow::Owned(std::mem::take(instead)), None),
            None => (Cow::Borrowed(&shown.text), shown.code.as_deref()),
        }
    }

    fn open_mark_without_text(&mut self) {
        if self.marks.len() < MAX_SAVED {
            self.marks.push(Mark { instead: None });
        }
    }

    fn open_mark(&mut self, operands: &Operands<'_>, resources: &Resources<'a>) {
        if self.marks.len() >= MAX_SAVED {
            return;
        }
        let text = match operands.get(1).and_then(|dict| dict.entry(b"ActualText")) {
            Some(Operand::String(text)) => Some(text_string::decode(text)),
            _ => operands
                .name(1)
                .and_then(|name| resources.properties.get::<Dict<'a>>(name))
                .and_then(|dict| dict.get::<PdfString<'a>>(b"ActualText"))
                .map(|text| text_string::decode(&text)),
        };
        self.marks.push(Mark { instead: text });
    }
}
