//! Running a script in a world of its own, and telling what differs. The same run can rewrite the expectations.

use std::{collections::BTreeMap, path::Path};

use super::parse::{Action, Expected, Script, Step};
use crate::{
    app::{Clock, Shipped},
    domain::{message::Content, moment::Moment, ticket_no::TicketNo},
    playground::{self, Playground, PlaygroundError, Sent},
    store::organisation::{Organisation, PersonRow},
};

/// What a run found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Each difference, with its line.
    pub differences: Vec<String>,
    /// The file as it would have to read to have none.
    pub blessed: String,
}

struct Stage<'s> {
    shipped: &'s Shipped,
    organisation: &'s Organisation,
    database: &'s Path,
    script: &'s Script,
    clock: Clock,
    world: Playground,
    /// Last outbox row seen.
    seen: i64,
    last: Option<(Sent, Option<String>)>,
    /// `$a` → LX…
    names: BTreeMap<String, String>,
}

/// Runs a script in a new world in a temporary directory.
pub async fn run(
    shipped: &Shipped,
    organisation: &Organisation,
    script: &Script,
) -> Result<Outcome, PlaygroundError> {
    let directory =
        playground::temporary_directory().map_err(|error| PlaygroundError::Answer(error.to_string()))?;
    let database = playground::database_in(directory.path());
    let clock = Clock::manual(script.clock);
    let world = open(shipped, &database, organisation, script, &clock).await?;
    let seen = world.app.store.last_line().await?;
    let mut stage = Stage {
        shipped,
        organisation,
        database: &database,
        script,
        clock,
        world,
        seen,
        last: None,
        names: BTreeMap::new(),
    };
    let mut outcome = Outcome::default();
    let mut blessed: Vec<String> = script.head.clone();
    for step in &script.steps {
        let actual = stage.play(step, &mut outcome).await?;
        blessed.extend(step.text.iter().cloned());
        stage.compare(step, &actual, &mut outcome, &mut blessed);
    }
    let report = stage.world.app.store.verify().await?;
    outcome.differences.extend(report.faults.into_iter().map(|fault| format!("verify: {fault}")));
    stage.world.app.stop();
    outcome.blessed = blessed.join("\n") + "\n";
    Ok(outcome)
}

async fn open(
    shipped: &Shipped,
    database: &Path,
    organisation: &Organisation,
    script: &Script,
    clock: &Clock,
) -> Result<Playground, PlaygroundError> {
    let profile = [("LIANXIN_CLOCKS__PROFILE".to_owned(), script.profile.clone())];
    let local = script.local.clone().map(|path| ("LIANXIN_CALENDAR__LOCAL".to_owned(), path));
    let settings = profile.into_iter().chain(local);
    let config = playground::demo_config(settings).map_err(crate::app::StartError::Data)?;
    Playground::open(shipped, database, &config, organisation, clock.clone()).await
}

