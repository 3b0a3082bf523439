//! What a row's first words say about the row: that it is a total, a section's title or a note
//! rather than a customer. Judges by forms and by words of the languages whose headers are known;
//! decides nothing about rows.

use std::collections::HashMap;

use super::values::is_number;
use super::{heading_words, pair_words};

/// What the words of a cell announce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Nothing: it may be anybody's name.
    None,
    /// A total, a count, an average.
    Total(Sure),
    /// The title of the rows that follow.
    Section(Sure),
    /// A remark: a footnote, a source, a page number, a sentence.
    Note,
}

/// How sure the words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// A customer may be called so.
    Perhaps,
    /// Nobody is called so, or hardly anybody.
    Certain,
}

/// Totals as they stand alone; behind them at most a number or a colon.
const TOTALS: &str = "total;totals;sum;summe;gesamt;insgesamt;somme;totaal;totale;totali;suma;totales;\
    soma;summa;razem;celkem;count;anzahl;nombre;aantal;conteggio;recuento;contagem;antal;liczba;\
    итого;всего;rows;records;average;avg;mean;median;durchschnitt;mittelwert;moyenne;promedio;\
    media;média;gemiddelde;genomsnitt;gennemsnit;średnia;i alt;totalt;yhteensä;montant;gesamtzahl;\
    grand totals;totalsumme;ergebnis;result;resultado;résultat;risultato;resultaat;minimum;maximum;\
    ensemble;łącznie;ogółem;podsumowanie;samtals;kokonaissumma;loppusumma;yht;slutsumma;totalbelopp;\
    totaux;totais;somma;overall;ges;σ;w sumie;ilość;sammanlagt";
/// Words of these that are names or other things as well.
const ALSO_NAMES: &[&str] = &["media", "média", "ensemble", "montant", "mean", "overall"];
/// Totals that nobody is called, whatever stands behind them.
const COMPOUND_TOTALS: &str = "subtotal;subtotals;sub-total;sub total;zwischensumme;zwischentotal;\
    zwischenergebnis;teilsumme;teilergebnis;gesamtsumme;gesamtergebnis;gesamttotal;gesamtanzahl;\
    endsumme;endergebnis;grand total;overall total;running total;total général;total general;\
    total geral;sous-total;sous total;sous-totaux;subtotaal;sub-totaal;tussentotaal;eindtotaal;\
    totaal generaal;algemeen totaal;subtotale;sub-totale;totale parziale;totale generale;\
    totale complessivo;totalsum;totalsumma;delsumma;delsum;delresultat;mellansumma;hovedtotal;\
    suma końcowa;suma częściowa;suma ogółem;mezisoučet;celkový součet;välisumma;kaikki yhteensä;\
    number of;nombre de;nombre d';número de;numero de;numero di;anzahl der;anzahl an;aantal;\
    liczba;antal;lukumäärä;numero clienti;numero righe;\
    count of;sum of;summe der;somme des;average of;total number;total count;rows affected;\
    row count;record count;промежуточный итог";
/// Totals that may begin a name.
const BEFORE_A_NAME: &str = "total;totals;totale;totaal;summe;somme;suma;soma;summa;gesamt;sum;\
    anzahl;count;average;durchschnitt;moyenne;promedio;gemiddelde;razem;celkem;итого";
/// Totals that may end a name.
const BEHIND_A_NAME: &str = "total;totals;totale;totaal;summe;suma;summa;totalt;count;gesamt;average;\
    anzahl;somme;totales;insgesamt";
/// Totals that end no name.
const SURE_BEHIND_A_NAME: &str = "ergebnis;subtotal;zwischensumme;subtotaal;subtotale;sous-total;\
    gesamtergebnis;gesamtsumme;teilergebnis";
/// What is counted.
const COUNTED: &str = "customers;customer;clients;client;accounts;companies;partners;resellers;\
    branches;regions;sites;locations;offices;countries;rows;records;entries;items;lines;devices;\
    kunden;kundinnen;mandanten;firmen;filialen;niederlassungen;standorte;regionen;bereiche;länder;\
    zeilen;einträge;datensätze;geräte;händler;gebiete;abteilungen;gruppen;groups;areas;departments;\
    agences;succursales;régions;sociétés;lignes;enregistrements;pays;entreprises;\
    clientes;sucursales;regiones;oficinas;empresas;filas;registros;países;sedes;delegaciones;\
    clienti;filiali;sedi;regioni;aziende;righe;società;paesi;\
    klanten;vestigingen;regio's;bedrijven;rijen;landen;kantoren;\
    filiais;regiões;escritórios;linhas;klienci;klientów;oddziały;kunder;filialer;regioner";
