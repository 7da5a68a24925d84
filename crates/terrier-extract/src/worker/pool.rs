use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::process::Signal;
use terrier_content::{Segment, Sensitive, Text};
use terrier_model::{Method, Reason};

use super::pipe::{Gone, LastWords, Pipe};
use super::wire::{Answer, MAX_READ, Message};
use crate::ocr::{Ocr, Recognize, Recognizer};
use crate::{Flow, Limits, Member, Outcome, ReadAt, Sink, WorkerCommand};

/// The worker processes: as many as assets are read in them at once.
#[derive(Debug)]
pub(crate) struct Pool {
    command: WorkerCommand,
    recognizer: Option<Recognizer>,
    idle: Mutex<Vec<Worker>>,
}

/// A running worker process; it is killed when dropped.
#[derive(Debug)]
struct Worker {
    child: Child,
    pipe: Pipe,
    assets: u32,
}

impl Pool {
    pub(crate) fn new(command: WorkerCommand) -> Self {
        Self { command, recognizer: None, idle: Mutex::default() }
    }

    /// Has the characters of pictures recognised.
    pub(crate) fn recognize_with(&mut self, ocr: Ocr) {
        self.recognizer = Some(Recognizer::new(ocr, Some(self.command.clone())));
    }

    /// Reads an asset in a worker.
    pub(crate) fn extract(&self, limits: &Limits, source: &dyn ReadAt, name: Sensitive<&[u8]>, sink: &mut dyn Sink) -> Outcome {
        let (limits_of_job, recognizes) = (Box::new(limits.clone()), self.recognizer.is_some());
        let job = Answer::Job { size: source.size(), name: name.expose(), limits: limits_of_job, recognizes };
        // An idle worker may have been killed meanwhile: that is not the asset's fault, so a fresh one gets it.
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let started = idle.and_then(|worker| worker.start(limits, &job)).or_else(|| Worker::spawn(&self.command).ok()?.start(limits, &job));
        let Some(mut worker) = started else { return Outcome::unread(None, Reason::ParserCrashed) };
        let mut session = Session { source, sink, recognizer: self.recognizer.as_ref(), open: 0, emitted: false };
        let outcome = match session.run(&mut worker) {
            Ok(outcome) => outcome,
            Err(Ended::Stopped) => return session.close(Method::Sampled, None),
            Err(Ended::Gone(gone)) => {
                let reason = worker.cause_of_death(gone);
                let method = if session.emitted { Method::Sampled } else { Method::NotScanned };
                return session.close(method, Some(reason));
            }
        };
        // After a panic a parser's own state may be anything.
        if outcome.reason != Some(Reason::ParserCrashed) && worker.assets < limits.worker_assets {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
        outcome
    }
}

impl Worker {
    fn spawn(command: &WorkerCommand) -> io::Result<Self> {
        let mut child = Command::new(&command.program)
            .args(&command.args)
            .env_clear()
            // An interrupt from the terminal is for the parent, which lets its workers finish.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipe = Pipe::new(&mut child)?;
        Ok(Self { child, pipe, assets: 0 })
    }

    fn start(mut self, limits: &Limits, job: &Answer<'_>) -> Option<Self> {
        self.pipe.set_silence(limits.worker_silence);
        self.assets += 1;
        self.pipe.send(job).is_ok().then_some(self)
    }

