//! Figures for people: medians, and ratios of runs that stood side by side.

use crate::measure::Cost;
use crate::rivals::Run;

/// Rounds of all rivals.
pub(crate) struct Table<const N: usize> {
    names: [&'static str; N],
    rounds: Vec<[Cost; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(names: &[&'static str; N]) -> Self {
        Self { names: *names, rounds: Vec::new() }
    }

    pub(crate) fn add(&mut self, round: [Cost; N]) {
        self.rounds.push(round);
    }

    /// Prints a line for each, min / median / max; the last one is what the others are compared with.
    pub(crate) fn print(&self, messages: usize) {
        println!("{messages} messages, {} rounds (min / median / max)", self.rounds.len());
        println!("{:10} {:>22} {:>22} {:>22} {:>10}", "", "wall s", "CPU s", "server CPU s", "peak MiB");
        for (at, name) in self.names.iter().enumerate() {
            let of = |value: fn(&Cost) -> f64| spread(self.rounds.iter().map(|round| value(&round[at])).collect());
            let memory = self.rounds.iter().map(|round| round[at].memory).max().unwrap_or_default() >> 20;
            let (wall, cpu, server) =
                (of(|cost| cost.wall.as_secs_f64()), of(|cost| cost.cpu), of(|cost| cost.server_cpu));
            println!("{name:10} {wall:>22} {cpu:>22} {server:>22} {memory:>10}");
        }
        let last = N - 1;
        for (at, name) in self.names.iter().enumerate().take(last) {
            let ratio = |value: fn(&Cost) -> f64| {
                spread(self.rounds.iter().map(|round| value(&round[last]) / value(&round[at])).collect())
            };
            let (wall, cpu) = (ratio(|cost| cost.wall.as_secs_f64()), ratio(|cost| cost.cpu));
            println!("{} / {name}: wall {wall}, CPU {cpu}", self.names[last]);
        }
    }
}

fn spread(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    match (values.first(), values.get(values.len() / 2), values.last()) {
        (Some(least), Some(median), Some(most)) => format!("{least:.2} / {median:.2} / {most:.2}"),
        _ => "-".into(),
    }
}

/// Prints a run of its own.
pub(crate) fn one(what: &str, run: &Run) {
    let Cost { wall, cpu, server_cpu, memory } = run.cost;
    let wall = wall.as_secs_f64();
    println!(
        "{what}: wall {wall:.2} s, CPU {cpu:.2} s, server {server_cpu:.2} s, peak {} MiB; {}",
        memory >> 20,
        run.fates
    );
    println!("  {}", run.stages);
}

/// Prints how the sizes of the mails are spread.
pub(crate) fn sizes(sizes: &mut [usize]) {
    sizes.sort_unstable();
    let at = |share: f64| sizes[((sizes.len() - 1) as f64 * share) as usize] >> 10;
    let total = sizes.iter().sum::<usize>() >> 20;
    println!(
        "{} mails, {total} MiB; KiB: p25 {}, median {}, p90 {}, p99 {}, most {}",
        sizes.len(),
        at(0.25),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}
