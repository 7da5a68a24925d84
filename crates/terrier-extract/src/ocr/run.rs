//! The parent's side: one run of the program for each picture.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::process::Signal;
use rustix::time::Timespec;
use terrier_model::Reason;

use super::{MAX_SAID, Ocr, Recognize};
use crate::WorkerCommand;
use crate::worker::RUN;

/// How long the program may take for a picture.
const DEADLINE: Duration = Duration::from_secs(120);

/// Runs the program.
#[derive(Debug)]
pub(crate) struct Recognizer {
    ocr: Ocr,
    /// What runs the program under limits. Without it the program runs as it is, which is for tests only.
    jail: Option<WorkerCommand>,
}

impl Recognizer {
    pub(crate) fn new(ocr: Ocr, jail: Option<WorkerCommand>) -> Self {
        Self { ocr, jail }
    }

    fn command(&self) -> Command {
        // One thread: what it reads depends on nothing but the picture, and as many run as there are threads that scan.
        let arguments = ["stdin", "stdout", "-l", &self.ocr.languages, "tsv"];
        let mut command = match &self.jail {
            None => {
                let mut command = Command::new(&self.ocr.program);
                command.args(arguments).env_clear();
                command
            }
            Some(WorkerCommand { program, args }) => {
                let run: Vec<OsString> =
                    std::iter::once(self.ocr.program.clone().into_os_string()).chain(arguments.iter().map(OsString::from)).collect();
                let mut command = Command::new(program);
                command.args(args).env_clear().env(RUN, run.join("\n".as_ref()));
                command
            }
        };
        for variable in ["PATH", "TESSDATA_PREFIX"] {
            if let Some(value) = std::env::var_os(variable) {
                command.env(variable, value);
            }
        }
        command.env("OMP_THREAD_LIMIT", "1").process_group(0);
        command
    }
}

impl Recognize for Recognizer {
    fn recognize(&self, picture: &[u8]) -> Result<Vec<u8>, Reason> {
        let picture = in_memory(picture).map_err(|_| Reason::MemoryLimit)?;
        let child = self.command().stdin(Stdio::from(picture)).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = Running(child.map_err(|_| Reason::ParserCrashed)?);
        let out = child.0.stdout.take().ok_or(Reason::ParserCrashed)?;
        let said = hear(&out, Instant::now() + DEADLINE)?;
        // Its pipe is closed, so it ends; one that closes it and goes on is ended when it is dropped.
        drop(out);
        let status = child.0.wait().map_err(|_| Reason::ParserCrashed)?;
        match status.signal() {
            None if status.success() => Ok(said),
            // What the program cannot read stays unread.
            None => Err(Reason::NeedsOcr),
            Some(signal) if signal == Signal::XCPU.as_raw() => Err(Reason::TimedOut),
            Some(_) => Err(Reason::ParserCrashed),
        }
    }
}

/// A program that is killed when it is of no interest any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Puts a picture into a file that has no name and is on no disk.
fn in_memory(picture: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create("picture", MemfdFlags::CLOEXEC)?);
    file.write_all(picture)?;
    file.rewind()?;
    Ok(file)
}

/// Takes what the program says until it is done.
fn hear(out: &ChildStdout, until: Instant) -> Result<Vec<u8>, Reason> {
    ioctl_fionbio(out, true).map_err(|_| Reason::ParserCrashed)?;
    let mut said = Vec::new();
    let mut words = [0; 16 << 10];
    loop {
        match rustix::io::read(out, &mut words[..]) {
            Ok(0) => return Ok(said),
            Ok(heard) => said.extend_from_slice(&words[..heard]),
            Err(Errno::AGAIN) => {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(Reason::TimedOut);
                }
                let timeout = Timespec::try_from(left).ok();
                let _ = poll(&mut [PollFd::from_borrowed_fd(out.as_fd(), PollFlags::IN)], timeout.as_ref());
            }
            Err(Errno::INTR) => {}
            Err(_) => return Err(Reason::ParserCrashed),
        }
        if said.len() > MAX_SAID {
            return Err(Reason::MemoryLimit);
        }
    }
}
