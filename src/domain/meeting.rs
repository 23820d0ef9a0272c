//! 议事的会: a meeting as it is called, announced and answered. Rounds, minutes and resolutions come with deliberation.

use serde::{Deserialize, Serialize};

use super::{category::codes, directory::CommunityId, moment::Moment, person::PersonId, ticket_no::TicketNo};

/// Row id of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MeetingId(pub i64);

codes! {
    /// Where a meeting stands; later stages come with deliberation.
    MeetingState {
        /// Called and shown to the caller, not yet sent.
        Draft = "draft",
        /// Announced: RSVPs count.
        Announced = "announced",
        /// Called off by its caller.
        Cancelled = "cancelled",
    }
}

codes! {
    /// An answer to an invitation.
    Answer {
        /// 参加
        Going = "going",
        /// 去不了
        NotGoing = "not_going",
    }
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Row id.
    pub id: MeetingId,
    /// Who holds it.
    pub community: CommunityId,
    /// Who called it.
    pub called_by: PersonId,
    /// 板凳会, 圆桌会 …: a name from the list of kinds.
    pub kind: String,
    /// When it starts.
    pub starts_at: Moment,
    /// Where, in the caller's words.
    pub place: String,
    /// What it is about, one item each.
    pub topics: Vec<String>,
    /// Tickets on its agenda.
    pub tickets: Vec<TicketNo>,
    /// Where it stands.
    pub state: MeetingState,
    /// Whether the loudspeaker call was reported as played.
    pub broadcast: bool,
    /// The count last told to the group.
    pub counted: usize,
    /// When it was told.
    pub counted_at: Option<Moment>,
}

/// What somebody answered to an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rsvp {
    /// Who.
    pub person: PersonId,
    /// Coming or not; `None` when only a word was left.
    pub answer: Option<Answer>,
    /// What is to be said for them (带话).
    pub message: super::words::Words,
}

/// What 喊会 was given, before the words were found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When.
    pub starts_at: Moment,
    /// Where.
    pub place: String,
    /// Which kind of meeting.
    pub kind: String,
    /// About what.
    pub topics: Vec<String>,
    /// Tickets named.
    pub tickets: Vec<super::command::NoRef>,
}

/// What 喊会 lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallLacks {
    /// No time was found.
    Time,
    /// The time is over already.
    PastTime,
    /// No place.
    Place,
    /// No topic.
    Topic,
}

/// The words that 喊会 is read with; data (`dictionaries/meetings.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingWords {
    /// Names of meeting kinds, the first is the default.
    pub kinds: Vec<String>,
    /// Words for days: offset from today in days.
    pub days: Vec<(String, i64)>,
    /// Words for parts of the day: hours added to the clock hour when it is below twelve.
    pub parts: Vec<(String, i64)>,
    /// Words that end an hour: 点, 时.
    pub hours: Vec<String>,
    /// Words for half and quarter hours, in minutes.
    pub fractions: Vec<(String, i64)>,
    /// What stands before weekdays: 周, 星期, 礼拜.
    pub weeks: Vec<String>,
    /// Day words that mean the evening: 今晚.
    pub evening_days: Vec<String>,
}

/// A time that was told in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldTime {
    /// When; of an hour alone, today.
    pub at: Moment,
    /// Whether the day was told.
    pub day: bool,
    /// Whether it was told which half of the day.
    pub part: bool,
}

impl MeetingWords {
    /// Reads 「今晚七点 村部院子 板凳会 移风易俗怎么宣传、环境卫生怎么管」.
    pub fn read(&self, text: &str, now: Moment) -> Result<Call, CallLacks> {
        let mut starts_at = None;
        let mut kind = None;
        let mut tickets = vec![];
        let mut left: Vec<&str> = vec![];
        for piece in text.split([' ', ',', ',', '。', '\n', '\u{3000}']).filter(|p| !p.is_empty()) {
            let no = piece.trim_start_matches("LX").trim_start_matches('#');
            if starts_at.is_none()
                && let Some(time) = self.time(piece, now)
            {
                starts_at = Some(time);
            } else if kind.is_none()
                && let Some(known) = self.kinds.iter().find(|k| *k == piece)
            {
                kind = Some(known.clone());
            } else if let Some(full) = super::ticket_no::TicketNo::from_digits(no) {
                tickets.push(super::command::NoRef::Full(full));
            } else if (1..=6).contains(&no.len()) && no.bytes().all(|b| b.is_ascii_digit()) {
                // No more than six digits: always fits.
                tickets.push(super::command::NoRef::Serial(no.parse().unwrap_or(0)));
            } else {
                left.push(piece);
            }
        }
        let starts_at = starts_at.ok_or(CallLacks::Time)?;
        if starts_at <= now {
            return Err(CallLacks::PastTime);
        }
        let mut left = left.into_iter();
        let place = left.next().ok_or(CallLacks::Place)?.to_owned();
        let topics: Vec<String> = left
            .flat_map(|t| t.split(['、', ';', ';']))
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
            .collect();
        if topics.is_empty() && tickets.is_empty() {
            return Err(CallLacks::Topic);
        }
        let kind = kind.or_else(|| self.kinds.first().cloned()).unwrap_or_default();
        Ok(Call { starts_at, place, kind, topics, tickets })
    }