const ALL_OF: &str = "all;alle;sämtliche;all the;tous les;toutes les;todos los;todas las;tutti i;\
    tutte le;tutti gli;todos os;todas as;alle de;wszystkie;wszyscy;alla";
/// What begins the titles of sections, and hardly a name.
const SECTIONS: &str = "region;gebiet;bereich;abteilung;niederlassung;standort;geschäftsstelle;\
    vertriebsgebiet;région;secteur;département;agence;región;zona;sección;delegación;sucursal;\
    regione;sezione;filiale;sede;regio;vestiging;afdeling;sectie;seção;região;section;department;\
    district;territory;bezirk;sektion;kategorie;category;catégorie;categoría;categoria;categorie;\
    województwo;oddział;avdelning";
/// What begins the titles of sections, and names as well.
const PERHAPS_SECTIONS: &str = "branch;group;area;zone;sector;gruppe;groupe;grupo;gruppo;groep;team;\
    office;division;sparte;country;land;pays;país;paese;state;segment;cluster;unit;level;type;typ;\
    site;location;partner;reseller;distributor;kundengruppe;client;part;teil";
/// What stands before a colon, or a number, in remarks.
pub(super) const REMARKS: &str = "page;seite;página;pagina;pág;pag;blatt;sheet;strona;sida;side;stand;source;\
    quelle;fuente;fonte;bron;źródło;källa;kilde;note;notes;hinweis;hinweise;anmerkung;anmerkungen;\
    remarque;remarques;nota;notas;opmerking;uwaga;legend;legende;légende;leyenda;legenda;key;\
    exported;export;generated;created;printed;erstellt;exportiert;gedruckt;généré;exporté;generado;\
    exportado;creato;esportato;gegenereerd;as of;état au;date;datum;fecha;data;report;bericht;\
    confidential;vertraulich;end of report;end of list;ende der liste;ende;fin;fine;einde;\
    stan na;stan na dzień;utworzono;opprettet;skapad;oprettet;gerado em;generato il;généré le;generado el;\
    koniec;koniec raportu;fin del informe;fim do relatório;fin du rapport;poufne;fortroligt;konfidentiellt;\
    copyright;lähde;huom;merknad;prepared by;approved by;erstellt von;geprüft von;préparé par;sporządził;\
    preparado por;preparato da;opgesteld door;legends;leggenda;erläuterung;erläuterungen;abkürzungen";
/// Titles of what explains the list below it: no row behind them is a customer.
const LEGENDS: &[&str] = &[
    "legend",
    "legende",
    "légende",
    "leyenda",
    "leggenda",
    "legenda",
    "key",
    "schlüssel",
    "erläuterung",
    "erläuterungen",
    "abkürzungen",
    "abbreviations",
    "codes",
    "explanation",
    "explanations",
];

/// Whether a text is the title of a legend.
pub(super) fn is_legend(text: &str) -> bool {
    let sign = |sign: char| !sign.is_alphanumeric();
    LEGENDS.contains(&text.trim_matches(sign).to_lowercase().as_str())
}

/// The lists by their words.
#[derive(Debug)]
pub(super) struct Words(HashMap<&'static str, u32>);

#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    Totals,
    CompoundTotals,
    BeforeAName,
    BehindAName,
    SureBehindAName,
    Counted,
    AllOf,
    Sections,
    PerhapsSections,
    Remarks,
    Gone,
    PerhapsGone,
    There,
    Between,
    /// Words of phrases that forbid.
    Forbid,
    Phrases,
    PerhapsLabels,
    Headers,
}

