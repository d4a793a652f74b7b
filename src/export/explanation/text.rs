//! For people: the question, the decision in a line, every layer, and the statements that decided as they were written.

use std::fmt::Write;

use crate::condition::Atom;
use crate::evaluate::{Assumption, Comparison, Outcome};
use crate::export::styled::{StyledLine, Tone, wrapped};
use crate::export::text::{account_label, policy_kind_text, policy_name, printable, residual_text, statement_sid};
use crate::load::{StatementTexts, TextForm};
use crate::model::{Environment, PolicyKind};
use crate::policy::Effect;
use crate::query::{ConditionTest, ExplainedLayer, ExplainedStatement, Explanation, Hinge, LayerEffect};
use crate::request::Credentials;

use super::excerpt::excerpt;
use super::{controller_words, statement_text};

/// How an explanation is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplanationOptions {
    /// How many characters a line may have, where nothing in it is longer.
    pub width: usize,
    /// Show the text of every statement that applies, not only of those that decide.
    pub every_statement: bool,
}

impl Default for ExplanationOptions {
    fn default() -> Self {
        Self { width: 100, every_statement: false }
    }
}

/// Where the words of a layer begin, behind its effect.
const BODY: usize = 17;

/// Where a statement's place and text begin.
const SOURCE: usize = 6;

/// [`explanations_to_lines`] without tones.
#[must_use]
pub fn explanations_to_text(explanations: &[Explanation], env: &Environment, options: ExplanationOptions) -> String {
    let mut text = String::new();
    for line in explanations_to_lines(explanations, env, options) {
        let _ = writeln!(text, "{line}"); // Writing to a String cannot fail.
    }
    text
}

/// Explanations in lines. Statements are read again from their files, which is why this may take a while for large ones.
#[must_use]
pub fn explanations_to_lines(
    explanations: &[Explanation],
    env: &Environment,
    options: ExplanationOptions,
) -> Vec<StyledLine> {
    let mut page = Page { env, options, texts: StatementTexts::default(), lines: Vec::new() };
    for (index, explanation) in explanations.iter().enumerate() {
        if index > 0 {
            page.lines.push(StyledLine::default());
        }
        page.explanation(explanation);
        while page.lines.last().is_some_and(|line| line.pieces.is_empty()) {
            page.lines.pop();
        }
    }
    page.lines
}

struct Page<'a> {
    env: &'a Environment,
    options: ExplanationOptions,
    texts: StatementTexts,
    lines: Vec<StyledLine>,
}

