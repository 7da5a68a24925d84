use std::future::Future;
use std::sync::mpsc;

use tokio::runtime::Runtime;

/// A runtime of its own, whose work can be waited for from anywhere, async code included.
pub(crate) struct Background(Option<Runtime>);

impl Background {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self(Some(runtime.expect("a machine that runs tests can start threads")))
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime().spawn(work);
    }

    pub(crate) fn wait<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        let (sender, receiver) = mpsc::channel();
        self.runtime().spawn(async move {
            // Nobody listens any more only where the test has panicked.
            let _ = sender.send(work.await);
        });
        receiver.recv().expect("the work panicked; its message is above")
    }

    fn runtime(&self) -> &Runtime {
        self.0.as_ref().expect("the runtime is there until it is dropped")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Waiting for the threads, as a plain drop does, is not allowed inside async code.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
