//! The text of a `.chat` file as steps. Every line that cannot be read is a problem of its own.

use crate::domain::{
    message::{Content, Event, Media},
    moment::Moment,
    problem::Problem,
};

/// A whole file.
#[derive(Debug, Clone)]
pub struct Script {
    /// Name of the world in `fixtures/seed`.
    pub seed: String,
    /// The profile of limits.
    pub profile: String,
    /// A file of local days off.
    pub local: Option<String>,
    /// When it begins.
    pub clock: Moment,
    /// Lines before the first step, as they are.
    pub head: Vec<String>,
    /// What happens.
    pub steps: Vec<Step>,
}

/// One thing that happens, and what must follow.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its line, from 1.
    pub line: usize,
    /// Its own lines as they are, with comments and blank lines before it.
    pub text: Vec<String>,
    /// What happens.
    pub action: Action,
    /// What must come of it.
    pub expected: Vec<Expected>,
}

/// What can happen.
#[derive(Debug, Clone)]
pub enum Action {
    /// Somebody says something.
    Say {
        /// Who, by name.
        name: String,
        /// In which group; `None` for privately.
        group: Option<String>,
        /// What.
        content: Content,
    },
    /// The clock goes on by minutes.
    Wait(i64),
    /// The clock is set.
    Set(Moment),
    /// The last delivery comes again.
    Retry,
    /// The service ends and starts again.
    Restart,
    /// A ticket must stand so: number or `$name`, state, owner or `-`.
    Ticket(String, String, String),
}

/// A line that must go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// `bot`, `bot@GROUP`, `NAME<` or `NAME<<`.
    pub from: String,
    /// Its lines, as patterns.
    pub lines: Vec<String>,
}

/// Reads a file's text.
pub fn parse(file: &str, text: &str) -> Result<Script, Vec<Problem>> {
    let mut problems = vec![];
    let mut script = Script {
        seed: "lingwu".into(),
        profile: "default".into(),
        local: None,
        clock: Moment::from_millis(0),
        head: vec![],
        steps: vec![],
    };
    let mut clock = None;
    let mut waiting: Vec<String> = vec![];
    for (index, raw) in text.lines().enumerate() {
        let line = index + 1;
        let mut report = |text: String| problems.push(Problem::new(file, line, text));
        if raw.trim().is_empty() || raw.starts_with('#') {
            let mut words = raw.split_whitespace().peekable();
            while let Some(word) = words.next() {
                match word {
                    "seed" => script.seed = words.next().unwrap_or_default().into(),
                    "profile" => script.profile = words.next().unwrap_or_default().into(),
                    "local" => script.local = words.next().map(str::to_owned),
                    "clock" => {
                        let at = format!("{} {}", words.next().unwrap_or(""), words.next().unwrap_or(""));
                        clock = Moment::parse(&at).ok();
                    }
                    _ => {}
                }
            }
            waiting.push(raw.to_owned());
            continue;
        }
        if raw.starts_with([' ', '\t']) {
            match (script.steps.last_mut(), expectation(raw)) {
                (None, _) => report("an answer before anybody spoke".into()),
                (Some(step), Some(expected)) => step.expected.push(expected),
                (Some(step), None) => match step.expected.last_mut() {
                    Some(expected) => expected.lines.push(raw.trim().to_owned()),
                    None => report(format!("{:?} continues nothing", raw.trim())),
                },
            }
            continue;
        }
        match action(raw) {
            Ok(action) => {
                let mut own = std::mem::take(&mut waiting);
                if script.steps.is_empty() {
                    script.head = std::mem::take(&mut own);
                }
                own.push(raw.to_owned());
                script.steps.push(Step { line, text: own, action, expected: vec![] });
            }
            Err(text) => report(text),
        }
    }
    match clock {
        Some(clock) => script.clock = clock,
        None => problems.push(Problem::new(file, 1, "no `clock 2024-03-13 09:00` in the first comment")),
    }
    if problems.is_empty() { Ok(script) } else { Err(problems) }
}

