//! One passive reply from several lines: what waited is said first, the answer always whole or first, the rest behind
//! 「更多」. Lengths are bytes of UTF-8, because the platform counts bytes.

use super::effect::Waiting;

/// WeChat shows its fault notice for texts longer than this. Not documented; met by users
/// (silenceper/wechat issue 673, wechat-php-sdk issue 363).
pub const REPLY_BYTES: usize = 2047;

/// A reply that fits, and what it left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Composed {
    /// The text, at most [`REPLY_BYTES`] long.
    pub text: String,
    /// Outbox rows said in it.
    pub said: Vec<i64>,
    /// What did not fit of the answer.
    pub remainder: String,
}

/// Puts waiting lines before the answer as far as they fit. `hint` is the wording that tells how many still wait,
/// given their number; `unfinished` the one that tells that the answer goes on.
pub fn compose(
    answer: &str,
    waiting: &[Waiting],
    hint: impl Fn(usize) -> String,
    unfinished: &str,
) -> Composed {
    let mut composed = Composed::default();
    let room = REPLY_BYTES.saturating_sub(answer.len() + hint(waiting.len()).len() + 2);
    for line in waiting {
        if composed.text.len() + line.text.len() + 1 > room {
            break;
        }
        composed.text.push_str(&line.text);
        composed.text.push('\n');
        composed.said.push(line.seq);
    }
    composed.text.push_str(answer);
    let left = waiting.len() - composed.said.len();
    let hint = match left {
        0 => String::new(),
        left => format!("\n{}", hint(left)),
    };
    if composed.text.len() + hint.len() > REPLY_BYTES {
        let room = REPLY_BYTES.saturating_sub(hint.len() + unfinished.len() + 1);
        let (head, rest) = cut(&composed.text, room);
        composed.remainder = rest.to_owned();
        composed.text = format!("{}\n{unfinished}", head.trim_end());
    }
    composed.text = format!("{}{hint}", composed.text.trim_end()).trim().to_owned();
    composed
}

/// The longest head of at most `limit` bytes that ends between characters, after a line or a sentence where one ends
/// near, and the rest.
pub fn cut(text: &str, limit: usize) -> (&str, &str) {
    if text.len() <= limit {
        return (text, "");
    }
    let end = text.floor_char_boundary(limit);
    let near = text.floor_char_boundary(end.saturating_sub(200));
    let stop = text[near..end].rfind(['\n', '。']).map(|at| {
        let at = near + at;
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    text.split_at(stop.unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(texts: &[&str]) -> Vec<Waiting> {
        texts.iter().zip(1..).map(|(text, seq)| Waiting { seq, text: (*text).to_owned() }).collect()
    }

    #[test]
    fn waiting_lines_are_said_first() {
        let composed = compose("答", &waiting(&["甲", "乙"]), |n| format!("还有{n}条"), "没完");
        assert_eq!(composed.text, "甲\n乙\n答");
        assert_eq!(composed.said, [1, 2]);
    }

    #[test]
    fn the_answer_is_never_pushed_out() {
        let long = "长".repeat(600);
        let composed = compose("答", &waiting(&[&long, &long]), |n| format!("还有{n}条"), "没完");
        assert_eq!(composed.said, [1]);
        assert!(composed.text.ends_with("答\n还有1条"));
        assert!(composed.text.len() <= REPLY_BYTES);
    }

    #[test]
    fn a_long_answer_is_cut_between_characters() {
        let composed = compose(&"长".repeat(1000), &[], |_| String::new(), "没完");
        assert!(composed.text.len() <= REPLY_BYTES);
        let head = composed.text.strip_suffix("\n没完").expect("says that it goes on");
        assert_eq!(head.chars().count() + composed.remainder.chars().count(), 1000);
    }
}
