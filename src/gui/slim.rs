//! Scripts and styles without what only their readers need: comments, indentation, spaces between signs.
//!
//! Lines stay lines, since a line's end may end a statement in JavaScript; not behind `{`, `(`, `[` and `,`, which
//! cannot end one, and `;`, which does. Strings, templates and regular expressions are sent as they are, and none may go over the end of
//! a line: a test holds the page's files to that. Another, with the browser, holds what is sent against the files,
//! token by token.

/// A script as it is sent.
pub fn script(text: &str) -> String {
    Slim::of(text).sent
}

/// A script on its way.
#[derive(Default)]
struct Slim {
    sent: String,
    within_comment: bool,
    /// A template for each, and how many braces are open in the `${` of it.
    open: Vec<usize>,
    /// The first line at whose end a string was still open.
    unended: Option<String>,
}

impl Slim {
    fn of(text: &str) -> Self {
        let mut slim = Self::default();
        for line in text.lines() {
            slim.line(line.trim());
        }
        slim
    }

    /// One line, without what is not needed of it.
    fn line(&mut self, line: &str) {
        let start = self.sent.len();
        let mut rest = line;
        let mut gap = false;
        while let Some(first) = rest.chars().next() {
            if self.within_comment {
                let Some(end) = rest.find("*/") else { break };
                rest = &rest[end + 2..];
                self.within_comment = false;
                gap = true;
            } else if rest.starts_with("//") {
                break;
            } else if rest.starts_with("/*") {
                self.within_comment = true;
                rest = &rest[2..];
            } else if first.is_whitespace() {
                gap = true;
                rest = &rest[first.len_utf8()..];
            } else {
                if gap && self.sent.len() > start && self.parts(first) {
                    self.sent.push(' ');
                }
                gap = false;
                let length = self.token(rest, first, start);
                self.sent.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
        if self.sent.len() > start && !self.sent.ends_with(['{', '(', '[', ',', ';']) {
            self.sent.push('\n');
        }
    }

    /// How long the piece is that is sent as it stands: a string, a template's text, a regular expression, a sign.
    fn token(&mut self, rest: &str, first: char, start: usize) -> usize {
        match first {
            '"' | '\'' => self.length_to_end(rest, |_, letter| letter == first),
            '`' => self.template(rest),
            '/' if self.wants_expression(start) => {
                let mut class = false;
                self.length_to_end(rest, |_, letter| {
                    class = letter == '[' || (class && letter != ']');
                    letter == '/' && !class
                })
            }
            '{' => {
                if let Some(depth) = self.open.last_mut() {
                    *depth += 1;
                }
                1
            }
            '}' => match self.open.pop() {
                Some(0) => self.template(rest),
                Some(depth) => {
                    self.open.push(depth - 1);
                    1
                }
                None => 1,
            },
            _ => first.len_utf8(),
        }
    }

    /// A template's text, from its sign or a `}` to its end or the next `${`.
    fn template(&mut self, rest: &str) -> usize {
        let end = self.length_to_end(rest, |before, letter| {
            letter == '`' || (letter == '{' && before == '$')
        });
        if rest[..end].ends_with('{') {
            self.open.push(0);
        }
        end
    }

    /// How far it is from the sign at the beginning to behind the letter that ends it; one behind a `\` ends nothing.
    fn length_to_end(&mut self, rest: &str, mut ends: impl FnMut(char, char) -> bool) -> usize {
        let (mut before, mut escaped) = (' ', false);
        for (at, letter) in rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if letter == '\\' {
                escaped = true;
            } else if ends(before, letter) {
                return at + letter.len_utf8();
            }
            before = letter;
        }
        self.unended.get_or_insert_with(|| rest.to_owned());
        rest.len()
    }

    /// Whether a space between what was sent last and this letter means something.
    fn parts(&self, next: char) -> bool {
        let Some(last) = self.sent.chars().next_back() else {
            return false;
        };
        let of_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '#');
        (of_word(last) && of_word(next))
            || (last == next && matches!(last, '+' | '-'))
            || (last.is_ascii_digit() && next == '.')
            || last == '/'
            || next == '/'
    }