impl Page<'_> {
    fn explanation(&mut self, explanation: &Explanation) {
        if let Some(step) = &explanation.step {
            let becomes = match &step.becomes {
                Some(role) => format!(": to become {}", printable(role)),
                None => ": the request".to_owned(),
            };
            let number = format!("step {} of {}", step.number, step.of);
            self.lines.push(StyledLine::new(Tone::Strong, number).and(Tone::Plain, becomes));
        }
        let with = match explanation.credentials {
            Credentials::LongTermKey => " with its long-term key",
            Credentials::MfaSession => " signed in with MFA",
            Credentials::SessionToken => " with temporary credentials",
            Credentials::RoleSession(_) if explanation.step.is_some() => ", the session",
            Credentials::RoleSession(_) if explanation.subject.name.contains(":assumed-role/") => "",
            Credentials::RoleSession(_) => ", any session of it",
            _ => "",
        };
        self.lines.push(StyledLine::new(Tone::Strong, printable(&explanation.subject.name)).and(Tone::Plain, with));
        self.words("  ", &format!("{} on {}", explanation.action, explanation.resource), Tone::Plain);
        let owner = explanation.resource_account.filter(|account| Some(*account) != explanation.subject.account);
        if let Some(owner) = owner {
            let label = account_label(owner, self.env);
            let named = if label == owner.as_str() { label } else { format!("{owner} ({label})") };
            let both = if explanation.subject.account.is_some() { ": both sides have to allow" } else { "" };
            self.lines
                .push(StyledLine::new(Tone::Plain, format!("  a resource of account {}{both}", printable(&named))));
        }
        self.lines.push(StyledLine::default());
        self.decision(explanation);
        if let Some(requires) = explanation.step.as_ref().and_then(|step| step.requires.as_ref()) {
            let words = if requires.is_true() {
                "On this way nothing is left to require: the calls before give the session what it needs.".to_owned()
            } else {
                format!("On this way it requires: {}", residual_text(requires))
            };
            self.words("  ", &words, Tone::Plain);
        }
        self.lines.push(StyledLine::default());
        if explanation.settled.is_some() {
            self.words("  ", "No policy was asked: the rule above comes before them.", Tone::Plain);
            return;
        }
        self.words("  ", "Every layer that AWS asks, in its order:", Tone::Plain);
        for layer in &explanation.layers {
            self.layer(layer);
        }
        for (what, why) in &explanation.not_asked {
            self.lines.push(
                StyledLine::new(Tone::Faint, format!("  {:<width$}", "-", width = BODY - 2)).and(Tone::Plain, *what),
            );
            self.words(&" ".repeat(BODY), &format!("not asked: {why}"), Tone::Plain);
        }
    }

    fn decision(&mut self, explanation: &Explanation) {
        let tone = tone_of_outcome(explanation);
        let decision = StyledLine::new(Tone::Plain, "  decision: ").and(tone, explanation.outcome.as_str());
        self.lines.push(decision);
        self.words("  because: ", &explanation.because, Tone::Plain);
        let residual = explanation.decision.residual();
        // What is missing stands in the line above.
        let besides = residual.substitute(&|atom, _| matches!(atom, Atom::MissingInput(_)).then_some(true));
        if !besides.is_true() && !residual.is_false() {
            self.words("  if: ", &residual_text(&residual), Tone::Plain);
            for hinge in &explanation.hinges {
                let words = match hinge {
                    Hinge::Key { key, controller } => {
                        format!("{key} ({}): {}", controller.name(), controller_words(*controller))
                    }
                    Hinge::Undocumented(point) => {
                        format!("{}: AWS's documents leave open {}", point.code, point.meaning)
                    }
                    Hinge::OtherSide(words) => format!("`{words}`: the policies there were not collected"),
                    Hinge::MissingInput(_) => continue,
                };
                self.words("    - ", &words, Tone::Plain);
            }
        }
        let assumed: Vec<String> = explanation.decision.assumptions.iter().map(Assumption::to_string).collect();
        for words in assumed {
            self.words("  assumed: ", &words, Tone::Plain);
        }
        if let Some(change) = &explanation.change {
            let to = if explanation.outcome == Outcome::Unknown { "decide" } else { "change" };
            self.words(&format!("  to {to} it: "), change, Tone::Plain);
        }
    }

    fn layer(&mut self, layer: &ExplainedLayer) {
        let effect = format!("{:<width$}", layer.effect.as_str(), width = BODY - 2);
        let mut name = wrapped(&" ".repeat(BODY), &printable(&layer.name), self.options.width, Tone::Plain);
        if let Some(first) = name.first_mut() {
            let text = first.pieces.iter().map(|(_, text)| text.trim_start()).collect::<String>();
            *first = StyledLine::new(Tone::Plain, "  ").and(tone_of(layer.effect), effect).and(Tone::Strong, text);
        }
        self.lines.append(&mut name);
        if let Some(why) = &layer.why {
            self.words(&" ".repeat(BODY), why, Tone::Plain);
        }
        for statement in &layer.applied {
            self.applied(statement);
        }
        if let Some(nearest) = &layer.nearest {
            let first = if layer.effect == LayerEffect::ImplicitDeny { "no Allow matches; " } else { "" };
            self.nearest(nearest, first);
        }
    }

    fn applied(&mut self, statement: &ExplainedStatement) {
        let (verb, tone) = match statement.effect {
            Effect::Allow => ("Allow", Tone::Good),
            Effect::Deny => ("Deny", Tone::Bad),
        };
        let shown = statement.decides || self.options.every_statement;
        self.words(&" ".repeat(BODY), &format!("{verb} by {}", name(statement, self.env)), Tone::Plain);
        let tested = shown && statement.tests.iter().any(|test| test.holds.is_none());
        if let Comparison::Applies(when) = &statement.comparison
            && !when.is_true()
            && !tested
        {
            self.words(&" ".repeat(BODY), &format!("if {}", residual_text(when)), Tone::Plain);
        }
        if !shown {
            return;
        }
        for test in &statement.tests {
            self.words(&" ".repeat(BODY), &test_words(test), Tone::Plain);
        }
        self.source(statement, tone);
    }

    fn nearest(&mut self, statement: &ExplainedStatement, first: &str) {
        let words = format!("{first}nearest is {}:", name(statement, self.env));
        self.words(&" ".repeat(BODY), &words, Tone::Plain);
        let why = match &statement.failed {
            Some(failed) => failed.why.as_str(),
            None => "its conditions exclude each other",
        };
        self.words(&" ".repeat(BODY), why, Tone::Plain);
        if statement.decides || self.options.every_statement {
            self.source(statement, Tone::Bad);
        }
    }

    /// The statement's place and text.
    fn source(&mut self, statement: &ExplainedStatement, tone: Tone) {
        let Some(text) = statement_text(&mut self.texts, statement.statement, self.env) else { return };
        let place = match &text.origin {
            Some(origin) => printable(&origin.to_string()),
            None => "defined by AWS, in no file".to_owned(),
        };
        let arrow = format!("{:SOURCE$}--> ", "");
        self.lines.extend(wrapped(&arrow, &place, self.options.width, Tone::Faint));
        let note = match text.form {
            TextForm::JsonString => "the string there holds JSON; here it is decoded, and its own lines are counted",
            TextForm::PercentEncoded => {
                "the string there is percent-encoded; here it is decoded, and its own lines are counted"
            }
            TextForm::Translated => "no policy document stands there; shown as the policy it comes to",
            TextForm::NoFile if text.origin.is_some() => {
                "the file cannot be read again; shown as it was when it was read"
            }
            _ => "",
        };
        if !note.is_empty() {
            self.lines.extend(wrapped(&" ".repeat(SOURCE + 4), note, self.options.width, Tone::Faint));
        }
        self.lines.extend(excerpt(&text, &statement.parts, SOURCE, self.options.width, tone));
        self.lines.push(StyledLine::default());
    }

    fn words(&mut self, first: &str, words: &str, tone: Tone) {
        self.lines.extend(wrapped(first, &printable(words), self.options.width, tone));
    }
}

