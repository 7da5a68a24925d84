use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use terrier_content::Segment;
use terrier_model::Reason;

use super::jail;
use super::wire::{Answer, MAX_FRAME, MAX_READ, Message, encode_records};
use crate::asset::{self, Input};
use crate::context::{Budget, Context};
use crate::ocr::Recognize;
use crate::stream::Metered;
use crate::{Flow, Limits, Member, Outcome, ReadAt, ReadError, Sink};

/// The variable in which a parent says that a program is to be run under limits, instead of serving: it and its arguments, a line each.
pub(crate) const RUN: &str = "TERRIER_WORKER_RUN";

/// Becomes another program, under limits.
fn run(command: &OsStr) -> ExitCode {
    let mut words = command.as_bytes().split(|byte| *byte == b'\n').map(OsStr::from_bytes);
    let Some(program) = words.next() else { return ExitCode::FAILURE };
    jail::enter_for_program();
    let _ = Command::new(program).args(words).env_remove(RUN).exec();
    ExitCode::FAILURE
}

/// Serves one asset after another until the parent closes its pipe.
pub(crate) fn serve() -> ExitCode {
    if let Some(command) = std::env::var_os(RUN) {
        return run(&command);
    }
    std::panic::set_hook(Box::new(|_| {}));
    let Ok(connection) = Connection::take() else { return ExitCode::FAILURE };
    jail::enter();
    let connection = Arc::new(Mutex::new(connection));
    loop {
        let Ok(frame) = lock(&connection).receive() else { return ExitCode::SUCCESS };
        let Ok(Answer::Job { size, name, limits, recognizes }) = Answer::decode(&frame) else { return ExitCode::FAILURE };
        jail::limit(&limits);
        let outcome = read(&connection, size, name, &limits, recognizes);
        lock(&connection).send(|out| Message::Done(outcome).encode(out));
    }
}

fn read(connection: &Arc<Mutex<Connection>>, size: u64, name: &[u8], limits: &Limits, recognizes: bool) -> Outcome {
    let source = Arc::new(Metered::new(Remote { connection: Arc::clone(connection), size }));
    let budget = Budget::new(limits, size);
    let mut sink = Remote { connection: Arc::clone(connection), size };
    let recognizer = Remote { connection: Arc::clone(connection), size };
    let mut context = Context::new(limits, &budget, true, &mut sink);
    context.recognizer = recognizes.then_some(&recognizer);
    let result = context.catch(|context| asset::read(context, Input::Shared(Arc::<Metered<Remote>>::clone(&source)), name));
    context.outcome(result, source.bytes_read())
}

fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The worker's ends of the pipes.
struct Connection {
    from: File,
    to: File,
    out: Vec<u8>,
}

impl Connection {
    /// Takes the pipes from standard input and output, and puts nothing in their place, so that no parser can print into them.
    fn take() -> io::Result<Self> {
        let from = rustix::io::fcntl_dupfd_cloexec(io::stdin().as_fd(), 3)?;
        let to = rustix::io::fcntl_dupfd_cloexec(io::stdout().as_fd(), 3)?;
        let nothing = File::options().read(true).write(true).open("/dev/null")?;
        rustix::stdio::dup2_stdin(&nothing)?;
        rustix::stdio::dup2_stdout(&nothing)?;
        Ok(Self { from: from.into(), to: to.into(), out: Vec::new() })
    }

    fn receive(&mut self) -> io::Result<Vec<u8>> {
        let mut header = [0; 4];
        self.from.read_exact(&mut header)?;
        let len = u32::from_le_bytes(header) as usize;
        if len > MAX_FRAME {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut frame = vec![0; len];
        self.from.read_exact(&mut frame)?;
        Ok(frame)
    }

    fn send(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        self.out.clear();
        self.out.extend_from_slice(&[0; 4]);
        encode(&mut self.out);
        let len = u32::try_from(self.out.len() - 4).expect("frames are far below 4 GiB");
        self.out[..4].copy_from_slice(&len.to_le_bytes());
        if self.to.write_all(&self.out).is_err() {
            // The parent is gone.
            std::process::exit(0);
        }
    }
}

/// The parent, as source and as sink.
struct Remote {
    connection: Arc<Mutex<Connection>>,
    size: u64,
}

impl Remote {
    fn ask<T>(&self, encode: impl FnOnce(&mut Vec<u8>), take: impl FnOnce(Answer<'_>) -> Option<T>) -> T {
        let mut connection = lock(&self.connection);
        connection.send(encode);
        let answer = connection.receive();
        let answer = answer.as_ref().ok().and_then(|frame| Answer::decode(frame).ok()).and_then(take);
        // The parent is gone, or speaks another version of the protocol.
        answer.unwrap_or_else(|| std::process::exit(0))
    }

    fn flow(&self, encode: impl FnOnce(&mut Vec<u8>)) -> Flow {
        self.ask(encode, |answer| match answer {
            Answer::Flow { go_on } => Some(if go_on { Flow::Continue } else { Flow::Stop }),
            _ => None,
        })
    }
}

impl ReadAt for Remote {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        let len = buf.len().min(MAX_READ);
        self.ask(
            |out| Message::Read { offset, len: u32::try_from(len).expect("a few MiB") }.encode(out),
            |answer| match answer {
                Answer::Bytes(bytes) if bytes.len() <= len => {
                    buf[..bytes.len()].copy_from_slice(bytes);
                    Some(Ok(bytes.len()))
                }
                Answer::Failed(reason) => Some(Err(ReadError::new(reason))),
                _ => None,
            },
        )
    }
}

impl Recognize for Remote {
    fn recognize(&self, picture: &[u8]) -> Result<Vec<u8>, Reason> {
        self.ask(
            |out| Message::Recognize(picture).encode(out),
            |answer| match answer {
                Answer::Bytes(said) => Some(Ok(said.to_vec())),
                Answer::Failed(reason) => Some(Err(reason)),
                _ => None,
            },
        )
    }
}

impl Sink for Remote {
    fn enter(&mut self, member: Member<'_>) {
        let Member { name, size, modified } = member;
        lock(&self.connection).send(|out| Message::Enter { name: name.expose(), size, modified }.encode(out));
    }

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        match segment {
            Segment::Records(records) => self.flow(|out| encode_records(records, out)),
            Segment::Text(text) => self.flow(|out| {
                let cut = |at: usize| u32::try_from(at).expect("windows are a few MiB");
                let (body_start, body_end) = (cut(text.body_start), cut(text.body_end));
                Message::Text { bytes: text.bytes.expose(), body_start, body_end, origin: text.origin }.encode(out);
            }),
        }
    }

    fn leave(&mut self, outcome: Outcome) {
        lock(&self.connection).send(|out| Message::Leave(outcome).encode(out));
    }
}
