//! The parts that customers' names are made of: families, trades, places, in many scripts.
//!
//! Knows no rows. A number becomes a name and no two numbers become the same one.

use std::fmt::Write;

/// Names as one country writes them.
pub(crate) struct Language {
    /// ISO alpha-2, as a cell of `DeviceCountry` holds it.
    pub(crate) code: &'static str,
    /// The country as people write it in a list.
    pub(crate) country: &'static str,
    /// The dialling code.
    pub(crate) dialling: &'static str,
    /// The sandbox's location for the country.
    pub(crate) location: u8,
    /// The sandbox's region for the country.
    pub(crate) region: u8,
    /// How the parts stand together: `{f}` family, `{t}` trade, `{p}` place.
    pattern: &'static str,
    /// Street of the address.
    pub(crate) street: &'static str,
    families: &'static str,
    trades: &'static str,
    places: &'static str,
}

impl Language {
    /// How many digits a postal code of the country has, near enough.
    pub(crate) fn zip_digits(&self) -> u32 {
        if matches!(self.code, "IL" | "JP") {
            7
        } else {
            5
        }
    }
}

/// The place of name `number`.
pub(crate) fn place(language: &Language, number: u64) -> &'static str {
    let (_, _, place, _) = parts(language, number);
    place
}

/// The language of name `number`.
pub(crate) fn language(number: u64) -> &'static Language {
    let count = LANGUAGES.len() as u64;
    &LANGUAGES[usize::try_from(number % count).expect("a remainder is small")]
}

/// Writes name `number`; another number gives another name.
pub(crate) fn write_name(out: &mut String, number: u64) {
    let language = language(number);
    let (family, trade, place, round) = parts(language, number);
    for (index, piece) in language.pattern.split(['{', '}']).enumerate() {
        match (index % 2, piece) {
            (1, "f") => out.push_str(family),
            (1, "t") => out.push_str(trade),
            (1, _) => out.push_str(place),
            _ => out.push_str(piece),
        }
    }
    if round > 0 {
        // Writing to a string cannot fail.
        let _ = write!(out, " {}", round + 1);
    }
}

/// Family, trade and place of a name, and how often the three were used together before.
fn parts(language: &Language, number: u64) -> (&'static str, &'static str, &'static str, u64) {
    let mut rest = number / LANGUAGES.len() as u64;
    let mut next = |list: &'static str| {
        let count = list.split(';').count() as u64;
        let index = usize::try_from(rest % count).expect("a remainder is small");
        rest /= count;
        list.split(';').nth(index).unwrap_or_default()
    };
    let place = next(language.places);
    let family = next(language.families);
    let trade = next(language.trades);
    (family, trade, place, rest)
}

