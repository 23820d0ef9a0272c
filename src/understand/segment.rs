//! Word boundaries by jieba, HMM off: the only place that names `jieba_rs`. Used for words too short to be matched
//! anywhere in a text (树 is a word in 树倒了, not in 树立), never for the phrases of the dictionaries.

use std::fmt;

use jieba_rs::Jieba;

use super::normalize::Normal;

/// A segmenter with the user words of `words.toml`.
pub struct Segmenter {
    jieba: Jieba,
}

impl fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Segmenter")
    }
}

impl Segmenter {
    /// Loads the embedded dictionary (about 150 ms), then adds words with their frequencies. A frequency of 0 disables
    /// a word: it stays known and is never chosen. Without one jieba is given what it takes to cut the word by itself.
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, Option<usize>)>) -> Self {
        let mut jieba = Jieba::new();
        for (word, frequency) in words {
            jieba.add_word(word, frequency, None);
        }
        Self { jieba }
    }

    /// Whether the word is known, though perhaps disabled.
    pub fn knows(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }

    /// The words of a text, in order; concatenated they are the text.
    pub fn cut<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.jieba.cut(text, false).into_iter().map(|token| token.word).collect()
    }

    /// The words of a normal form as character ranges.
    pub fn boundaries(&self, normal: &Normal) -> Tokens {
        let mut starts = Vec::with_capacity(normal.chars().len() + 1);
        let mut at = 0;
        for word in self.cut(normal.text()) {
            starts.push(at);
            at += word.chars().count() as u32;
        }
        starts.push(at);
        Tokens { starts }
    }
}

/// Where words start, and the end of the text.
#[derive(Debug, Clone)]
pub struct Tokens {
    starts: Vec<u32>,
}

impl Tokens {
    /// Whether characters `[start, end)` are exactly one word.
    pub fn is_word(&self, start: usize, end: usize) -> bool {
        self.starts
            .binary_search(&(start as u32))
            .is_ok_and(|i| self.starts.get(i + 1) == Some(&(end as u32)))
    }

    /// Whether a word ends before character `end`.
    pub fn ends_at(&self, end: usize) -> bool {
        self.starts.binary_search(&(end as u32)).is_ok()
    }

    /// The words that lie wholly in `[start, end)`.
    pub fn words_within(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let words = self.starts.windows(2).map(|pair| (pair[0] as usize, pair[1] as usize));
        words.filter(|&(from, to)| start <= from && to <= end).collect()
    }
}
