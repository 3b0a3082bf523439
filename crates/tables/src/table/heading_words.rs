//! The words of titles that say of the rows below them whether they are customers still.

/// What says so whatever stands around it.
pub(super) const DO_NOT: &str = "do not import;don't import;dont import;do not migrate;don't migrate;do not transfer;\
    do not create;do not add;not to be imported;not to import;not imported;will not be imported;\
    nicht importieren;nicht übernehmen;nicht migrieren;nicht anlegen;nicht übertragen;nicht einspielen;\
    wird nicht importiert;werden nicht importiert;nicht importiert;nicht zu importieren;\
    ne pas importer;ne pas migrer;ne pas reprendre;à ne pas importer;no importar;no migrar;\
    non importare;da non importare;non migrare;não importar;niet importeren;niet migreren;niet overzetten;\
    nie importować;nie przenosić;importera inte;importera ej;ska inte importeras;ikke importer;ikke importeres;\
    skal ikke importeres;älä tuo;neimportovat;ne importálja;не импортировать;\
    no longer customers;no longer a customer;no longer active;not active;not active anymore;\
    nicht mehr aktiv;nicht aktiv;kein kunde mehr;keine kunden mehr;nicht mehr kunde;plus clients;\
    plus client;plus actifs;ya no son clientes;no activos;non più clienti;non attivi;\
    niet meer actief;niet actief;geen klant meer;on hold;to be deleted;to delete;zu löschen;\
    à supprimer;out of scope;out of business;\
    no longer;nicht mehr;ne plus;ya no;non più;niet meer;już nie;not migrated;not in scope;\
    not to be migrated;not to be transferred;not to be created;not for import;not for migration;do not sync;\
    do not onboard;do not copy;do not move;do not bill;do not use;must not be imported;should not be imported;\
    no import;no migration;kein import;keine migration;nicht zu migrieren;nicht mehr importieren;\
    nicht berechnen;nicht verwenden;pas d'import;sin importar;nicht einlesen;nicht onboarden";
/// What says so of whatever it stands before or behind.
pub(super) const GONE: &str = "former;inactive;cancelled;canceled;terminated;archived;deleted;churned;dormant;expired;\
    offboarded;off-boarded;deactivated;disabled;discontinued;cancellations;leavers;decommissioned;excluded;\
    blocked;suspended;obsolete;ehemalige;ehemaliger;ehemals;frühere;früherer;vormalige;gekündigt;gekündigte;\
    gekündigter;inaktiv;inaktive;inaktiver;archiviert;archivierte;gelöscht;gelöschte;beendet;beendete;\
    ausgeschieden;ausgeschiedene;abgänge;kündigungen;stillgelegt;stillgelegte;deaktiviert;deaktivierte;\
    abgelaufen;abgelaufene;exkunden;ex-kunden;altkunden;gesperrt;gesperrte;storniert;stornierte;\
    abgewandert;abgewanderte;ausgetreten;ausgetretene;anciens;anciennes;résilié;résiliés;résiliée;\
    résiliées;résiliations;inactif;inactifs;inactives;archivés;archivées;supprimés;supprimées;désactivés;\
    antiguos;antiguas;inactivos;inactivas;inactivo;archivados;archivadas;cancelados;canceladas;bajas;\
    exclientes;ex-clientes;eliminados;ex-clients;cessati;cessate;inattivi;inattive;archiviati;archiviate;\
    disdetti;disdette;dismessi;eliminati;ex-clienti;voormalige;opgezegd;opgezegde;inactief;inactieve;\
    gearchiveerd;gearchiveerde;beëindigd;beëindigde;oud-klanten;oudklanten;verwijderd;verwijderde;\
    antigos;inativos;inativas;arquivados;encerrados;byli;nieaktywni;nieaktywne;zarchiwizowane;\
    zarchiwizowani;archiwalni;dawni;zakończone;wypowiedziane;tidligere;tidigare;inaktiva;arkiverte;\
    arkiverede;arkiverade;oppsagt;oppsagte;opsagt;opsagte;uppsagda;uppsagd;avslutade;avsluttede;\
    avsluttet;entiset;irtisanotut;bývalí;neaktivní;zrušené;бывшие;неактивные;\
    prospects;leads;interessenten;testkunden;dummy;musterkunden;testdaten";
/// The same, where a noun or a colon stands with it: alone it may be a name.
pub(super) const PERHAPS_GONE: &str = "old;ex;lost;left;past;previous;prior;closed;dead;gone;departed;archive;archives;archiv;\
    alte;alter;altbestand;verlorene;verloren;geschlossen;geschlossene;perdus;fermés;clos;perdidos;cerrados;\
    baja;ex;archivio;archivo;persi;chiusi;precedenti;oude;archief;vertrokken;gesloten;arquivo;archiwum;\
    arkiv;gamle;gamla;vanhat;lukkede;stängda;test;demo;ignore;skip;exclude;ignorieren;ignorer;ignorar;\
    ignorare;negeren;prospect;lead;interessent;churn;potential;potentielle";
/// What says that rows are customers.
pub(super) const THERE: &str = "active;current;existing;new;live;aktiv;aktive;aktuelle;bestehende;neue;laufende;bestandskunden;\
    neukunden;actif;actifs;actuels;existants;nouveaux;activos;activas;actuales;existentes;nuevos;attivi;\
    attuali;esistenti;nuovi;actieve;huidige;bestaande;nieuwe;ativos;atuais;novos;aktywni;aktywne;obecni;\
    nowi;aktiva;nuvarande;nya;nuværende;nåværende;nykyiset;aktivní;активные";
/// What stands between.
pub(super) const BETWEEN: &str = "and;und;et;y;e;en;och;og;i;ja;the;our;unsere;nos;der;die;das;los;las;les;of;von;de;list;liste;\
    lista;lijst;only;nur;kunde;contract;contracts;vertrag;verträge;contrats;contrat;contratos;contratti;\
    contracten;umowy;service;services;account;relation;relaties;customer's;status;years;year;jahr;jahre";

/// The words of a small-letter text.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '-' | '\''));
    words
        .map(|word| word.trim_matches(['-', '\'']))
        .filter(|word| !word.is_empty())
}

/// The words of the phrases that forbid it.
pub(super) fn words_that_forbid() -> impl Iterator<Item = &'static str> {
    DO_NOT.split(';').flat_map(words_of)
}
