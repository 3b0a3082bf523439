//! From the text of a condition to the condition.

use super::condition::{Condition, Expression, Is, Test, folded};
use super::tokens::{ConditionError, Keyword, Sign, Token, keyword, shown, tokens, wrong};

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// When the text is no condition: says where it stops being one.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        Ok(Self {
            text: text.trim().to_owned(),
            expression: parse(text)?,
            place: String::new(),
        })
    }
}

/// The condition that a text is.
fn parse(text: &str) -> Result<Expression, ConditionError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        end: text.trim_end().chars().count() + 1,
        depth: 0,
    };
    let expression = parser.any()?;
    match parser.peek() {
        None => Ok(expression),
        Some(Token { sign, at, .. }) => Err(wrong(*at, format!("{} is one too many", shown(sign)))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    /// One character behind the text.
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn keyword(&self) -> Option<Keyword> {
        keyword(&self.peek()?.sign)
    }

    fn is(&self, sign: &Sign) -> bool {
        self.peek().is_some_and(|token| token.sign == *sign)
    }

    /// Where the next token begins.
    fn at(&self) -> usize {
        self.peek().map_or(self.end, |token| token.at)
    }

    fn take(&mut self, wanted: Keyword) -> bool {
        let found = self.keyword() == Some(wanted);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Expression, ConditionError> {
        let mut parts = vec![self.all()?];
        while self.take(Keyword::Or) {
            parts.push(self.all()?);
        }
        Ok(alone(parts).unwrap_or_else(Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, ConditionError> {
        let mut parts = vec![self.part()?];
        while self.take(Keyword::And) {
            parts.push(self.part()?);
        }
        Ok(alone(parts).unwrap_or_else(Expression::All))
    }

    fn part(&mut self) -> Result<Expression, ConditionError> {
        /// Deeper than anybody writes.
        const DEEPEST: usize = 50;
        if self.depth > DEEPEST {
            return Err(wrong(self.at(), "there are too many brackets"));
        }
        self.depth += 1;
        let part = if self.take(Keyword::Not) {
            Expression::Not(Box::new(self.part()?))
        } else if self.is(&Sign::Open) {
            self.next += 1;
            let inner = self.any()?;
            self.close()?;
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(part)
    }

    fn close(&mut self) -> Result<(), ConditionError> {
        if !self.is(&Sign::Close) {
            return Err(wrong(self.at(), "a \")\" is missing"));
        }
        self.next += 1;
        Ok(())
    }

    fn test(&mut self) -> Result<Expression, ConditionError> {
        let start = self.at();
        let header = self.text(|_| true);
        if header.is_empty() {
            return Err(wrong(start, "a header is missing"));
        }
        let is = self.take(Keyword::Is);
        let negated = self.take(Keyword::Not);
        let at = self.at();
        let (is, unequal) = match self.peek().map(|token| token.sign.clone()) {
            Some(Sign::Equal) => (self.one_text()?, false),
            Some(Sign::Unequal) => (self.one_text()?, true),
            _ => match self.keyword() {
                Some(Keyword::In) => (self.several()?, false),
                Some(Keyword::Contains) => (Is::Containing(self.operand()?), false),
                Some(Keyword::Begins) => (Is::Beginning(self.operand()?), false),
                Some(Keyword::Matches) => (Is::Matching(self.pattern()?), false),
                Some(Keyword::Empty) => (self.bare(), false),
                Some(Keyword::Filled) => (self.bare(), true),
                _ if is => {
                    self.next -= 1;
                    (self.one_text()?, false)
                }
                _ => {
                    return Err(wrong(
                        at,
                        format!(
                            "what \"{header}\" should be is missing: =, !=, in, contains, begins, matches, empty or filled"
                        ),
                    ));
                }
            },
        };
        let test = Expression::Test(Test { header, is });
        Ok(if negated ^ unequal {
            Expression::Not(Box::new(test))
        } else {
            test
        })
    }

    /// The word that says all: empty, filled.
    fn bare(&mut self) -> Is {
        self.next += 1;
        Is::Empty
    }

    fn one_text(&mut self) -> Result<Is, ConditionError> {
        Ok(Is::OneOf(vec![self.operand()?]))
    }

    /// The text behind a sign or word, folded.
    fn operand(&mut self) -> Result<Vec<u8>, ConditionError> {
        self.next += 1;
        let (at, quoted) = (
            self.at(),
            matches!(
                self.peek(),
                Some(Token {
                    sign: Sign::Quoted(_),
                    ..
                })
            ),
        );
        let text = self.text(|word| matches!(word, Keyword::And | Keyword::Or));
        if text.is_empty() && !quoted {
            return Err(wrong(
                at,
                "a text is missing (an empty cell is HEADER empty)",
            ));
        }
        Ok(folded(&text))
    }

    /// The pattern behind `matches`. A regular expression would match nothing, or what nobody meant.
    fn pattern(&mut self) -> Result<Vec<u8>, ConditionError> {
        let before = self.next;
        let pattern = self.operand()?;
        let at = self
            .tokens
            .get(before + 1)
            .map_or(self.end, |token| token.at);
        let text = String::from_utf8_lossy(&pattern);
        let escapes = ["\\d", "\\w", "\\s", "\\b", "\\."];
        let is_closed =
            text.ends_with('$') && [".*", ".+", "]"].iter().any(|one| text.contains(one));
        if text.starts_with('^') || is_closed || escapes.iter().any(|one| text.contains(one)) {
            return Err(wrong(
                at,
                "this looks like a regular expression; in a pattern * is any text and ? any one character",
            ));
        }
        Ok(pattern)
    }

    fn several(&mut self) -> Result<Is, ConditionError> {
        self.next += 1;
        if !self.is(&Sign::Open) {
            return Err(wrong(self.at(), "a \"(\" is missing after in"));
        }
        let mut texts = Vec::new();
        while texts.is_empty() || self.is(&Sign::Comma) {
            texts.push(self.operand()?);
        }
        self.close()?;
        Ok(Is::OneOf(texts))
    }

    /// Words and quoted texts up to a sign, or to a word of the grammar that ends them.
    fn text(&mut self, ends: impl Fn(Keyword) -> bool) -> String {
        let mut text = String::new();
        while let Some(token) = self.peek() {
            let piece = match &token.sign {
                Sign::Quoted(piece) => piece,
                Sign::Word(piece) if !keyword(&token.sign).is_some_and(&ends) => piece,
                _ => break,
            };
            if token.spaced && !text.is_empty() {
                text.push(' ');
            }
            text.push_str(piece);
            self.next += 1;
        }
        text
    }
}

/// The only part, or all of them.
fn alone(mut parts: Vec<Expression>) -> Result<Expression, Vec<Expression>> {
    if parts.len() == 1 {
        Ok(parts.remove(0))
    } else {
        Err(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        fn written(expression: &Expression) -> String {
            let list = |parts: &[Expression], word| {
                let parts: Vec<String> = parts.iter().map(written).collect();
                format!("({})", parts.join(word))
            };
            match expression {
                Expression::All(parts) => list(parts, " & "),
                Expression::Any(parts) => list(parts, " | "),
                Expression::Not(part) => format!("!{}", written(part)),
                Expression::Test(Test { header, is }) => {
                    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
                    let is = match is {
                        Is::OneOf(texts) => {
                            let texts: Vec<String> = texts.iter().map(text).collect();
                            format!("={}", texts.join("/"))
                        }
                        Is::Containing(one) => format!("~{}", text(one)),
                        Is::Beginning(one) => format!("^{}", text(one)),
                        Is::Matching(one) => format!("*{}", text(one)),
                        Is::Empty => "=".to_owned(),
                    };
                    format!("{header}{is}")
                }
            }
        }
        written(&parse(text).unwrap())
    }

    #[test]
    fn conditions_are_read() {
        for (text, expected) in [
            ("Type = Vendor", "Type=vendor"),
            ("Type is Vendor", "Type=vendor"),
            (
                "Customer  Type = Former  Client",
                "Customer Type=former client",
            ),
            ("Status = Not in use", "Status=not in use"),
            ("Type != Vendor", "!Type=vendor"),
            ("Type <> Vendor", "!Type=vendor"),
            (
                "Type in (Vendor, \"Lead, cold\", Partner)",
                "Type=vendor/lead, cold/partner",
            ),
            ("Type not in (a)", "!Type=a"),
            ("Type is not in (a)", "!Type=a"),
            ("Type is not Vendor", "!Type=vendor"),
            ("Name contains (deleted", "ERROR 15"),
            ("Name contains \"(deleted\"", "Name~(deleted"),
            ("Name begins zz", "Name^zz"),
            ("Name matches *Ltd", "Name**ltd"),
            ("Name matches Dr.*", "Name*dr.*"),
            ("Price matches *$", "Price**$"),
            ("Code empty", "Code="),
            ("Code is empty", "Code="),
            ("Code is not empty", "!Code="),
            ("Code filled", "!Code="),
            ("A=1 or B=2 and C=3", "(A=1 | (B=2 & C=3))"),
            ("(A=1 or B=2) and not C=3", "((A=1 | B=2) & !C=3)"),
            ("\"Is (or was)\" = \"\"", "Is (or was)="),
            (
                "[required] Organization Type = Vendor",
                "[required] Organization Type=vendor",
            ),
            ("Name = O'Brien", "Name=o'brien"),
            ("Name = 'two words'", "Name=two words"),
            ("column:B = x", "column:B=x"),
        ] {
            match expected.strip_prefix("ERROR ") {
                Some(at) => assert_eq!(parse(text).unwrap_err().at.to_string(), at, "{text}"),
                None => assert_eq!(shown(text), expected, "{text}"),
            }
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (text, at, message) in [
            ("", 1, "a header is missing"),
            ("= Vendor", 1, "a header is missing"),
            ("Type", 5, "what \"Type\" should be is missing"),
            ("Type =", 7, "a text is missing"),
            ("Type = Vendor or", 17, "a header is missing"),
            ("Type in Vendor", 9, "a \"(\" is missing"),
            ("Type in (Vendor", 16, "a \")\" is missing"),
            ("(Type = Vendor", 15, "a \")\" is missing"),
            ("Type = Vendor)", 14, "\")\" is one too many"),
            ("Type = \"Vendor", 8, "has no end"),
            ("Größe = ä = 3", 11, "\"=\" is one too many"),
            ("Name matches ^Ac.*$", 14, "looks like a regular expression"),
            ("Name matches Ac.*$", 14, "looks like a regular expression"),
            (
                "Code matches \"K\\d+\"",
                14,
                "looks like a regular expression",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.message.contains(message), "{text}: {error}");
        }
        assert!(parse(&"(".repeat(5_000)).is_err());
        assert!(parse(&"not ".repeat(5_000)).is_err());
    }
}
