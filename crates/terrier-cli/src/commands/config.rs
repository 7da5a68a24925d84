use crate::args::ConfigCommand;
use crate::config::{self, Environment};
use crate::exit::Exit;
use crate::masked;

/// Checks configurations, or prints what may stand in them.
pub(crate) fn run(command: &ConfigCommand) -> anyhow::Result<Exit> {
    match command {
        ConfigCommand::Schema => super::print(&serde_json::to_string_pretty(&config::schema())?)?,
        ConfigCommand::Check { files } => {
            for file in files {
                config::load(file, Environment::Elsewhere)?;
                super::print(&masked(&format!("{}: in order", file.display())))?;
            }
        }
    }
    Ok(Exit::Done)
}
