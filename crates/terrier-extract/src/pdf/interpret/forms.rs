//! Forms and pictures (ISO 32000-1, 8.8 to 8.10), which a content stream draws by their names.

use hayro_font::kurbo::Affine;
use hayro_syntax::object::{Dict, Name, Rect, Stream};
use hayro_syntax::page::Resources;
use terrier_model::Reason;

use super::Interpreter;
use super::operands::Operands;

/// Forms inside each other.
const MAX_DEPTH: usize = 16;
/// Pictures of a page that are kept to be recognised.
const MAX_PICTURES: usize = 64;
/// Forms that a page draws.
const MAX_FORMS: usize = 1 << 16;

impl<'a> Interpreter<'a, '_, '_> {
    /// Notes a picture that fills the unit square.
    pub(super) fn note_picture(&mut self) {
        self.picture = self.picture.max(self.state.ctm.determinant().abs());
    }

    fn keep_picture(&mut self, picture: Stream<'a>) {
        if self.pictures.iter().any(|kept| kept.obj_id() == picture.obj_id()) {
            return;
        }
        if self.pictures.len() < MAX_PICTURES {
            self.pictures.push(picture);
        } else {
            self.is_picture_left = true;
        }
    }

    pub(super) fn draw(&mut self, operands: &Operands<'_>, resources: &Resources<'a>) {
        let Some(name) = operands.name(0) else { return };
        let Some(stream) = resources.get_x_object(&name) else { return };
        match stream.dict().get::<Name<'a>>(b"Subtype").as_deref() {
            Some(b"Image") => {
                self.note_picture();
                self.keep_picture(stream);
            }
            _ => self.form(&stream, resources, Affine::IDENTITY),
        }
    }

    /// Draws a form, moved by `place`.
    pub(super) fn form(&mut self, stream: &Stream<'a>, resources: &Resources<'a>, place: Affine) {
        let id = stream.obj_id();
        if self.open_forms.contains(&id) {
            return;
        }
        if self.open_forms.len() >= MAX_DEPTH || self.forms >= MAX_FORMS {
            self.miss(Some(Reason::DepthLimit));
            return;
        }
        self.forms += 1;
        let (content, missed) = self.contents.shared(stream);
        self.miss(missed);
        let own = stream.dict().get::<Dict<'a>>(b"Resources").map(Resources::new);
        let matrix = stream.dict().get::<[f64; 6]>(b"Matrix").map_or(Affine::IDENTITY, Affine::new);
        let (outside, text_matrix, line_matrix) = (self.state.clone(), self.text_matrix, self.line_matrix);
        self.state.ctm *= place * matrix;
        self.open_forms.push(id);
        self.run(&content, own.as_ref().unwrap_or(resources));
        self.open_forms.pop();
        (self.state, self.text_matrix, self.line_matrix) = (outside, text_matrix, line_matrix);
    }

    /// Draws what an annotation looks like.
    pub(in crate::pdf) fn appearance(&mut self, stream: &Stream<'a>, resources: &Resources<'a>, rect: Option<Rect>) {
        let bbox = stream.dict().get::<Rect>(b"BBox");
        let place = match (rect, bbox) {
            (Some(rect), Some(bbox)) => Affine::translate((rect.x0 - bbox.x0, rect.y0 - bbox.y0)),
            _ => Affine::IDENTITY,
        };
        self.state.ctm = Affine::IDENTITY;
        self.form(stream, resources, place);
    }
}