impl Stage<'_> {
    /// Makes a step happen; returns the lines that went out, as `from` and text.
    async fn play(
        &mut self,
        step: &Step,
        outcome: &mut Outcome,
    ) -> Result<Vec<(String, String)>, PlaygroundError> {
        let mut actual = vec![];
        match &step.action {
            Action::Say { name, group, content } => {
                let content = self.resolve(content);
                let sent = self.send(name, group.as_deref(), &content);
                let response = self.world.deliver(&sent).await?;
                if response.status != 200 {
                    outcome.differences.push(format!("line {}: HTTP {}", step.line, response.status));
                }
                let from = group.as_ref().map_or("bot".to_owned(), |group| format!("bot@{group}"));
                actual.extend(response.text.clone().map(|text| (from, text)));
                self.last = Some((sent, response.text));
            }
            Action::Retry => {
                if let Some((sent, before)) = self.last.clone() {
                    let response = self.world.deliver(&sent).await?;
                    if response.text != before {
                        outcome.differences.push(format!("line {}: the retry got another reply", step.line));
                    }
                    actual.extend(response.text.map(|text| ("bot".to_owned(), text)));
                }
            }
            Action::Wait(minutes) => self.move_clock(self.clock.now().plus_minutes(*minutes)).await?,
            Action::Set(at) => self.move_clock(*at).await?,
            Action::Restart => {
                self.world.app.stop();
                self.world =
                    open(self.shipped, self.database, self.organisation, self.script, &self.clock).await?;
            }
            Action::Ticket(no, state, owner) => {
                self.assert_ticket(step.line, no, state, owner, outcome).await?;
            }
        }
        for line in self.world.app.store.lines_after(self.seen).await? {
            self.seen = line.seq;
            let from = match line.target.split_once(':') {
                Some(("group", id)) => format!("{}<", self.group_name(id)),
                Some((_user, id)) => format!("{}<", self.person_by(|p| p.gateway.as_deref() == Some(id))),
                None => format!("{}<<", self.waiting_name(line.person).await?),
            };
            actual.push((from, line.text));
        }
        Ok(actual)
    }

    async fn move_clock(&mut self, to: Moment) -> Result<(), PlaygroundError> {
        self.clock.set(to);
        Ok(self.world.app.fire_due().await?)
    }

    /// `$a` in what people say.
    fn resolve(&self, content: &Content) -> Content {
        match content {
            Content::Text(text) => Content::Text(self.substitute(text)),
            other => other.clone(),
        }
    }

    fn substitute(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, no)| text.replace(&format!("${name}"), no))
    }

    fn send(&self, name: &str, group: Option<&str>, content: &Content) -> Sent {
        let person = self.organisation.people.iter().find(|p| p.name == name);
        match group {
            None => {
                let open_id = person.and_then(|p| p.wechat.clone()).unwrap_or_else(|| stranger(name));
                self.world.privately(&open_id, content)
            }
            Some(group) => {
                let id = person.and_then(|p| p.gateway.clone()).unwrap_or_else(|| stranger(name));
                let known = self.organisation.groups.iter().find(|g| g.name == group);
                let group = known.and_then(|g| g.gateway.clone()).unwrap_or_else(|| group.to_owned());
                self.world.through_gateway(&id, name, Some(&group), false, content)
            }
        }
    }

    fn group_name(&self, gateway: &str) -> String {
        let known = self.organisation.groups.iter().find(|g| g.gateway.as_deref() == Some(gateway));
        known.map_or_else(|| gateway.to_owned(), |g| g.name.clone())
    }

    fn person_by(&self, is: impl Fn(&PersonRow) -> bool) -> String {
        let known = self.organisation.people.iter().find(|p| is(p));
        // A stranger of the transcript carries the name in the id.
        known.map_or_else(|| "?".to_owned(), |p| p.name.clone())
    }

    async fn waiting_name(
        &self,
        person: Option<crate::domain::person::PersonId>,
    ) -> Result<String, PlaygroundError> {
        let Some(id) = person else { return Ok("?".into()) };
        for row in &self.organisation.people {
            if self.world.app.store.person_by_key(row.key.clone()).await? == Some(id) {
                return Ok(row.name.clone());
            }
        }
        Ok("居民".into())
    }

    async fn assert_ticket(
        &self,
        line: usize,
        no: &str,
        state: &str,
        owner: &str,
        outcome: &mut Outcome,
    ) -> Result<(), PlaygroundError> {
        let number = self.substitute(no);
        let Some(no) = TicketNo::from_digits(number.trim_start_matches("LX")) else {
            outcome.differences.push(format!("line {line}: {number} is no ticket number"));
            return Ok(());
        };
        let Some(ticket) = self.world.app.store.ticket(no).await? else {
            outcome.differences.push(format!("line {line}: there is no {no}"));
            return Ok(());
        };
        let directory = self.world.app.store.directory().borrow().clone();
        let name = ticket.owner.map_or("-", |p| directory.staff_name(p)).to_owned();
        if ticket.state.code() != state || (!owner.is_empty() && name != owner) {
            outcome.differences.push(format!("line {line}: {no} is {} {name}", ticket.state));
        }
        Ok(())
    }

    /// Compares what went out with what was expected, in order; and writes it as it should have been expected.
    fn compare(
        &mut self,
        step: &Step,
        actual: &[(String, String)],
        outcome: &mut Outcome,
        blessed: &mut Vec<String>,
    ) {
        for (index, (from, text)) in actual.iter().enumerate() {
            let expected = step.expected.get(index);
            let fits = expected.is_some_and(|e| e.from == *from && self.matches(e, text));
            if let (Some(expected), true) = (expected, fits) {
                blessed.push(format!("  {}{}", label(&expected.from), expected.lines[0]));
                blessed.extend(expected.lines[1..].iter().map(|line| format!("    {line}")));
                continue;
            }
            match expected {
                Some(expected) => outcome.differences.push(format!(
                    "line {}: expected {}{}\n        got      {}{}",
                    step.line,
                    label(&expected.from),
                    expected.lines.join("\n                 "),
                    label(from),
                    text.replace('\n', "\n                 ")
                )),
                None => outcome.differences.push(format!(
                    "line {}: not mentioned: {}{}",
                    step.line,
                    label(from),
                    text.replace('\n', "\n                 ")
                )),
            }
            self.bless(expected, from, text, blessed);
        }
        for missing in step.expected.iter().skip(actual.len()) {
            outcome.differences.push(format!(
                "line {}: did not come: {}{}",
                step.line,
                label(&missing.from),
                missing.lines.join("\n                 ")
            ));
        }
    }

    /// The text as an expectation; a name that the old one captured is captured again.
    fn bless(&mut self, expected: Option<&Expected>, from: &str, text: &str, blessed: &mut Vec<String>) {
        let mut text =
            self.names.iter().fold(text.to_owned(), |text, (name, no)| text.replace(no, &format!("${name}")));
        for line in expected.iter().flat_map(|e| &e.lines) {
            if let Some((name, _)) = captures(line).into_iter().next()
                && !self.names.contains_key(&name)
                && let Some(no) = first_number(&text)
            {
                text = text.replacen(&no, &format!("${name}={no}"), 1);
                self.names.insert(name, no);
            }
        }
        let mut lines = text.lines();
        blessed.push(format!("  {}{}", label(from), lines.next().unwrap_or("")));
        blessed.extend(lines.map(|line| format!("    {line}")));
    }

    /// Names are captured only from a text that fits; else blessing could not capture them again.
    fn matches(&mut self, expected: &Expected, text: &str) -> bool {
        let before = self.names.clone();
        let fits = self.fits(expected, text);
        if !fits {
            self.names = before;
        }
        fits
    }

    fn fits(&mut self, expected: &Expected, text: &str) -> bool {
        let mut actual = text.lines();
        for pattern in &expected.lines {
            if pattern == "…" {
                return true;
            }
            let Some(line) = actual.next() else { return false };
            for (name, no) in captures(pattern) {
                self.names.entry(name).or_insert(no);
            }
            let literal = captures(pattern)
                .iter()
                .fold(pattern.clone(), |text, (name, no)| text.replace(&format!("${name}={no}"), no));
            let literal = self.substitute(&literal);
            let fits = match literal.strip_suffix('…') {
                Some(head) => line.trim().starts_with(head),
                None => line.trim() == literal,
            };
            if !fits {
                return false;
            }
        }
        actual.next().is_none()
    }
}

/// `bot> `, `小马< `
fn label(from: &str) -> String {
    if from.ends_with('<') { format!("{from} ") } else { format!("{from}> ") }
}

/// `$a=LX240313001` in a pattern.
fn captures(pattern: &str) -> Vec<(String, String)> {
    pattern
        .match_indices('$')
        .filter_map(|(at, _)| {
            let (name, rest) = pattern[at + 1..].split_once('=')?;
            let no: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            (name.len() <= 2 && no.starts_with("LX")).then(|| (name.to_owned(), no))
        })
        .collect()
}

fn first_number(text: &str) -> Option<String> {
    let at = text.find("LX")?;
    Some(text[at..].chars().take_while(char::is_ascii_alphanumeric).collect())
}

/// The id of somebody whom the organisation does not know, the same for the same name.
fn stranger(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("oStranger{digits}")
}