/// `  bot> …`, `  小马< …`, `  小白<< …`
fn expectation(raw: &str) -> Option<Expected> {
    let line = raw.trim();
    let (from, text) = if let Some(rest) = line.strip_prefix("bot") {
        let (group, text) = rest.split_once('>')?;
        if !(group.is_empty() || group.starts_with('@')) {
            return None;
        }
        (format!("bot{group}"), text)
    } else {
        let at = line.find('<')?;
        let (name, rest) = line.split_at(at);
        if name.contains([' ', ',', '，', '：', '>']) || name.is_empty() {
            return None;
        }
        match rest.strip_prefix("<<") {
            Some(text) => (format!("{name}<<"), text),
            None => (format!("{name}<"), &rest[1..]),
        }
    };
    Some(Expected { from, lines: vec![text.trim().to_owned()] })
}

fn action(raw: &str) -> Result<Action, String> {
    let line = raw.trim_end();
    if line == "!retry" {
        return Ok(Action::Retry);
    }
    if line == "!restart" {
        return Ok(Action::Restart);
    }
    if let Some(span) = line.strip_prefix('+')
        && !span.contains('>')
    {
        return minutes(span).map(Action::Wait).ok_or(format!("{line:?}: write +2h, +30m or +1d"));
    }
    if let Some(at) = line.strip_prefix('=') {
        return Moment::parse(at.trim()).map(Action::Set).map_err(|error| error.to_string());
    }
    if let Some(rest) = line.strip_prefix("@ticket ") {
        let words: Vec<_> = rest.split_whitespace().collect();
        return match words[..] {
            [no, state, owner] => Ok(Action::Ticket(no.into(), state.into(), owner.into())),
            [no, state] => Ok(Action::Ticket(no.into(), state.into(), String::new())),
            _ => Err(format!("{line:?}: write @ticket $a state owner")),
        };
    }
    let Some((who, said)) = line.split_once('>') else {
        return Err(format!("{line:?}: write NAME> text, +2h, =time, !retry, !restart or @ticket"));
    };
    let (name, group) = match who.split_once('@') {
        Some((name, group)) => (name, Some(group.to_owned())),
        None => (who, None),
    };
    // `\n` stands for a line break within one message.
    let content = content(said.trim_start()).ok_or(format!("{said:?}: cannot be read"))?;
    Ok(Action::Say { name: name.to_owned(), group, content })
}

fn minutes(span: &str) -> Option<i64> {
    let unit = span.chars().last()?;
    let number: i64 = span[..span.len() - unit.len_utf8()].parse().ok()?;
    match unit {
        'm' => Some(number),
        'h' => Some(number * 60),
        'd' => Some(number * 24 * 60),
        _ => None,
    }
}

fn content(said: &str) -> Option<Content> {
    let bracket = |name: &str| said.strip_prefix(name).and_then(|rest| rest.strip_suffix(']')).map(str::trim);
    if let Some(id) = bracket("[photo") {
        return Some(Content::Image(Media { id: id.into(), url: "https://mmbiz.example/p.jpg".into() }));
    }
    if let Some(heard) = bracket("[voice") {
        let heard = heard.trim_matches('"');
        let recognition = (!heard.is_empty()).then(|| heard.to_owned());
        return Some(Content::Voice { media: Media { id: "voice".into(), url: String::new() }, recognition });
    }
    if let Some(place) = bracket("[location") {
        let (point, label) = place.split_once(' ').unwrap_or((place, ""));
        let (latitude, longitude) = point.split_once(',')?;
        return Some(Content::Location {
            latitude: latitude.parse().ok()?,
            longitude: longitude.parse().ok()?,
            label: label.trim().trim_matches('"').into(),
        });
    }
    if let Some(event) = bracket("[event") {
        let (name, key) = event.split_once(' ').unwrap_or((event, ""));
        return Some(Content::Event(match name {
            "subscribe" => Event::Subscribe { scene: (!key.is_empty()).then(|| key.to_owned()) },
            "unsubscribe" => Event::Unsubscribe,
            "SCAN" => Event::Scan { scene: key.into() },
            "CLICK" => Event::Click { key: key.into() },
            _ => Event::Silent { name: name.into() },
        }));
    }
    if said.starts_with("[sticker]") {
        return Some(Content::Sticker);
    }
    Some(Content::Text(said.replace("\\n", "\n")))
}
