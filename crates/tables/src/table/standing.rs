//! Whether a word of a list says that a customer is one no longer: what stands in a column such as
//! `Status`, or above one such as `Inactive`. The words are those of titles.

use super::headings::{Heading, heading};
use super::labels::Words;

/// Tells words of customers that are gone.
#[derive(Debug)]
pub struct StandingWords(Words);

/// How surely a word says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gone {
    /// In a column that is about it: `Closed`, `Prospect`.
    Perhaps,
    /// Wherever it stands: `Inactive`, `gekündigt`, `kein Kunde mehr`.
    Certain,
}

/// Forms of single customers, which titles of many do not have.
const OF_ONE: &str = "ehemalig;ehem.;gekuendigt;geloescht;exkunde;ex-kunde;altkunde;abgemeldet;inaktiv gesetzt;\
    ancien;ancien client;ex-client;désactivé;désactivée;archivé;archivée;supprimé;supprimée;\
    inactiva;dado de baja;archivado;eliminado;cancelado;ex-cliente;antiguo;\
    inattivo;inattiva;archiviato;cessato;disdetto;eliminato;gearchiveerd;ex-klant;\
    inativo;inativa;desativado;nieaktywny;nieaktywna;zarchiwizowany;były klient;\
    arkiverad;arkiveret;arkivert;avslutad;neaktivní;deactive;deactivate;de-activated;in-active;non-active;\
    nonactive;nicht aktiv;churned customer;lost customer;ex-customer";

impl Default for StandingWords {
    fn default() -> Self {
        Self(Words::new())
    }
}

impl StandingWords {
    /// Whether the text says of one customer, or of its column, that it is gone.
    pub fn gone(&self, text: &str) -> Option<Gone> {
        let text = text.trim();
        let lower = text.to_lowercase();
        if OF_ONE.split(';').any(|one| one.trim_start() == lower) {
            return Some(Gone::Certain);
        }
        match heading(text, &self.0)? {
            Heading::Bars => Some(Gone::Certain),
            Heading::MayBar => Some(Gone::Perhaps),
            Heading::Hints | Heading::Lifts => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_whether_a_customer_is_gone() {
        let words = StandingWords::default();
        for text in [
            "Inactive",
            "INAKTIV",
            "gekündigt",
            "Ehemalig",
            "former",
            "Former client",
            "Archived",
            "inactif",
            "Cancelled",
            "kein Kunde mehr",
            "nicht mehr aktiv",
            "inaktiv seit 2021",
            "Ehemaliger Kunde",
            "Nieaktywny",
            "Inactief",
            "Do not import",
        ] {
            assert_eq!(words.gone(text), Some(Gone::Certain), "{text}");
        }
        for text in ["Closed", "Lead", "Prospect", "geschlossen", "Lost"] {
            assert_eq!(words.gone(text), Some(Gone::Perhaps), "{text}");
        }
        for text in [
            "Active",
            "aktiv",
            "Customer",
            "Kunde",
            "yes",
            "InTrial",
            "",
            "Inactive Minds Ltd",
            "red",
        ] {
            assert_eq!(words.gone(text), None, "{text}");
        }
    }
}