#[rustfmt::skip]
const LANGUAGES: &[Language] = &[
    Language { code: "DE", country: "Deutschland", dialling: "+49", location: 8, region: 3,
        pattern: "{f} {t} {p} GmbH", street: "Königstraße",
        families: "Müller;Schäfer;Köhler;Bäumer;Jäger;Größmann;Weiß;Günther;Böhm;Lüders;Vöhringer",
        trades: "Bau;Zahntechnik;Büroservice;Möbel;Gartenbau;Kältetechnik;Bäckerei;Spedition",
        places: "Köln;München;Düsseldorf;Nürnberg;Würzburg;Göttingen;Lübeck;Tübingen;Fürth" },
    Language { code: "FR", country: "France", dialling: "+33", location: 7, region: 3,
        pattern: "{t} {f}, {p}", street: "rue de la République",
        families: "Lefèvre;Béranger;François;Gérard;Hélène;Noël;Rémy;Benoît;Crépin;Frégate;Théo",
        trades: "Société;Pâtisserie;Cabinet d'études;Électricité;Résidence;Étude;Hôtel;Crèche",
        places: "Orléans;Nîmes;Besançon;Saint-Étienne;Béziers;Angoulême;Sète;Évreux;Mâcon" },
    Language { code: "ES", country: "España", dialling: "+34", location: 13, region: 3,
        pattern: "{t} {f} de {p}, S.L.", street: "Calle Ñuñoa",
        families: "Muñoz;Peña;Núñez;Íñiguez;García;Martínez;Gómez;Ibáñez;Sáez;Yáñez;Cañada",
        trades: "Construcción;Panadería;Clínica;Asesoría;Óptica;Imprenta Añil;Logística;Jardinería",
        places: "Málaga;Cádiz;León;Ávila;Logroño;Cáceres;Almería;Córdoba;Jaén" },
    Language { code: "PT", country: "Portugal", dialling: "+351", location: 11, region: 3,
        pattern: "{t} {f} {p}, Lda.", street: "Avenida da Liberdade",
        families: "Gonçalves;Conceição;Araújo;Simões;Magalhães;Brandão;Falcão;Guimarães;Leitão;Assunção;Sá",
        trades: "Padaria;Farmácia;Construções;Clínica;Gráfica São João;Óptica;Informática;Confecções",
        places: "Évora;Setúbal;Guimarães;Covilhã;Portimão;Santarém;Bragança;Fundão;Alcácer" },
    Language { code: "NL", country: "Nederland", dialling: "+31", location: 1, region: 3,
        pattern: "{f} {t} {p} B.V.", street: "Reünieplein",
        families: "Daniël;Israëls;Coïmbra;Joël;Noordhoek;De Boër;Van Eÿck;Zoë;Raphaël;Thomée;Café Één",
        trades: "Bouw;Tandartsen;Architecten;Transport;Groothandel;Bloemen;Schilders;Adviseurs",
        places: "Utrecht;Assen;Delft;Zwolle;Breda;Venlo;Hoorn;Tiel;Goes" },
    Language { code: "DK", country: "Danmark", dialling: "+45", location: 6, region: 3,
        pattern: "{f} {t} {p} ApS", street: "Østergade",
        families: "Sørensen;Møller;Kjær;Nørgaard;Østergård;Højland;Bækgaard;Ærø;Lønborg;Skjødt;Dyrbjærg",
        trades: "Skibsservice;Tømrer;Bageri;Kølefirma;Lægehus;Gårdbutik;Rådgivning;Køkken",
        places: "Aarhus Ø;Nørrebro;Ålborg;Køge;Næstved;Sønderborg;Hillerød;Ringkøbing;Tårnby" },
    Language { code: "SE", country: "Sverige", dialling: "+46", location: 14, region: 3,
        pattern: "{f} {t} i {p} AB", street: "Kungsgatan",
        families: "Åkesson;Öberg;Sjöström;Hägg;Lövgren;Björklund;Nyström;Älvström;Grönvall;Sköld;Räf",
        trades: "Bygg;Måleri;Rör;Tandvård;Åkeri;Fönster;Trädgård;Redovisning",
        places: "Malmö;Göteborg;Västerås;Örebro;Umeå;Jönköping;Luleå;Växjö;Gävle" },
    Language { code: "IS", country: "Ísland", dialling: "+354", location: 10, region: 3,
        pattern: "{f} {t} {p} ehf.", street: "Laugavegur",
        families: "Þórsson;Ásgeir;Óðinn;Sæmundur;Guðrún;Björg;Ægir;Hörður;Íris;Davíð;Þröstur",
        trades: "Verslun;Smíði;Bílaverkstæði;Útgerð;Tannlæknar;Bókhald;Ræktun;Málun",
        places: "Reykjavík;Ísafjörður;Húsavík;Kópavogur;Höfn;Neskaupstaður;Borgarnes;Vík;Ólafsvík" },
    Language { code: "PL", country: "Polska", dialling: "+48", location: 8, region: 3,
        pattern: "{t} {f} {p} sp. z o.o.", street: "ulica Długa",
        families: "Wiśniewski;Wójcik;Łuczak;Żak;Dąbrowski;Kępa;Śliwa;Źródło;Gołąb;Ćwik;Świątek",
        trades: "Księgowość;Usługi;Meble;Drukarnia Żubr;Piekarnia;Śruby;Łączność;Ogród",
        places: "Łódź;Kraków;Gdańsk;Poznań;Rzeszów;Toruń;Częstochowa;Białystok;Świdnica" },
    Language { code: "CZ", country: "Česko", dialling: "+420", location: 8, region: 3,
        pattern: "{f} {t} {p} s.r.o.", street: "Dlouhá třída",
        families: "Dvořák;Novák;Černý;Růžička;Šťastný;Žižka;Kříž;Hájek;Břízek;Vaněk;Ďáblík",
        trades: "Stavby;Účetnictví;Pekařství;Zubař;Doprava;Zahrádka;Tiskárna;Kovářství",
        places: "Plzeň;Brno-střed;Ústí;Olomouc;Děčín;Jičín;Třebíč;Zlín;Písek" },
    Language { code: "HU", country: "Magyarország", dialling: "+36", location: 8, region: 3,
        pattern: "{f} {t} {p} Kft.", street: "Széchenyi út",
        families: "Szőke;Kovács;Tóth;Fűrész;Győri;Hűvös;Végh;Ördög;Dús;Bőrös;Szűcs",
        trades: "Építő;Könyvelő;Pékség;Fogászat;Szállító;Kertész;Nyomda;Gépjavító",
        places: "Győr;Pécs;Miskolc-Diósgyőr;Székesfehérvár;Kőszeg;Gödöllő;Érd;Hódmezővásárhely;Vác" },
    Language { code: "TR", country: "Türkiye", dialling: "+90", location: 8, region: 4,
        pattern: "{f} {t} {p} A.Ş.", street: "İstiklâl Caddesi",
        families: "Yıldız;Öztürk;Şahin;Çelik;Güneş;Aydın;Kılıç;Doğan;Işık;Gümüş;Çağlar",
        trades: "İnşaat;Diş Kliniği;Nakliyat;Mühendislik;Gıda;Bilişim;Döşeme;Fırın",
        places: "İzmir;Muğla;Şanlıurfa;Eskişehir;Çorum;Iğdır;Kütahya;Niğde;Düzce" },
    Language { code: "VN", country: "Việt Nam", dialling: "+84", location: 17, region: 5,
        pattern: "{t} {f} {p}", street: "đường Trần Hưng Đạo",
        families: "Nguyễn;Trần;Lê Văn;Phạm;Hoàng;Võ Thị;Đặng;Bùi;Đỗ;Hồ;Ngô",
        trades: "Công ty;Nhà hàng;Xây dựng;Phòng khám;Vận tải;Kế toán;Tiệm bánh;Nội thất",
        places: "Hà Nội;Đà Nẵng;Huế;Cần Thơ;Hải Phòng;Đồng Nai;Vũng Tàu;Nha Trang;Đà Lạt" },
    Language { code: "GR", country: "Ελλάδα", dialling: "+30", location: 9, region: 3,
        pattern: "{t} {f} {p}", street: "Οδός Ερμού",
        families: "Παπαδόπουλος;Γεωργίου;Νικολάου;Δημητρίου;Αντωνίου;Ιωάννου;Κώστας;Λάμπρος;Μάνος;Σταύρου;Φωτίου",
        trades: "Λογιστικά;Αρτοποιείο;Οδοντιατρείο;Μεταφορές;Έπιπλα;Κατασκευές;Τυπογραφείο;Οπτικά",
        places: "Αθήνα;Θεσσαλονίκη;Πάτρα;Ηράκλειο;Βόλος;Λάρισα;Ρόδος;Χανιά;Καβάλα" },
    Language { code: "BG", country: "България", dialling: "+359", location: 8, region: 3,
        pattern: "{t} „{f}“ – {p} ЕООД", street: "бул. Витоша",
        families: "Здраве;Иванов;Петров;Стоянов;Роза;Балкан;Тракия;Рила;Слънце;Надежда;Дунав",
        trades: "Клиника;Хлебарница;Строител;Счетоводство;Превози;Мебели;Печатница;Аптека",
        places: "София;Пловдив;Варна;Бургас;Русе;Плевен;Сливен;Добрич;Шумен" },
    Language { code: "UA", country: "Україна", dialling: "+380", location: 8, region: 3,
        pattern: "{t} «{f}», {p}", street: "вулиця Хрещатик",
        families: "Зоря;Калина;Їжак;Промінь;Світанок;Дніпро;Ґанок;Криниця;Явір;Мрія;Євшан",
        trades: "Пекарня;Клініка;Будівництво;Бухгалтерія;Перевезення;Меблі;Друкарня;Аптека",
        places: "Київ;Львів;Одеса;Харків;Чернівці;Вінниця;Рівне;Суми;Ужгород" },
    Language { code: "GE", country: "საქართველო", dialling: "+995", location: 8, region: 3,
        pattern: "{t} {f} {p}", street: "რუსთაველის გამზირი",
        families: "ბერიძე;კაპანაძე;გელაშვილი;მაისურაძე;გიორგაძე;ლომიძე;ნოზაძე;ხარაძე;ჯაფარიძე;წიკლაური;შენგელია",
        trades: "კლინიკა;საცხობი;მშენებლობა;აფთიაქი;ავეჯი;ტრანსპორტი;სტამბა;ბაღი",
        places: "თბილისი;ბათუმი;ქუთაისი;რუსთავი;გორი;ზუგდიდი;ფოთი;თელავი;ხაშური" },
    Language { code: "AM", country: "Հայաստան", dialling: "+374", location: 8, region: 3,
        pattern: "{t} {f} {p}", street: "Աբովյան փողոց",
        families: "Հակոբյան;Գրիգորյան;Սարգսյան;Պետրոսյան;Հովհաննիսյան;Կարապետյան;Վարդանյան;Մկրտչյան;Ղազարյան;Ավետիսյան;Ասատրյան",
        trades: "Կլինիկա;Փուռ;Շինարար;Դեղատուն;Կահույք;Տպարան;Այգի;Հյուրանոց",
        places: "Երևան;Գյումրի;Վանաձոր;Աբովյան;Կապան;Հրազդան;Արմավիր;Արտաշատ;Գավառ" },
    Language { code: "IL", country: "ישראל", dialling: "+972", location: 9, region: 4,
        pattern: "{t} {f} {p}", street: "רחוב הרצל",
        families: "כהן;לוי;מזרחי;פרץ;ביטון;דהן;אברהם;פרידמן;שפירא;גולן;ברק",
        trades: "מאפיית;מרפאת;בנייה;הובלות;רואי חשבון;דפוס;ריהוט;גינון",
        places: "ירושלים;חיפה;אשדוד;באר שבע;נתניה;רחובות;עכו;צפת;אילת" },
    Language { code: "AE", country: "United Arab Emirates", dialling: "+971", location: 16, region: 4,
        pattern: "{t} {f} {p}", street: "شارع الشيخ زايد",
        families: "النور;الأمل;الخليج;الصقر;السلام;الوفاء;الريان;الزهراء;الفجر;البحر;النخيل",
        trades: "مخبز;عيادة;شركة;صيدلية;مكتبة;مطعم;مطبعة;معرض",
        places: "دبي;أبوظبي;الشارقة;عجمان;العين;الفجيرة;خورفكان;دبا;حتا" },
    Language { code: "IN", country: "India", dialling: "+91", location: 17, region: 5,
        pattern: "{f} {t} {p}", street: "महात्मा गांधी मार्ग",
        families: "शर्मा;वर्मा;गुप्ता;अग्रवाल;पटेल;जोशी;मेहता;सिंह;कुमार;त्रिपाठी;देशमुख",
        trades: "औषधालय;निर्माण;परिवहन;मुद्रणालय;बेकरी;उद्योग;क्लिनिक;भंडार",
        places: "दिल्ली;मुंबई;जयपुर;लखनऊ;पटना;इंदौर;नागपुर;वाराणसी;भोपाल" },
    Language { code: "TH", country: "ประเทศไทย", dialling: "+66", location: 17, region: 5,
        pattern: "{t}{f} {p}", street: "ถนนสุขุมวิท",
        families: "สมบูรณ์;เจริญ;ไทยดี;รุ่งเรือง;มั่นคง;ทองดี;ศรีสุข;วัฒนา;ก้าวหน้า;ชัยชนะ;แสงอรุณ",
        trades: "บริษัท;ร้าน;คลินิก;โรงพิมพ์;ขนส่ง;ก่อสร้าง;เบเกอรี่;บัญชี",
        places: "กรุงเทพ;เชียงใหม่;ภูเก็ต;ขอนแก่น;โคราช;ระยอง;ลำปาง;อยุธยา;ตรัง" },
    Language { code: "JP", country: "日本", dialling: "+81", location: 17, region: 5,
        pattern: "{f}{t}{p}", street: "中央通り",
        families: "さくら;田中;佐藤;鈴木;ひまわり;高橋;渡辺;みどり;伊藤;山本;中村",
        trades: "会計事務所;歯科医院;建設株式会社;印刷;運輸;ベーカリー;薬局;造園",
        places: "東京;京都;大阪;札幌店;名古屋;福岡;仙台;神戸;広島" },
    Language { code: "KR", country: "대한민국", dialling: "+82", location: 17, region: 5,
        pattern: "{f}{t} {p}", street: "세종대로",
        families: "한빛;김가네;이화;박씨;최고;정성;강산;조은;윤슬;새봄;다온",
        trades: "치과;건설;회계법인;인쇄;물류;제과;약국;정원",
        places: "서울;부산;대구;인천;광주;대전;울산;수원;제주" },
    Language { code: "TW", country: "Taiwan", dialling: "+886", location: 17, region: 5,
        pattern: "{p}{f}{t}有限公司", street: "中山路",
        families: "永安;大同;長春;福興;金龍;新光;玉山;明德;和平;順發;華美",
        trades: "建設;診所;印刷;運輸;會計;烘焙;藥局;園藝",
        places: "台北;高雄;台中;台南;新竹;嘉義;花蓮;基隆;屏東" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_numbers_share_a_name() {
        let mut seen = std::collections::HashSet::new();
        for number in 0..100_000 {
            let mut name = String::new();
            write_name(&mut name, number);
            assert!(seen.insert(name.clone()), "{number}: {name}");
        }
    }
}
