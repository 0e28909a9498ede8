//! `postroom run`: the daemon, until SIGTERM or Ctrl-C.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use crate::config::Config;
use crate::daemon::Daemon;
use crate::telemetry;

/// Runs the daemon.
pub(super) fn perform(config: &Config) -> anyhow::Result<()> {
    telemetry::start(config.log.format, &config.log.level, config.time_zone.clone());
    let runtime = super::runtime::start()?;
    let ended = runtime.block_on(async {
        // Before anything is started, so that no signal finds the program without ears.
        let mut words = words()?;
        let daemon = Daemon::start(config).await?;
        daemon.run(&mut words).await?;
        anyhow::Ok(())
    });
    // What was told to stop at once is not waited for.
    runtime.shutdown_background();
    ended
}

/// The operator's words to stop, one for each signal.
pub(super) fn words() -> std::io::Result<mpsc::Receiver<&'static str>> {
    let (says, words) = mpsc::channel(2);
    let terminate = signal(SignalKind::terminate())?;
    let interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(relay(terminate, interrupt, says));
    Ok(words)
}

async fn relay(mut terminate: Signal, mut interrupt: Signal, says: mpsc::Sender<&'static str>) {
    loop {
        let why = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "Ctrl-C",
        };
        if says.send(why).await.is_err() {
            return;
        }
    }
}
