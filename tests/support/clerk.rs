//! An SMTP server that answers as a test tells it to.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Says what to answer: called with each command (`.` stands for the end of the content), none for the usual word.
type Answer = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The server. It ends with the process of the test.
pub(crate) struct Clerk {
    /// Where it listens.
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Clerk {
    /// Starts it. The answer `hang` says nothing more on that connection.
    pub(crate) fn start(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (log, answer): (_, Answer) = (Arc::clone(&heard), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &log, &answer));
            }
        });
        Self { port, heard }
    }

    /// How many commands begin so.
    pub(crate) fn count(&self, command: &str) -> usize {
        self.heard.lock().unwrap().iter().filter(|heard| heard.starts_with(command)).count()
    }
}

fn serve(stream: TcpStream, log: &Mutex<Vec<String>>, answer: &Answer) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut in_content = false;
    let mut command = "greeting".to_owned();
    loop {
        if !in_content || command == "." {
            in_content = command == "DATA";
            log.lock().unwrap().push(command.clone());
            let words = answer(&command).unwrap_or_else(|| usual(&command).to_owned());
            if words == "hang" {
                // The connection stays open as long as the client holds it.
                return lines.find_map(|line| line.is_err().then_some(()));
            }
            in_content &= words.starts_with('3');
            writer.write_all(format!("{words}\r\n").as_bytes()).ok()?;
        }
        command = lines.next()?.ok()?;
    }
}

fn usual(command: &str) -> &'static str {
    match command.split([' ', ':']).next().unwrap_or_default() {
        "greeting" => "220 clerk.example ready",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 ok",
    }
}