    /// The first time that a text tells, wherever it stands: 那就下午三点吧.
    pub fn time_in(&self, text: &str, now: Moment) -> Option<ToldTime> {
        let ends = || text.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        let starts = text.char_indices().map(|(at, _)| at);
        starts.into_iter().find_map(|start| {
            let mut pieces = ends().take_while(|end| *end > start).map(|end| &text[start..end]);
            let (piece, at) = pieces.find_map(|piece| Some((piece, self.time(piece, now)?)))?;
            let (_, rest) = self.day(piece, now)?;
            let part = self.parts.iter().any(|(word, _)| rest.starts_with(word.as_str()));
            let evening = self.evening_days.iter().any(|word| piece.starts_with(word.as_str()));
            Some(ToldTime { at, day: rest.len() < piece.len(), part: part || evening })
        })
    }

    /// Whether a text begins with a day: 周五吧.
    pub fn names_day(&self, text: &str, now: Moment) -> bool {
        self.day(text, now).is_some_and(|(_, rest)| rest.len() < text.len())
    }

    /// Reads 今晚七点, 明天上午10:30, 周五下午三点半, 3月15日19点, 晚上七点半.
    fn time(&self, piece: &str, now: Moment) -> Option<Moment> {
        let (days, rest) = self.day(piece, now)?;
        let evening = self.evening_days.iter().any(|word| piece.starts_with(word.as_str()));
        let part = self.parts.iter().find(|(word, _)| rest.starts_with(word.as_str()));
        let (shift, rest) =
            part.map_or((if evening { 12 } else { 0 }, rest), |(word, shift)| (*shift, &rest[word.len()..]));
        let digits = rest.find(|c: char| !c.is_ascii_digit() && !"零一二三四五六七八九十两".contains(c))?;
        let hour: i64 = super::command::building_number(&rest[..digits])?.parse().ok()?;
        let rest = &rest[digits..];
        let minutes = if let Some(clock) = rest.strip_prefix([':', ':']) {
            clock.get(..2)?.parse().ok()?
        } else {
            let rest = self.hours.iter().find_map(|h| rest.strip_prefix(h.as_str()))?;
            match self.fractions.iter().find(|(word, _)| rest.starts_with(word.as_str())) {
                Some((_, minutes)) => *minutes,
                None => {
                    let number = rest.trim_end_matches('分');
                    if number.is_empty() {
                        0
                    } else {
                        super::command::building_number(number)?.parse().ok()?
                    }
                }
            }
        };
        let hour = if hour < 12 { hour + shift } else { hour };
        if hour > 23 || minutes > 59 {
            return None;
        }
        Some(now.start_of_day().plus_minutes(days * 24 * 60 + hour * 60 + minutes))
    }

    /// The day that a text begins with, as days from today, and what follows it. No day word means today.
    fn day<'t>(&self, text: &'t str, now: Moment) -> Option<(i64, &'t str)> {
        if let Some((word, offset)) = self.days.iter().find(|(word, _)| text.starts_with(word.as_str())) {
            return Some((*offset, &text[word.len()..]));
        }
        if let Some(rest) = self.weeks.iter().find_map(|w| text.strip_prefix(w.as_str())) {
            let first = rest.chars().next()?;
            let wanted = "一二三四五六日".chars().position(|c| c == first).or((first == '天').then_some(6))?;
            let today = now.weekday().to_monday_zero_offset();
            let ahead = (wanted as i64 - i64::from(today)).rem_euclid(7);
            return Some((ahead, &rest[first.len_utf8()..]));
        }
        if let Some((month, rest)) = text.split_once('月')
            && let Some((date, rest)) = rest.split_once(['日', '号'])
        {
            let month = super::command::building_number(month)?.parse().ok()?;
            let date = super::command::building_number(date)?.parse().ok()?;
            // A day that is over this year is meant for the next one.
            let on = |year| Moment::from_civil(year, month, date, 0, 0);
            let day = on(now.year()).filter(|d| *d >= now.start_of_day()).or_else(|| on(now.year() + 1))?;
            return Some((now.days_until(day), rest));
        }
        Some((0, text))
    }
}
