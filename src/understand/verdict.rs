//! What the learnt layer makes of a message together with the votes of people's words: categories in order, how sure,
//! and what the line is. Only arithmetic on scores; words are `classify`'s and `act`'s, weights are `learned`'s.

use super::{
    Lexicon, Votes,
    learned::{Head, Scores, is_post},
    normalize::Normal,
};
use crate::domain::category::{Act, Category};

/// A score of 1, a head's clear yes, in the points that people see beside the weights of words.
const POINTS: f32 = 5.0;
/// By how much another act has to lead before what the rules took for a report is none.
const CLEARLY: f32 = 0.15;
/// How fast sureness falls with the distance of the runner-up.
const TEMPERATURE: f32 = 0.2;

/// Scores of all heads.
#[derive(Debug, Clone)]
pub struct Verdict {
    scores: Scores,
    post: bool,
}

impl Verdict {
    /// The verdict on a message; `None` without a learnt layer.
    pub fn of(normal: &Normal, votes: &Votes, lexicon: &Lexicon) -> Option<Self> {
        let learned = lexicon.learned().layer(normal);
        if learned.is_empty() {
            return None;
        }
        let mut scores = learned.score(normal, lexicon.stopped_runs());
        for head in Head::all() {
            scores.add(head, learned.voiced(head, votes));
        }
        Some(Self { scores, post: is_post(normal) })
    }

    /// Whether it judged a post rather than a line of chat.
    pub fn of_post(&self) -> bool {
        self.post
    }

    /// The score of a head; above 0 is yes.
    pub fn of_head(&self, head: Head) -> f32 {
        self.scores.of(head)
    }

    /// All categories in points, best first.
    pub fn ranking(&self) -> Vec<(Category, f32)> {
        let mut ranking: Vec<(Category, f32)> = Category::ALL
            .iter()
            .map(|&category| (category, self.scores.of(Head::Category(category)) * POINTS))
            .collect();
        ranking.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranking
    }

    /// 0–1: the winner's share when every category bids with its score.
    pub fn confidence(&self) -> f32 {
        let scores = || Category::ALL.iter().map(|&category| self.scores.of(Head::Category(category)));
        let best = scores().fold(f32::MIN, f32::max);
        let bids: f32 = scores().map(|score| ((score - best) / TEMPERATURE).exp()).sum();
        bids.recip()
    }

    /// What the line is; without `commands` none. Danger to life is a report whatever it sounds like.
    pub fn act(&self, ruled: Act, danger: bool, commands: bool) -> Act {
        if danger || self.of_head(Head::Emergency) > 0.0 {
            return Act::Report;
        }
        let louder =
            |a: &&Act, b: &&Act| self.of_head(Head::Act(**a)).total_cmp(&self.of_head(Head::Act(**b)));
        // Where no head says yes, the rules know as much; and what the rules took for a report has to be clearly
        // something else, because a ticket too many is soon closed and a report lost is not.
        let may_be = |act: &&Act| commands || !matches!(act, Act::StaffCommand | Act::Control);
        let loudest = Act::ALL.iter().filter(may_be).max_by(louder).copied().unwrap_or(ruled);
        let lead = self.of_head(Head::Act(loudest)) - self.of_head(Head::Act(ruled));
        let lost = ruled.opens_ticket() && !loudest.opens_ticket() && lead < CLEARLY;
        if self.of_head(Head::Act(loudest)) <= 0.0 || lost { ruled } else { loudest }
    }
}
