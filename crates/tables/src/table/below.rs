//! Lines right below a header that speak of its columns: rules, types, marks of what is required,
//! technical names, descriptions, examples.

use super::labels::Sure;
use crate::batch::Row;
use crate::note::Line;

const TYPES: &str = "string;text;varchar;nvarchar;varchar2;nvarchar2;char;nchar;character;character varying;\
    clob;int;integer;bigint;smallint;tinyint;mediumint;serial;number;numeric;decimal;float;double;\
    double precision;real;money;currency;bool;boolean;bit;date;datetime;datetime2;time;timestamp;\
    timestamptz;uuid;guid;uniqueidentifier;json;xml;blob;binary;varbinary;enum;picklist;lookup;email;\
    phone;url;reference;id;alphanumeric;object;auto number;autonumber;long;short;byte;str;\
    zahl;ganzzahl;dezimalzahl;zeichenkette;datum;wahrheitswert;zeichen;numerisch;alphanumerisch;\
    texte;nombre;nombre entier;entier;chaîne;booléen;numérique;alphanumérique;\
    texto;número;numero;entero;fecha;cadena;booleano;numérico;alfanumérico;\
    testo;intero;data;stringa;tekst;getal;waarde;geheel getal;datum/tijd;liczba;tekstowy";
const MARKS: &str = "required;optional;mandatory;not required;req;opt;req.;opt.;conditional;not null;null;\
    nullable;unique;primary key;pk;fk;key;pflicht;pflichtfeld;pflichtangabe;pflichtig;optionales feld;\
    muss;kann;muß;mussfeld;kannfeld;muss-feld;kann-feld;freiwillig;erforderlich;obligatoire;\
    facultatif;optionnel;requis;obligatorio;opcional;requerido;obligatoria;obbligatorio;facoltativo;\
    opzionale;richiesto;verplicht;optioneel;vereist;facultatief;obrigatório;obrigatorio;wymagane;\
    wymagany;opcjonalne;opcjonalny;opcjonalnie;obligatorisk;valgfri;valfri;påkrævet;påkrevd;valgfritt;\
    krävs;m;o;r;c;x;yes;no;ja;nein;oui;non;sí;si;nee;y;n;*;✓;✔;☑;✗;☒;(x);[x]";
/// Marks that stand in many a list of customers as well.
const SHORT_MARKS: &str =
    "m;o;r;c;x;yes;no;ja;nein;oui;non;sí;si;nee;y;n;*;✓;✔;☑;✗;☒;(x);[x];null;key;opt;req";
const EXAMPLES: &str = "e.g.;e.g;eg.;eg:;z.b.;z. b.;z.b;zb.;bsp.;bsp.:;ex.;ex.:;ex :;ex:;par exemple;p. ex.;\
    p.ex.;p. ej.;p.ej.;ej.:;ej.;por ejemplo;es.;es.:;ad es.;ad esempio;per esempio;bijv.;bv.;b.v.;\
    bijvoorbeeld;np.;f.eks.;t.ex.;t. ex.;p.ex;por exemplo;for example;for instance;zum beispiel;\
    example:;beispiel:;exemple :;exemple:;ejemplo:;esempio:;voorbeeld:;exemplo:;sample:;muster:;\
    (e.g.;(z.b.;(z. b.;(ex.;(p. ex.;(p.ej.;(bijv.;(np.";
const BEGINNINGS: &str = "enter;please;bitte;indicate;specify;select;choose;eingeben;auswählen;saisir;indiquer;choisir;\
    introduzca;indique;seleccione;inserire;indicare;scegliere;vul;kies;inserir;wpisz;podaj;max;max.;maximum;format:";
/// What follows such a beginning in an instruction.
const ARTICLES: &str = "the;a;an;your;one;das;den;die;der;ihren;ihre;eine;einen;le;la;les;l;un;une;votre;el;los;su;il;lo;\
    de;het;een;uw;o;do;from;enter;fill;eingeben;ausfüllen;wählen;angeben";
const INSIDE: &str = " of the ; of your ; des ; der ; du ; de la ; del ; della ; dell'; van de ; van het ; van uw ;\
     your ; ihr ; as in ; wie im ; in the ; im ; characters;zeichen;caractères;caracteres;caratteri;tekens;\
    yyyy;jjjj;aaaa;dd.mm;dd/mm;digits;stellen;chiffres;dígitos;cifre;cijfers;iso 3166;iso-3166;(required;(optional;\
    de l';d'une ; d'un ;do cliente; for the ; für den ; für die ";

fn is_in(list: &str, word: &str) -> bool {
    list.split(';').any(|one| one.trim_start() == word)
}