    /// Whether a value is awaited here, so that a `/` begins a regular expression and divides nothing.
    fn wants_expression(&self, start: usize) -> bool {
        const BEFORE_VALUES: [&str; 8] = [
            "return", "typeof", "case", "in", "of", "void", "await", "yield",
        ];
        let before = self.sent[start..].trim_end();
        let word = before
            .rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$');
        match before.chars().next_back() {
            None => true,
            Some(last) => {
                "(,=:[!&|?{};+-*%<>~^".contains(last)
                    || word.take(1).any(|word| BEFORE_VALUES.contains(&word))
            }
        }
    }
}

/// A style sheet as it is sent. Its strings are kept; what stands in brackets too, since `calc` needs its spaces.
pub fn style(text: &str) -> String {
    let mut sent = String::with_capacity(text.len());
    let (mut rest, mut gap) = (text, false);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("/*") => {
                rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
                gap = true;
                continue;
            }
            letter if letter.is_whitespace() => {
                rest = &rest[first.len_utf8()..];
                gap = true;
                continue;
            }
            '"' | '\'' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            _ => first.len_utf8(),
        };
        let sign = |letter: char| matches!(letter, '{' | '}' | ';' | ',' | '>');
        let before = sent.chars().next_back();
        if gap && !sign(first) && before.is_some_and(|before| !sign(before) && before != ':') {
            sent.push(' ');
        }
        if first == '}' && before == Some(';') {
            sent.pop();
        }
        sent.push_str(&rest[..length]);
        rest = &rest[length..];
        gap = false;
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_browser_needs_of_a_script_is_sent() {
        let sent = [
            (
                "// a\n/**\n * b\n */\n  const c = /** @type {D} */ (e); // f\n\n/* g */ h;\n",
                "const c=(e);h;",
            ),
            ("return  a  ? - 1 : b + + c - -d;", "return a?-1:b+ +c- -d;"),
            ("x = \"a  =  b\" + 'c // d' ;", "x=\"a  =  b\"+'c // d';"),
            (
                "y = `a  ${ b ? `c  ${ { d : 1 } . d } ` : \"}\" }  e` ;",
                "y=`a  ${b?`c  ${{d:1}.d} `:\"}\"}  e`;",
            ),
            (
                "z = /[/ ]  = \\/ \"/ . test( a ) ; b = c / d / e",
                "z= /[/ ]  = \\/ \"/ .test(a);b=c / d / e\n",
            ),
            (
                "const { a , b } = c ;\n  async ( ) => { }",
                "const{a,b}=c;async()=>{}\n",
            ),
            ("a /* b\nc */ d\n1 . e", "a\nd\n1 .e\n"),
            (
                "f(\n  [\n    { g ,\n h }\n  ]\n)\n/i/.j",
                "f([{g,h}\n]\n)\n/i/.j\n",
            ),
        ];
        for (text, wanted) in sent {
            assert_eq!(script(text), wanted, "{text}");
        }
    }

    #[test]
    fn only_what_the_browser_needs_of_a_style_sheet_is_sent() {
        let sheet = "/* a */\n.b > c ,\n.d { e: f g;\n  h: calc(1px + 2px); }\n.j :hover{k:l} @media (a) { m { n: \"o : ;  p\" } }\n";
        assert_eq!(
            style(sheet),
            ".b>c,.d{e:f g;h:calc(1px + 2px)}.j :hover{k:l}@media (a){m{n:\"o : ;  p\"}}"
        );
    }

    #[test]
    fn a_string_over_the_end_of_a_line_is_noticed() {
        for text in ["a = `b\nc`;", "a = \"b\\\nc\";"] {
            assert!(Slim::of(text).unended.is_some(), "{text}");
        }
    }

    #[test]
    fn no_string_of_the_page_goes_over_the_end_of_a_line() {
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/src/gui/page");
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "js") {
                let text = std::fs::read_to_string(&path).unwrap();
                let slim = Slim::of(&text);
                assert_eq!(slim.unended, None, "{}", path.display());
                assert!(
                    slim.open.is_empty() && !slim.within_comment,
                    "{}",
                    path.display()
                );
            }
        }
    }
}
