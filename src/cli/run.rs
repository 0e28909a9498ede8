//! `postroom run`: the daemon, until SIGTERM or Ctrl-C.

use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::daemon::Daemon;
use crate::telemetry;

/// Runs the daemon.
pub(super) fn perform(config: Config) -> anyhow::Result<()> {
    telemetry::start(config.log.format, &config.log.level, config.time_zone.clone());
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let daemon = Daemon::start(&config).await?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (words, mut word) = tokio::sync::mpsc::channel(2);
        tokio::spawn(async move {
            loop {
                let why = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "Ctrl-C",
                };
                if words.send(why).await.is_err() {
                    return;
                }
            }
        });
        let word = std::sync::Arc::new(tokio::sync::Mutex::new(word));
        daemon.run(|| { let word = word.clone(); async move { word.lock().await.recv().await.unwrap_or("closed").to_owned() } }).await?;
        anyhow::Ok(())
    })
}