const LISTS: [(List, &str); 17] = [
    (List::Totals, TOTALS),
    (List::CompoundTotals, COMPOUND_TOTALS),
    (List::BeforeAName, BEFORE_A_NAME),
    (List::BehindAName, BEHIND_A_NAME),
    (List::SureBehindAName, SURE_BEHIND_A_NAME),
    (List::Counted, COUNTED),
    (List::AllOf, ALL_OF),
    (List::Sections, SECTIONS),
    (List::PerhapsSections, PERHAPS_SECTIONS),
    (List::Remarks, REMARKS),
    (List::Gone, heading_words::GONE),
    (List::PerhapsGone, heading_words::PERHAPS_GONE),
    (List::There, heading_words::THERE),
    (List::Between, heading_words::BETWEEN),
    (List::Phrases, pair_words::PHRASES),
    (List::PerhapsLabels, pair_words::PERHAPS_LABELS),
    (List::Headers, pair_words::HEADERS),
];

impl Words {
    pub(super) fn new() -> Self {
        let mut words = HashMap::new();
        for (list, text) in LISTS {
            for word in text.split(';') {
                *words.entry(word.trim()).or_default() |= 1 << list as u32;
            }
        }
        for word in heading_words::words_that_forbid() {
            *words.entry(word).or_default() |= 1 << List::Forbid as u32;
        }
        Self(words)
    }

    pub(super) fn is_in(&self, list: List, word: &str) -> bool {
        self.0
            .get(word)
            .is_some_and(|lists| lists & (1 << list as u32) != 0)
    }

