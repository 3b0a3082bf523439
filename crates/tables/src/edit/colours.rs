//! Colours of cells as a workbook names them: by value, or as one of its theme's, lighter or
//! darker.

use super::xml;

/// The theme of a workbook: its colours in the order in which cells name them.
#[derive(Debug, Default)]
pub struct Theme(Vec<u32>);

impl Theme {
    /// Reads the colours of a theme part; none where it is not as such parts are.
    pub fn of(part: &str) -> Self {
        let below = |raw: &str, name: &str| -> Option<String> {
            let split = xml::split(raw).ok()?;
            let found = split.children.iter().find(|child| child.name == name)?;
            Some(found.raw.to_owned())
        };
        let scheme = below(part, "themeElements").and_then(|raw| below(&raw, "clrScheme"));
        let Some(scheme) = scheme else {
            return Self::default();
        };
        let Ok(scheme) = xml::split(&scheme) else {
            return Self::default();
        };
        let mut colours: Vec<u32> = scheme.children.iter().map(|one| colour(one.raw)).collect();
        // Cells count light before dark, the theme dark before light.
        for first in [0, 2] {
            if first + 1 < colours.len() {
                colours.swap(first, first + 1);
            }
        }
        Self(colours)
    }

    /// The colour of an element such as `fgColor`, as red, green and blue; none where it names
    /// none that can be told.
    pub fn colour(&self, element: &str) -> Option<u32> {
        let tint = xml::attribute(element, "tint").and_then(|tint| tint.parse::<f64>().ok());
        let tinted = |colour| tint.map_or(colour, |tint| tinted(colour, tint));
        if let Some(value) = xml::attribute(element, "rgb") {
            return hex(&value).map(tinted);
        }
        let theme = xml::attribute(element, "theme")?.parse::<usize>().ok()?;
        self.0.get(theme).copied().map(tinted)
    }
}

fn colour(raw: &str) -> u32 {
    let inside = xml::split(raw).ok();
    let inside = inside.and_then(|split| split.children.first().map(|one| one.raw.to_owned()));
    let value = |name| xml::attribute(inside.as_deref()?, name);
    // A colour of the system has the value it had last beside its name.
    let value = value("lastClr").or_else(|| value("val"));
    value.and_then(|value| hex(&value)).unwrap_or(0)
}

/// A colour as six or eight digits, the first two of eight its opacity.
pub fn hex(digits: &str) -> Option<u32> {
    let digits = digits.get(digits.len().checked_sub(6)?..)?;
    u32::from_str_radix(digits, 16).ok()
}

/// A colour made lighter (towards 1) or darker (towards -1), its hue kept.
fn tinted(colour: u32, tint: f64) -> u32 {
    let [_, red, green, blue] = colour.to_be_bytes().map(|part| f64::from(part) / 255.0);
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let light = f64::midpoint(most, least);
    let tint = tint.clamp(-1.0, 1.0);
    let wanted = if tint < 0.0 {
        light * (1.0 + tint)
    } else {
        light + (1.0 - light) * tint
    };
    // With hue and saturation kept, each part keeps its share of the distance from the light.
    let room = |light: f64| 1.0 - (2.0 * light - 1.0).abs();
    let share = if room(light) > 0.0 {
        room(wanted) / room(light)
    } else {
        0.0
    };
    let parts = [red, green, blue].map(|part| (wanted + (part - light) * share) * 255.0);
    parts
        .into_iter()
        .fold(0, |whole, part| whole << 8 | byte(part))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 0 and 255"
)]
fn byte(part: f64) -> u32 {
    part.round().clamp(0.0, 255.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_told_however_they_are_named() {
        let theme = Theme::of(
            "<a:theme xmlns:a=\"u\"><a:themeElements><a:clrScheme name=\"Office\">\
             <a:dk1><a:sysClr val=\"windowText\" lastClr=\"000000\"/></a:dk1>\
             <a:lt1><a:sysClr val=\"window\" lastClr=\"FFFFFF\"/></a:lt1>\
             <a:dk2><a:srgbClr val=\"44546A\"/></a:dk2><a:lt2><a:srgbClr val=\"E7E6E6\"/></a:lt2>\
             <a:accent1><a:srgbClr val=\"4472C4\"/></a:accent1></a:clrScheme></a:themeElements></a:theme>",
        );
        // Excel reckons in coarser steps: it shows 2F5496 for "darker 25 %" and D9E1F2 for "lighter 80 %".
        for (element, seen) in [
            ("<fgColor rgb=\"FFCCEEFF\"/>", Some(0x00CC_EEFF)),
            ("<x:fgColor rgb=\"ccEEff\"/>", Some(0x00CC_EEFF)),
            ("<fgColor theme=\"0\"/>", Some(0x00FF_FFFF)),
            ("<fgColor theme=\"3\"/>", Some(0x0044_546A)),
            ("<fgColor theme=\"4\"/>", Some(0x0044_72C4)),
            ("<fgColor theme=\"0\" tint=\"-0.5\"/>", Some(0x0080_8080)),
            (
                "<fgColor theme=\"4\" tint=\"-0.249977111117893\"/>",
                Some(0x002F_5597),
            ),
            (
                "<fgColor theme=\"4\" tint=\"0.79998168889431442\"/>",
                Some(0x00DA_E3F3),
            ),
            ("<fgColor theme=\"9\"/>", None),
            ("<fgColor indexed=\"13\"/>", None),
            ("<fgColor rgb=\"red\"/>", None),
        ] {
            let found = theme.colour(element);
            assert_eq!(found, seen, "{element}: {found:06X?}");
        }
    }
}
