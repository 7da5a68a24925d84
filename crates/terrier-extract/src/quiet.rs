//! Panics of parsers: caught, and without the message that the default hook prints, since it may quote content.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` and catches its panic, of which nothing is printed.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    install();
    let before = QUIET.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(before);
    result
}

/// Runs `work`, called from inside of [`catch`], with panics printed as usual.
pub(crate) fn aloud<T>(work: impl FnOnce() -> T) -> T {
    let before = QUIET.replace(false);
    let result = work();
    QUIET.set(before);
    result
}

/// Puts a hook before the program's own that is silent on threads that are parsing.
fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let next = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                next(info);
            }
        }));
    });
}
