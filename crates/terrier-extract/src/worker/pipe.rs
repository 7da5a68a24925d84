use std::io;
use std::os::fd::AsFd;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::time::Timespec;

use super::wire::{Answer, MAX_FRAME, Malformed};

/// Size that is asked for the pipe from the worker, so that a segment takes few turns.
const PIPE: usize = 1 << 20;

/// Why a worker is of no use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    /// It was silent for too long.
    Silent,
    /// It closed its pipe: it died.
    Died,
    /// It sent what cannot be.
    Malformed,
}

impl From<Malformed> for Gone {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<Errno> for Gone {
    fn from(_: Errno) -> Self {
        Self::Died
    }
}

/// What a dying worker's runtime said. Its words are looked at, never kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastWords {
    /// Nothing, or nothing of interest.
    None,
    /// An allocation failed.
    OutOfMemory,
}

/// The parent's ends of the pipes. None of them blocks for longer than the worker may be silent.
#[derive(Debug)]
pub(super) struct Pipe {
    to: ChildStdin,
    from: ChildStdout,
    words: ChildStderr,
    last_words: LastWords,
    silence: Duration,
    frame: Vec<u8>,
}

impl Pipe {
    /// Takes the pipes of a child that was just started.
    pub(super) fn new(child: &mut Child) -> io::Result<Self> {
        let missing = || io::Error::from(io::ErrorKind::BrokenPipe);
        let to = child.stdin.take().ok_or_else(missing)?;
        let from = child.stdout.take().ok_or_else(missing)?;
        let words = child.stderr.take().ok_or_else(missing)?;
        for fd in [to.as_fd(), from.as_fd(), words.as_fd()] {
            ioctl_fionbio(fd, true)?;
        }
        // A smaller pipe works too, only slower.
        let _ = rustix::pipe::fcntl_setpipe_size(&from, PIPE);
        Ok(Self { to, from, words, last_words: LastWords::None, silence: Duration::MAX, frame: Vec::new() })
    }

    /// Sets how long the worker may be silent.
    pub(super) fn set_silence(&mut self, silence: Duration) {
        self.silence = silence;
    }

    /// Sends an answer.
    pub(super) fn send(&mut self, answer: &Answer<'_>) -> Result<(), Gone> {
        self.frame.clear();
        self.frame.extend_from_slice(&[0; 4]);
        answer.encode(&mut self.frame);
        let len = u32::try_from(self.frame.len() - 4).expect("answers are small");
        self.frame[..4].copy_from_slice(&len.to_le_bytes());
        let frame = std::mem::take(&mut self.frame);
        let result = self.write(&frame);
        self.frame = frame;
        result
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<(), Gone> {
        let until = self.deadline();
        while !bytes.is_empty() {
            match rustix::io::write(&self.to, bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(Errno::AGAIN) => self.wait(PollFlags::OUT, until)?,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Receives a frame, into the memory of the one before.
    pub(super) fn receive(&mut self) -> Result<Vec<u8>, Gone> {
        let until = self.deadline();
        let mut header = [0; 4];
        self.read(&mut header, until)?;
        let len = u32::from_le_bytes(header) as usize;
        if len > MAX_FRAME {
            return Err(Gone::Malformed);
        }
        let mut frame = std::mem::take(&mut self.frame);
        frame.resize(len, 0);
        self.read(&mut frame, until)?;
        Ok(frame)
    }

    /// Gives the memory of a received frame back.
    pub(super) fn recycle(&mut self, frame: Vec<u8>) {
        self.frame = frame;
    }

    fn read(&mut self, mut buf: &mut [u8], until: Option<Instant>) -> Result<(), Gone> {
        while !buf.is_empty() {
            match rustix::io::read(&self.from, &mut *buf) {
                Ok(0) => return Err(Gone::Died),
                Ok(read) => buf = &mut buf[read..],
                Err(Errno::AGAIN) => self.wait(PollFlags::IN, until)?,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        Instant::now().checked_add(self.silence)
    }

    /// Waits until the pipe is ready, and meanwhile takes what the worker's runtime says, lest it blocks.
    fn wait(&mut self, flags: PollFlags, until: Option<Instant>) -> Result<(), Gone> {
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Err(Gone::Silent);
            }
            let timeout = left.and_then(|left| Timespec::try_from(left).ok());
            let (ready, words) = {
                let main = if flags == PollFlags::IN { self.from.as_fd() } else { self.to.as_fd() };
                let mut fds = [PollFd::from_borrowed_fd(main, flags), PollFd::from_borrowed_fd(self.words.as_fd(), PollFlags::IN)];
                match poll(&mut fds, timeout.as_ref()) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
                (!fds[0].revents().is_empty(), fds[1].revents())
            };
            if words.contains(PollFlags::IN) {
                self.hear();
            }
            if ready {
                return Ok(());
            }
            if words.contains(PollFlags::HUP) {
                // The worker is dead; what it had sent was read, or the pipe would be ready.
                return Err(Gone::Died);
            }
        }
    }

    fn hear(&mut self) {
        let mut words = [0; 4096];
        while let Ok(heard @ 1..) = rustix::io::read(&self.words, &mut words[..]) {
            if memchr::memmem::find(&words[..heard], b"memory allocation of ").is_some() {
                self.last_words = LastWords::OutOfMemory;
            }
        }
    }

    /// Returns what the worker's runtime said at its end.
    pub(super) fn last_words(&mut self) -> LastWords {
        self.hear();
        self.last_words
    }
}
