//! Words that stand for nothing, and types of columns: all in small letters.

/// What programs write for an empty cell.
#[rustfmt::skip]
pub(super) const NULLS: &[&str] = &[
    "null", "nil", "nan", "nat", "undefined", "dbnull", "\\n",
];

/// What people write where there is nothing, and nobody is called.
#[rustfmt::skip]
pub(super) const PLACEHOLDERS: &[&str] = &[
    "unknown", "not known", "not available", "not applicable", "not set", "not specified",
    "not provided", "no data", "no value", "no entry", "unspecified", "unset", "tbd", "tba", "tbc",
    "to be determined", "to be defined", "to be announced", "todo", "to do", "unbekannt",
    "nicht bekannt", "nicht vorhanden", "nicht angegeben", "keine angabe", "keine angaben",
    "keine daten", "ohne angabe", "inconnu", "inconnue", "non disponible", "non renseigné",
    "non communiqué", "à compléter", "desconocido", "desconocida", "no disponible", "sin datos",
    "no aplica", "desconhecido", "desconhecida", "não disponível", "sem dados", "não informado",
    "sconosciuto", "sconosciuta", "non disponibile", "non specificato", "onbekend", "niet bekend",
    "niet beschikbaar", "okänd", "okänt", "ukjent", "ukendt", "tuntematon", "ei tiedossa",
    "nieznany", "nieznana", "nieznane", "brak danych", "nie dotyczy", "neznámý", "neznámé",
    "není známo", "ismeretlen", "necunoscut", "nepoznato", "bilinmiyor", "неизвестно", "нет данных", "entfällt",
    "n/v", "n.v.", "nvt", "n.v.t.", "s/o", "sans objet", "undef", "none given", "siehe oben",
    "see above", "to be confirmed", "to be advised", "ditto", "dto.", "pending",
    "невідомо", "немає даних", "loading...",
];

/// What may stand for nothing, and may be somebody's name, or a place.
#[rustfmt::skip]
pub(super) const PERHAPS: &[&str] = &[
    "none", "na", "nothing", "empty", "blank", "missing", "keine", "keiner", "keines", "kein",
    "ohne", "nichts", "leer", "fehlt", "aucun", "aucune", "néant", "vide", "ninguno", "ninguna",
    "nada", "vacío", "nenhum", "nenhuma", "vazio", "nessuno", "nessuna", "vuoto", "geen", "leeg",
    "ingen", "inga", "brak", "žádný", "není", "нет", "немає", "yok", "无", "無", "暂无", "未知", "なし",
    "不明", "없음", "nv", "nn", "ka", "w/o", "none yet", "not yet", "without", "no phone", "no phone number",
    "no telephone", "no tel", "no fax", "no mobile", "no email", "no website", "no web", "no site",
    "no address", "no street", "no city", "no zip", "no vat", "no number", "see below", "see notes",
    "same as above", "as above", "same", "idem", "dito", "siehe unten", "s. unten", "s. oben", "wie oben",
    "s. u.", "s. o.", "kein telefon", "keine telefonnummer", "kein tel.", "kein tel", "kein fax", "keine faxnummer",
    "keine nummer", "keine adresse", "keine anschrift", "keine straße", "keine strasse", "kein ort", "keine plz",
    "keine e-mail", "keine webseite", "keine website", "keine homepage", "keine ust-id", "keine ust",
    "keine uid", "noch offen", "offen", "noch keine", "folgt", "wird nachgereicht", "pas de téléphone",
    "pas de tel", "pas de tél", "pas de fax", "pas d'adresse", "pas de site", "pas de site web", "pas de numéro",
    "sans", "sans téléphone", "sans adresse", "sans numéro", "sans site", "non dispo", "voir ci-dessous",
    "voir ci-dessus", "sin teléfono", "sin telefono", "sin fax", "sin dirección", "sin direccion", "sin web",
    "sin número", "sin nif", "sin", "no tiene", "ver abajo", "senza telefono", "senza indirizzo", "senza fax",
    "senza sito", "senza", "nessun telefono", "nessun indirizzo", "nessun sito", "non presente", "vedi sotto",
    "geen telefoon", "geen tel", "geen fax", "geen adres", "geen website", "geen nummer", "geen btw", "zie onder",
    "zie boven", "sem telefone", "sem endereço", "sem número", "sem", "não tem", "brak telefonu", "brak adresu",
    "brak numeru", "nie ma", "ingen telefon", "ingen adresse", "ingen adress", "inget telefonnummer", "intet",
    "mangler", "saknas", "ei ole", "puuttuu", "bez telefonu", "bez adresy", "нет телефона", "отсутствует",
];

/// Letters that are short for such words where signs stand between or behind them: `n/a`, `k. A.`
#[rustfmt::skip]
pub(super) const SHORT: &[&str] = &[
    "na", "ka", "nv", "nvt", "nb", "nd", "sd", "bd", "tbd", "tba", "tbc", "нд", "nn", "su",
    "so", "wo", "sn",
];

/// Types of columns that nobody is called.
#[rustfmt::skip]
pub(super) const TYPES: &[&str] = &[
    "string", "text", "int", "integer", "varchar", "nvarchar", "varchar2", "bigint", "smallint",
    "tinyint", "bool", "boolean", "datetime", "timestamp", "uuid", "guid", "int32", "int64",
    "float64", "ntext", "longtext",
];

/// Types of columns that somebody may be called: they count in rows that hold nothing else.
#[rustfmt::skip]
pub(super) const PERHAPS_TYPES: &[&str] = &[
    "object", "double", "float", "decimal", "numeric", "number", "date", "time", "char", "blob",
    "binary", "long", "short", "money", "currency", "json", "memo", "str", "real", "zahl", "datum",
    "ganzzahl", "zeichenfolge", "nombre", "texte", "entier", "texto", "numero", "número", "fecha",
    "testo", "tekst", "getal", "boolean", "alphanumeric", "alphanumerisch",
];