    /// The rest behind the longest phrase of the list that the text begins with.
    fn behind<'a>(&self, list: List, text: &'a str) -> Option<&'a str> {
        const MOST_PARTS: usize = 5;
        let mut parts = 0;
        let mut rest = None;
        let mut before = false;
        for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
            let inside = letter.is_alphanumeric();
            if before && !inside {
                parts += 1;
                if self.is_in(list, &text[..at]) {
                    rest = Some(&text[at..]);
                }
                if parts == MOST_PARTS {
                    break;
                }
            }
            before = inside;
        }
        rest
    }

    /// Whether a lower-case word can stand in a title that says whether rows are customers still.
    pub(super) fn is_in_heading(&self, word: &str) -> bool {
        const ALL: u32 = 1 << List::Counted as u32
            | 1 << List::Gone as u32
            | 1 << List::PerhapsGone as u32
            | 1 << List::There as u32
            | 1 << List::Between as u32
            | 1 << List::Forbid as u32;
        self.0.get(word).is_some_and(|lists| lists & ALL != 0)
    }

    /// What the text announces.
    pub(super) fn label(&self, text: &str) -> Label {
        let text = text.trim();
        if text.len() > 400 {
            return Label::None;
        }
        let lower = text.to_lowercase().replace(['\u{A0}', '\u{202F}'], " ");
        let sign = |sign: char| !sign.is_alphanumeric() && !matches!(sign, ')' | '(');
        let plain = lower.trim_matches(sign);
        if plain.is_empty() {
            return Label::None;
        }
        match self.total(plain) {
            Some(_) if has_legal_form(plain) => return Label::None,
            Some(sure) => return Label::Total(sure),
            None => {}
        }
        if self.is_remark(text, &lower) {
            return Label::Note;
        }
        if is_decorated(text) {
            return Label::Section(Sure::Certain);
        }
        let behind = |list| self.behind(list, plain).is_some();
        let (sure, perhaps) = (
            behind(List::Sections),
            behind(List::PerhapsSections) || is_of_customers(plain),
        );
        match (sure, perhaps) {
            (false, false) => Label::None,
            _ if has_legal_form(plain) => Label::None,
            (true, _) => Label::Section(Sure::Certain),
            (false, true) => Label::Section(Sure::Perhaps),
        }
    }

    /// How surely the lower-case text is a total.
    fn total(&self, text: &str) -> Option<Sure> {
        let bare = without_count(text);
        if ALSO_NAMES.contains(&bare) {
            return Some(Sure::Perhaps);
        }
        if self.is_in(List::Totals, bare) || self.behind(List::CompoundTotals, bare).is_some() {
            return Some(Sure::Certain);
        }
        // `Summe / Total`, `Total (Summe)`: one word in two languages.
        let signs = ['/', '|', '(', ')'];
        let mut parts = bare.split(signs).map(str::trim);
        if bare.contains(signs)
            && parts.all(|part| part.is_empty() || self.is_in(List::Totals, part))
        {
            return Some(Sure::Certain);
        }
        let counted = |rest: &str| self.is_in(List::Counted, rest.trim());
        let sure = |rest: &str| {
            if counted(rest) {
                Sure::Certain
            } else {
                Sure::Perhaps
            }
        };
        if let Some(rest) = self.behind(List::AllOf, bare) {
            return counted(rest).then_some(Sure::Certain);
        }
        // `5 customers`, `12 Kunden`, `2 rows affected`.
        let digits = |sign: char| sign.is_ascii_digit() || ".,' (".contains(sign);
        let rest = text.trim_start_matches(digits);
        if rest.len() < text.len() {
            let mut words = rest.split(' ');
            let what = words.next().unwrap_or_default();
            let behind = words.next().unwrap_or_default();
            let sure = counted(what.trim_end_matches([')', '.', ':']))
                && (behind.is_empty() || is_behind_count(behind));
            return sure.then_some(Sure::Certain);
        }
        let (head, last) = bare.rsplit_once(' ')?;
        if self.is_in(List::SureBehindAName, last) {
            return Some(Sure::Certain);
        }
        if let Some(rest) = self.behind(List::BeforeAName, bare) {
            return Some(sure(rest.trim_start_matches([':', ' ', '-', '–'])));
        }
        let ends = self.is_in(List::BehindAName, last.trim_end_matches(':'));
        ends.then(|| sure(head))
    }

    /// What a total sums up: `north` of `Subtotal North`, `North Total`.
    pub(super) fn summed_up(&self, text: &str) -> Option<String> {
        let lower = text.trim().to_lowercase();
        let bare = without_count(&lower);
        let rest = self
            .behind(List::CompoundTotals, bare)
            .or_else(|| self.behind(List::BeforeAName, bare))
            .or_else(|| {
                let (rest, last) = bare.rsplit_once(' ')?;
                let ends =
                    self.is_in(List::BehindAName, last) || self.is_in(List::SureBehindAName, last);
                ends.then_some(rest)
            })?;
        let rest = rest.trim_matches(|sign: char| !sign.is_alphanumeric());
        (!rest.is_empty()).then(|| rest.to_owned())
    }
    /// Whether the text is a footnote, a page number, a source, or a sentence.
    fn is_remark(&self, text: &str, lower: &str) -> bool {
        let words = text.split_whitespace().count();
        let mut letters = text.chars();
        let first = letters.next().unwrap_or(' ');
        if matches!(first, '†' | '‡' | '¹' | '²' | '³' | '©' | '※')
            || first == '*' && words > 1 && !text.ends_with('*')
        {
            return true;
        }
        let digits = text
            .trim_start_matches('(')
            .trim_start_matches(|sign: char| sign.is_ascii_digit());
        if digits.len() < text.len() && first != '+' && words > 1 && digits.starts_with(") ") {
            return true;
        }
        if text.starts_with('(') && text.ends_with(')') {
            return true;
        }
        if text.contains('©')
            || words >= 5 && text.ends_with(['.', '!', '?']) && !has_legal_form(lower)
        {
            return true;
        }
        let Some(rest) = self.behind(
            List::Remarks,
            lower.trim_start_matches(['-', ' ', '=', '*']),
        ) else {
            return false;
        };
        let rest = rest.trim();
        let by = [
            "by ", "on ", "at ", "from ", "am ", "von ", "aus ", "le ", "par ", "el ", "por ",
            "il ", "da ", "op ", "door ",
        ];
        rest.is_empty()
            || rest.starts_with(':')
            || by.iter().any(|by| rest.starts_with(by)) && !has_legal_form(lower)
            || rest.starts_with(|sign: char| sign.is_ascii_digit()) && !has_legal_form(lower)
            || is_number(rest)
    }
}

/// Whether the text may be a total by its first or last letters: for all rows, so cheap.
#[inline]
pub(super) fn may_be_total(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [first, second, ..] = bytes else {
        return false;
    };
    let starts = matches!(
        (first | 0x20, second | 0x20),
        (b't' | b's' | b'c' | b'r', b'o' | b'u' | b'a' | b'e' | b'i')
            | (b'g', b'e' | b'r')
            | (b'z', b'w')
            | (b'a', b'n' | b'l' | b'v' | b'a')
            | (b'e', b'n' | b'i')
            | (b'i', b'n' | b' ' | b'l')
            | (b'n', b'u' | b'o')
            | (b'd', b'u' | b'e')
            | (b'm', b'i' | b'o' | b'e' | b'a')
            | (b'o', b'v' | b'g')
            | (b'h', b'o')
            | (b'l', b'i' | b'u')
            | (b'p', b'r' | b'o')
            | (b'w', b' ')
            | (b'y', b'h')
            | (b'k', b'a')
    ) || !first.is_ascii_alphanumeric()
        || !second.is_ascii();
    let last = match bytes {
        [.., a, b, c] => [a | 0x20, b | 0x20, c | 0x20],
        _ => return starts,
    };
    starts
        || matches!(
            &last,
            b"tal" | b"aal" | b"ale" | b"mme" | b"nis" | b"uma" | b"mma" | b"amt" | b"unt" | b"age"
        )
}