/// Whether every filled cell is drawn: dashes, equals signs, underlines.
pub(super) fn is_rule(row: Row<'_>) -> bool {
    let mut drawn = 0;
    for cell in row.cells() {
        let text = cell.text.trim();
        let sign = |one: char| {
            matches!(
                one,
                '-' | '=' | '_' | '*' | '+' | '~' | '|' | '.' | ' ' | '#'
            ) || ('\u{2010}'..='\u{2015}').contains(&one)
                || ('\u{2500}'..='\u{257F}').contains(&one)
        };
        if !text.chars().all(sign) {
            return false;
        }
        drawn += text.len();
    }
    drawn > 0
}

/// What the line below the header holds, and how sure that is; nothing for a customer.
pub(super) fn line(row: Row<'_>, first: usize, header: &[String]) -> Option<(Line, Sure)> {
    let cells: Vec<(usize, &str)> = row
        .cells()
        .enumerate()
        .map(|(column, cell)| (column, cell.text.trim()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    if cells.is_empty() {
        return None;
    }
    let kinds: Vec<Option<Line>> = cells
        .iter()
        .map(|(column, text)| {
            let name = column
                .checked_sub(first)
                .and_then(|column| header.get(column));
            cell(text, name.map_or("", String::as_str))
        })
        .collect();
    let all = kinds.iter().all(Option::is_some);
    let count = |line: Line| kinds.iter().filter(|kind| **kind == Some(line)).count();
    let most = [
        Line::Types,
        Line::Marks,
        Line::Names,
        Line::Descriptions,
        Line::Examples,
        Line::Rule,
    ]
    .into_iter()
    .max_by_key(|line| count(*line))?;
    let several = cells.len() >= 2;
    // `x` below the columns that must be filled; `A`, `B`, `C`, which a printed sheet has.
    let signs = cells
        .iter()
        .all(|(_, text)| text.chars().count() == 1 || is_in("(x);[x]", &text.to_lowercase()));
    if signs && (several || is_in(SHORT_MARKS, &cells[0].1.to_lowercase())) {
        return Some((Line::Marks, Sure::Perhaps));
    }
    let lower = cells[0].1.to_lowercase();
    let plain = lower.trim_matches(['(', ')', '[', ']', '<', '>', '*', ' ']);
    let alone = match most {
        Line::Types => lower.contains('(') && is_type(&lower),
        Line::Marks => is_in(MARKS, plain) && !is_in(SHORT_MARKS, plain),
        Line::Examples => true,
        Line::Rule => cells[0].1.len() > 1,
        Line::Names | Line::Descriptions => false,
    };
    if all && (several || alone) {
        // Short marks in every cell are more likely values.
        let telling = cells
            .iter()
            .any(|(_, text)| !is_in(SHORT_MARKS, &text.to_lowercase()));
        let sure = if telling {
            Sure::Certain
        } else {
            Sure::Perhaps
        };
        return Some((most, sure));
    }
    let found = kinds.iter().flatten().count();
    let certain_kind = matches!(most, Line::Examples | Line::Descriptions | Line::Types);
    if certain_kind && count(most) >= 2 && found * 3 >= cells.len() * 2 {
        return Some((most, Sure::Certain));
    }
    let of_name = kinds[0];
    match of_name {
        Some(Line::Types) if !lower.contains('(') => None,
        Some(Line::Examples | Line::Descriptions | Line::Types) if several => {
            Some((of_name?, Sure::Perhaps))
        }
        Some(Line::Names) if count(Line::Names) * 2 > cells.len() => {
            Some((Line::Names, Sure::Perhaps))
        }
        _ => None,
    }
}

fn cell(text: &str, header: &str) -> Option<Line> {
    let lower = text.to_lowercase();
    let plain = lower.trim_matches(['(', ')', '[', ']', '<', '>', '*', ' ']);
    if plain.is_empty()
        || text
            .chars()
            .all(|sign| matches!(sign, '-' | '=' | '_' | '+' | '─'))
    {
        return Some(Line::Rule);
    }
    if is_type(&lower) {
        return Some(Line::Types);
    }
    if is_in(MARKS, plain) {
        return Some(Line::Marks);
    }
    if EXAMPLES
        .split(';')
        .any(|one| lower.starts_with(one.trim_start()))
    {
        return Some(Line::Examples);
    }
    if is_description(&lower, header) {
        return Some(Line::Descriptions);
    }
    is_technical(text).then_some(Line::Names)
}

/// `varchar(255)`, `decimal(10,2) not null`, `Text`.
fn is_type(lower: &str) -> bool {
    let bare = lower
        .trim_matches(['(', ')', '[', ']', '<', '>', ' '])
        .trim_end_matches(" not null")
        .trim_end_matches(" null");
    let word = match bare.split_once(['(', '[', ' ']) {
        Some((word, rest))
            if rest
                .trim_start_matches('(')
                .starts_with(|sign: char| sign.is_ascii_digit() || sign == 'm' || sign == 'x') =>
        {
            word.trim()
        }
        _ => bare,
    };
    is_in(TYPES, word)
}

fn is_description(lower: &str, header: &str) -> bool {
    let words = lower.split_whitespace().count();
    if words < 2 {
        return false;
    }
    let first = lower.split_whitespace().next().unwrap_or("");
    let second = lower.split_whitespace().nth(1).unwrap_or("");
    let instructs =
        is_in(ARTICLES, second) || second.starts_with(|sign: char| sign.is_ascii_digit());
    if is_in(BEGINNINGS, first) && instructs {
        return true;
    }
    let spaced = format!(" {lower} ");
    let header = header.to_lowercase();
    let named = header
        .split(|sign: char| !sign.is_alphanumeric())
        .any(|word| word.len() > 2 && lower.contains(word));
    let inside = INSIDE.split(';').any(|one| spaced.contains(one));
    inside && (named || words >= 4 || lower.contains("max")) || named && words >= 4
}

/// `cust_name`, `custName`, `CUST_NAME`, `Name__c`: one word of letters, digits and underlines.
fn is_technical(text: &str) -> bool {
    let word = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let letters = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    let hump = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase())
        && text
            .bytes()
            .zip(text.bytes().skip(1))
            .any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let joined = text.trim_matches('_').contains('_');
    word && letters && (joined || hump)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{CellKind, RowBatch};

    fn found(header: &str, row: &str) -> Option<(Line, Sure)> {
        let names: Vec<String> = header.split(';').map(str::to_owned).collect();
        let mut batch = RowBatch::default();
        for cell in row.split(';') {
            batch.push_cell(cell, CellKind::Text);
        }
        batch.end_row(2, 2);
        line(batch.row(0).unwrap(), 0, &names)
    }

    #[test]
    fn lines_about_columns_are_told_from_customers() {
        use Line::{Descriptions, Examples, Marks, Names, Types};
        for (header, row, expected) in [
            ("Name;City;No", "varchar(255);varchar(80);int", Types),
            ("Name;City;No", "Text;Text;Zahl", Types),
            ("Nom;Ville;No", "texte;texte;entier", Types),
            (
                "Name;City;No",
                "nvarchar(100) not null;nvarchar(50) null;decimal(10)",
                Types,
            ),
            ("Name", "varchar(255)", Types),
            ("Name;City;No", "(required);(optional);(optional)", Marks),
            ("Firma;Ort;Nr", "Pflichtfeld;;", Marks),
            ("Firma;Ort;Nr", "Pflicht;optional;optional", Marks),
            ("Nombre;Ciudad;No", "obligatorio;opcional;opcional", Marks),
            ("Name;City;No", "cust_name;cust_city;cust_no", Names),
            (
                "Name;City;No",
                "customerName;customerCity;customerNo",
                Names,
            ),
            ("Name;City;No", "Name__c;City__c;Ref__c", Names),
            ("Name;City;No", "e.g. Acme;e.g. Bonn;e.g. K1", Examples),
            ("Firma;Ort;Nr", "z.B. Muster GmbH;z.B. Bonn;", Examples),
            (
                "Name;City;No",
                "Name of the customer;City of the head office;Your number",
                Descriptions,
            ),
            (
                "Name;City;No",
                "Full legal name, max. 255 characters;max. 80 characters;digits only",
                Descriptions,
            ),
        ] {
            assert_eq!(found(header, row), Some((expected, Sure::Certain)), "{row}");
        }
        for (header, row) in [
            ("Name;City;No", "Alder;Bonn;K1"),
            ("Name;City;Active", "Alder;Bonn;yes"),
            ("Name;City;No", "Text & Type Ltd;Bonn;K_1"),
            ("Name;City;No", "The Old Inn;Bonn;K1"),
            ("Name;Flag", "Optional Extras Ltd;x"),
            ("Name", "Alder Dental"),
            ("Name;Web", "Alder;alder_dental"),
            ("Customer Name;Country", "Number Ten Ltd;DE"),
            ("Name;Date", "Acme;date"),
            ("Name;City;No", "Double;Bonn;K1"),
        ] {
            assert_eq!(found(header, row), None, "{row}");
        }
        assert_eq!(
            found("Name;City", "Name of the customer;Bonn"),
            Some((Descriptions, Sure::Perhaps))
        );
    }
}
