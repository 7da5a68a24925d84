//! When the service ends the process, and when work must stop so that there is time to answer.

use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use terrier_scan::Cancel;
use tokio::time::Instant;

/// Work stops this long before the end: enough for shards that are being written, and for the answer.
const TO_FINISH: Duration = Duration::from_secs(10);

/// The answer is sent this long before the end, whatever the work does.
const TO_ANSWER: Duration = Duration::from_secs(2);

/// No invocation takes a year, and no clock that is right shows 1970.
const LONGER_THAN_ANY: Duration = Duration::from_secs(365 * 86_400);

/// The end of an invocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    stop: Instant,
    answer: Instant,
}

impl Deadline {
    /// Takes the end as the service tells it, in milliseconds since 1970. An emulator gives those that are left.
    pub(crate) fn at(milliseconds: u64) -> Self {
        let told = Duration::from_millis(milliseconds);
        if told < LONGER_THAN_ANY {
            return Self::after(told);
        }
        let end = UNIX_EPOCH + told;
        Self::after(end.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// Ends after some time. Of a short one a quarter is kept for stopping.
    pub(crate) fn after(left: Duration) -> Self {
        let now = Instant::now();
        let (stop, answer) = (TO_FINISH.min(left / 4), TO_ANSWER.min(left / 10));
        Self { stop: now + (left - stop), answer: now + (left - answer) }
    }

    /// Tells whether no more work is to be begun.
    pub(crate) fn is_near(self) -> bool {
        Instant::now() >= self.stop
    }

    /// Lets work go on until it is time to stop, then cancels it and gives it a little longer. `None` where it does not even stop in time.
    pub(crate) async fn bound<T>(self, cancel: &Cancel, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            done = &mut work => return Some(done),
            () = tokio::time::sleep_until(self.stop) => cancel.cancel(),
        }
        tokio::time::timeout_at(self.answer, work).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_cancelled_and_what_does_not_stop_is_left() {
        let deadline = Deadline::after(Duration::from_millis(400));
        let cancel = Cancel::default();
        let stops = async {
            while !cancel.is_cancelled() {
                tokio::task::yield_now().await;
            }
            7
        };
        assert_eq!(deadline.bound(&cancel, stops).await, Some(7));
        assert!(deadline.is_near());
        assert_eq!(deadline.bound(&cancel, std::future::pending::<()>()).await, None);
        assert_eq!(Deadline::after(Duration::from_secs(60)).bound(&Cancel::default(), async { 1 }).await, Some(1));
    }
}