    /// Ends the worker and tells why it ended.
    fn cause_of_death(&mut self, gone: Gone) -> Reason {
        if gone != Gone::Died {
            let _ = self.child.kill();
        }
        let status = self.child.wait();
        match (gone, status.ok().and_then(|status| status.signal())) {
            (Gone::Silent, _) => Reason::TimedOut,
            (Gone::Malformed, _) => Reason::ParserCrashed,
            (Gone::Died, Some(signal)) if signal == Signal::XCPU.as_raw() => Reason::TimedOut,
            // Nobody but the kernel, short of memory, kills a worker that is at work.
            (Gone::Died, Some(signal)) if signal == Signal::KILL.as_raw() => Reason::MemoryLimit,
            (Gone::Died, _) if self.pipe.last_words() == LastWords::OutOfMemory => Reason::MemoryLimit,
            (Gone::Died, _) => Reason::ParserCrashed,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why a session ended before the worker was done.
enum Ended {
    Stopped,
    Gone(Gone),
}

impl From<Gone> for Ended {
    fn from(gone: Gone) -> Self {
        Self::Gone(gone)
    }
}

/// One asset in a worker.
struct Session<'a> {
    source: &'a dyn ReadAt,
    sink: &'a mut dyn Sink,
    recognizer: Option<&'a Recognizer>,
    open: u32,
    emitted: bool,
}

impl Session<'_> {
    fn run(&mut self, worker: &mut Worker) -> Result<Outcome, Ended> {
        let mut bytes = Vec::new();
        loop {
            let frame = worker.pipe.receive()?;
            let message = Message::decode(&frame).map_err(Gone::from)?;
            let answer = match message {
                Message::Done(outcome) if self.open == 0 => return Ok(outcome),
                Message::Done(_) => return Err(Gone::Malformed.into()),
                Message::Read { offset, len } => Some(self.serve(offset, len, &mut bytes)?),
                Message::Recognize(picture) => Some(self.recognize(picture, &mut bytes)?),
                Message::Enter { name, size, modified } => {
                    self.open += 1;
                    self.emitted = true;
                    self.sink.enter(Member { name: Sensitive::new(name), size, modified });
                    None
                }
                Message::Leave(outcome) => {
                    self.open = self.open.checked_sub(1).ok_or(Gone::Malformed)?;
                    self.sink.leave(outcome);
                    None
                }
                Message::Text { bytes, body_start, body_end, origin } => {
                    let (body_start, body_end) = (body_start as usize, body_end as usize);
                    Some(self.segment(Segment::Text(Text { bytes: Sensitive::new(bytes), body_start, body_end, origin }))?)
                }
                Message::Records(records) => Some(self.segment(Segment::Records(&records))?),
            };
            worker.pipe.recycle(frame);
            if let Some(answer) = answer {
                worker.pipe.send(&answer)?;
            }
        }
    }

    fn serve<'b>(&self, offset: u64, len: u32, bytes: &'b mut Vec<u8>) -> Result<Answer<'b>, Ended> {
        let len = len as usize;
        if len > MAX_READ {
            return Err(Gone::Malformed.into());
        }
        bytes.resize(len, 0);
        Ok(match self.source.read_at(offset, bytes) {
            Ok(read) => Answer::Bytes(&bytes[..read.min(len)]),
            Err(error) => Answer::Failed(error.reason),
        })
    }

    /// Has a picture recognised. A worker whose job does not allow that has gone wrong.
    fn recognize<'b>(&self, picture: &[u8], said: &'b mut Vec<u8>) -> Result<Answer<'b>, Ended> {
        let recognizer = self.recognizer.ok_or(Gone::Malformed)?;
        Ok(match recognizer.recognize(picture) {
            Ok(words) => {
                *said = words;
                Answer::Bytes(said)
            }
            Err(reason) => Answer::Failed(reason),
        })
    }

    fn segment(&mut self, segment: Segment<'_>) -> Result<Answer<'static>, Ended> {
        self.emitted = true;
        match self.sink.segment(segment) {
            Flow::Continue => Ok(Answer::Flow { go_on: true }),
            Flow::Stop => Err(Ended::Stopped),
        }
    }

    /// Leaves the members that are still open, and makes the asset's outcome: both end for the same reason.
    fn close(&mut self, method: Method, reason: Option<Reason>) -> Outcome {
        let outcome = Outcome { format: None, method, reason, bytes_read: 0, records_read: None, records_total: None };
        for _ in 0..std::mem::take(&mut self.open) {
            self.sink.leave(outcome);
        }
        outcome
    }
}
