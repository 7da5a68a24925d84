//! What is used of the system's Hyperscan or Vectorscan: the declarations, and owners of what it hands out.
//!
//! Ten functions of a C interface that has not changed since its version 5.0 are declared here by hand: the crates that bind it are
//! either left alone since 2022 or build a library of their own.
#![allow(unsafe_code, reason = "calls of a C library")]

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

#[repr(C)]
struct RawDatabase {
    _opaque: [u8; 0],
}

#[repr(C)]
struct RawScratch {
    _opaque: [u8; 0],
}

#[repr(C)]
struct RawCompileError {
    message: *mut c_char,
    /// Which expression it is about; negative where it is about none.
    expression: c_int,
}

type OnMatch = extern "C" fn(id: c_uint, from: c_ulonglong, to: c_ulonglong, flags: c_uint, context: *mut c_void) -> c_int;

const SUCCESS: c_int = 0;
/// `^` and `$` stand for the ends of lines.
const MULTILINE: c_uint = 4;
/// Texts are searched in one piece.
const MODE_BLOCK: c_uint = 1;

#[link(name = "hs")]
unsafe extern "C" {
    fn hs_valid_platform() -> c_int;
    fn hs_version() -> *const c_char;
    fn hs_compile_multi(
        expressions: *const *const c_char,
        flags: *const c_uint,
        ids: *const c_uint,
        elements: c_uint,
        mode: c_uint,
        platform: *const c_void,
        db: *mut *mut RawDatabase,
        error: *mut *mut RawCompileError,
    ) -> c_int;
    fn hs_free_compile_error(error: *mut RawCompileError) -> c_int;
    fn hs_free_database(db: *mut RawDatabase) -> c_int;
    fn hs_alloc_scratch(db: *const RawDatabase, scratch: *mut *mut RawScratch) -> c_int;
    fn hs_free_scratch(scratch: *mut RawScratch) -> c_int;
    fn hs_scan(
        db: *const RawDatabase,
        data: *const c_char,
        length: c_uint,
        flags: c_uint,
        scratch: *mut RawScratch,
        on_match: OnMatch,
        context: *mut c_void,
    ) -> c_int;
}

/// Returns the version that the library gives of itself; `None` where this processor lacks what it needs.
pub(crate) fn version() -> Option<String> {
    // SAFETY: neither function has a precondition; the version is a constant text that ends with a zero.
    unsafe { (hs_valid_platform() == SUCCESS).then(|| CStr::from_ptr(hs_version()).to_string_lossy().into_owned()) }
}

/// Why there is no database of some expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CompileError {
    /// The library cannot run the expression of that index.
    Expression(usize),
    /// It cannot run them together, or nothing on this machine.
    All,
}

/// Compiled expressions.
pub(crate) struct Database {
    raw: *mut RawDatabase,
    /// Tells it from every other one of this process.
    number: u64,
}

// SAFETY: the library does not change a database once it is compiled; every search has a scratch of its own.
unsafe impl Send for Database {}
// SAFETY: as above.
unsafe impl Sync for Database {}

impl Database {
    /// Compiles expressions, each with the number by which its matches are told.
    pub(crate) fn compile(expressions: &[(CString, u32)]) -> Result<Self, CompileError> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        if version().is_none() {
            return Err(CompileError::All);
        }
        let texts: Vec<*const c_char> = expressions.iter().map(|(text, _)| text.as_ptr()).collect();
        let ids: Vec<c_uint> = expressions.iter().map(|(_, id)| *id).collect();
        let flags = vec![MULTILINE; texts.len()];
        let count = c_uint::try_from(texts.len()).map_err(|_| CompileError::All)?;
        let (mut raw, mut error) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the three arrays have `count` elements, and the texts outlive the call; without a platform the database is for this
        // machine's processor.
        let status = unsafe {
            hs_compile_multi(texts.as_ptr(), flags.as_ptr(), ids.as_ptr(), count, MODE_BLOCK, ptr::null(), &raw mut raw, &raw mut error)
        };
        if status == SUCCESS && !raw.is_null() {
            return Ok(Self { raw, number: NUMBER.fetch_add(1, Ordering::Relaxed) });
        }
        // SAFETY: the library has set `error` to an error of its own or left it null, and nobody else frees it.
        let expression = unsafe {
            let expression = error.as_ref().map_or(-1, |error| error.expression);
            if !error.is_null() {
                hs_free_compile_error(error);
            }
            expression
        };
        Err(usize::try_from(expression).map_or(CompileError::All, CompileError::Expression))
    }

    /// Calls `found` with the number of an expression and an end of a match of it, for all of them in whatever order. `false` where the
    /// library cannot go through the text.
    pub(crate) fn scan<F: FnMut(u32, usize)>(&self, text: &[u8], scratch: &mut Scratch, mut found: F) -> bool {
        extern "C" fn on_match<F: FnMut(u32, usize)>(
            id: c_uint,
            _: c_ulonglong,
            to: c_ulonglong,
            _: c_uint,
            context: *mut c_void,
        ) -> c_int {
            // SAFETY: `context` is the closure below, which nothing else touches during the search. Should it panic, the process ends,
            // since this function cannot unwind.
            let found = unsafe { &mut *context.cast::<F>() };
            found(id, to as usize);
            0
        }
        let Ok(length) = c_uint::try_from(text.len()) else { return false };
        if !scratch.fit(self) {
            return false;
        }
        // SAFETY: the text has `length` bytes, the scratch fits the database and is borrowed for this search alone.
        let status = unsafe { hs_scan(self.raw, text.as_ptr().cast(), length, 0, scratch.raw, on_match::<F>, (&raw mut found).cast()) };
        status == SUCCESS
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // SAFETY: it is freed once, and no search borrows it any more.
        unsafe { hs_free_database(self.raw) };
    }
}

/// Room for one search at a time.
pub(crate) struct Scratch {
    raw: *mut RawScratch,
    /// The database that it was last made to fit.
    database: u64,
}

impl Scratch {
    pub(crate) const fn new() -> Self {
        Self { raw: ptr::null_mut(), database: 0 }
    }

    /// Makes it large enough for the database.
    fn fit(&mut self, database: &Database) -> bool {
        if self.database != database.number {
            // SAFETY: the scratch is null or one that the library made, and no search uses it.
            let status = unsafe { hs_alloc_scratch(database.raw, &raw mut self.raw) };
            self.database = if status == SUCCESS { database.number } else { 0 };
        }
        self.database == database.number
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: it is null, which the library lets pass, or its own, and freed once.
        unsafe { hs_free_scratch(self.raw) };
    }
}