/// Whether the word may follow what is counted: `2 rows affected`.
fn is_behind_count(word: &str) -> bool {
    const WORDS: &str = "in;affected;affected);total;selected;returned;exported;found;insgesamt;gefunden;im;au;en;\
        afectadas;exportiert;listed;overall;gesamt";
    WORDS.split(';').any(|one| one.trim() == word)
}

/// The text without a number behind it: `Total (2)`, `Summe: 83`, `Count = 5`.
fn without_count(text: &str) -> &str {
    let bare = text
        .trim_end_matches(|sign: char| sign.is_ascii_digit() || " :.,=()[]%€$£-–'".contains(sign));
    if bare.is_empty() { text } else { bare }
}

/// Whether a text is marked as a heading by signs around it.
fn is_decorated(text: &str) -> bool {
    let sign = |one: char| "#-=_~><[]*|+►▶■●—–»«".contains(one);
    let mut letters = text.chars();
    let first = letters.next().unwrap_or(' ');
    let second = letters.next().unwrap_or(' ');
    let last = text.chars().next_back().unwrap_or(' ');
    text.ends_with(':') || sign(first) && (sign(last) || sign(second) || second == ' ')
}

/// Whether signs stand on both sides of a text, or a colon behind it: no name is written so.
pub(super) fn is_framed(text: &str) -> bool {
    let sign = |one: char| {
        !one.is_alphanumeric() && !one.is_whitespace() && !matches!(one, '.' | '"' | '\'')
    };
    text.ends_with(':') || text.starts_with(sign) && text.ends_with(sign)
}

/// Whether a text of a few words speaks of customers: `Healthcare customers`, `Kunden Nord`.
pub(super) fn is_of_customers(text: &str) -> bool {
    const NOUNS: &str = "customers;clients;accounts;resellers;kunden;mandanten;händler;clientes;clienti;klanten;\
        klienci;kunder;zákazníci;asiakkaat;клиенты;endkunden;stammkunden;großkunden;neukunden";
    let is_noun = |word: &str| NOUNS.split(';').any(|noun| noun.trim_start() == word);
    let lower = text.to_lowercase();
    let mut words = lower.split(|sign: char| !sign.is_alphanumeric());
    let count = lower.split_whitespace().count();
    let ends = words.next().is_some_and(is_noun) || words.next_back().is_some_and(is_noun);
    (1..=4).contains(&count) && ends && !has_legal_form(&lower)
}

/// Whether the lower-case text ends like a company.
pub(super) fn has_legal_form(lower: &str) -> bool {
    const FORMS: &str = "gmbh;ag;kg;ohg;gbr;ug;e.v;ev;eg;se;kgaa;mbh;ltd;limited;llc;llp;inc;plc;corp;\
        corporation;company;co;sa;sas;sarl;eurl;snc;sprl;srl;spa;s.p.a;s.r.l;s.a;s.a.s;s.l;sl;slu;sau;\
        bv;b.v;nv;n.v;vof;as;a/s;aps;ab;oy;oyj;lda;ltda;sp. z o.o;z o.o;s.r.o;sro;kft;zrt;doo;d.o.o;\
        pty;pvt;s.à r.l;sàrl;gesmbh;holding;group;gruppe;groupe;partners;sons;bvba;cic;inh;ek;e.k;energies;energie";
    let end = lower.trim_end_matches(['.', ')', ',', ' ']);
    FORMS.split(';').any(|form| {
        end.strip_suffix(form.trim()).is_some_and(|rest| {
            !form.trim().is_empty()
                && rest.ends_with([' ', '.', ',', '&', '('])
                && !rest.trim().is_empty()
        })
    })
}

#[cfg(test)]
mod tests;