fn test_words(test: &ConditionTest) -> String {
    let verdict = match test.holds {
        Some(true) => "holds",
        Some(false) => "fails",
        None => "is undecided",
    };
    format!("`{}` {verdict}: {}", test.written, test.says)
}

/// `statement Sid of Policy (inline, by group Name)`; the policy of a resource or role is named in its layer.
fn name(explained: &ExplainedStatement, env: &Environment) -> String {
    let statement = explained.statement;
    let which = statement_sid(statement, env).map_or_else(|| statement.index.to_string(), str::to_owned);
    let kind = statement.policy.map(|policy| env.policy(policy).kind);
    let text = kind.map_or("given", policy_kind_text);
    let group = explained.group.as_deref().map(|group| format!(", by group {group}")).unwrap_or_default();
    match kind {
        Some(PolicyKind::ResourceBased | PolicyKind::Trust) => format!("statement {which} ({text})"),
        _ => format!("statement {which} of {} ({text}{group})", policy_name(statement, env)),
    }
}

fn tone_of(effect: LayerEffect) -> Tone {
    match effect {
        LayerEffect::Allow => Tone::Good,
        LayerEffect::ImplicitDeny | LayerEffect::ExplicitDeny => Tone::Bad,
        LayerEffect::AllowIf | LayerEffect::NoImpactIf | LayerEffect::DenyIf | LayerEffect::Unknown => Tone::Open,
        _ => Tone::Faint,
    }
}

fn tone_of_outcome(explanation: &Explanation) -> Tone {
    match explanation.outcome {
        Outcome::Allowed => Tone::Good,
        Outcome::AllowedIf | Outcome::Unknown => Tone::Open,
        Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => Tone::Bad,
    }
}
