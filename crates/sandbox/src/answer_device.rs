//! What is written of devices.
//!
//! Must not know: who asked, and why.

use super::answer::{Object, list, uid};
use super::device::Device;
use super::kinds::Kind;
use super::partner::Partner;

/// Writes the members of a device.
///
/// Evidence: the page's sample of listed devices (documented), passwords and tokens included.
pub(super) fn device(object: &mut Object<'_>, partner: &Partner, device: &Device, seed: u64) {
    object.int("CreationTime", device.created);
    object.int("ExpirationTime", device.expires);
    object.int("Id", device.id.into());
    object.int("LocationId", device.location_id.into());
    object.text("Name", &device.name);
    match &device.alias {
        Some(alias) => object.text("NameAlias", alias),
        None => object.null("NameAlias"),
    }
    object.int("PartnerId", partner.id.into());
    object.text("Password", &password_of(device, seed));
    object.int("ProductId", device.product_id.into());
    object.int("RemovalTime", device.removed);
    object.int("StorageLocationId", device.location_id.into());
    object.text("Token", &uid(seed ^ TOKENS, device.id));
    object.text("Type", device.kind.as_str());
}

/// What a device logs in with: made up, the same each time.
fn password_of(device: &Device, seed: u64) -> String {
    let made_up = uid(seed ^ PASSWORDS, device.id);
    made_up.chars().filter(|c| *c != '-').take(12).collect()
}

/// What keeps the made-up texts apart that one device has.
const TOKENS: u64 = 1;
const PASSWORDS: u64 = 2;

/// Writes the storage node of a device, as in the page's sample; all of it is made up.
pub(super) fn node(out: &mut Vec<u8>, location_id: i32) {
    let mut node = Object::begin(out);
    node.int("ActiveAccounts", 1);
    let mut common = Object::begin(node.key("CommonInfo"));
    let mut certificate = Object::begin(common.key("CertificateInfo"));
    certificate.text("ValidationMethod", "OsTrustStore");
    certificate.end();
    common.text("Family", "SANDBOX");
    common.text("GatewayHost", "");
    common.text("Host", "node.sandbox.invalid:443");
    common.text("HttpGatewayHost", "node.sandbox.invalid:443");
    common.text("Name", "sandbox-node");
    common.text("Password", "*****");
    common.text("Path", "");
    common.int("StorageId", location_id.into());
    common.text("User", "*****");
    common.end();
    node.int("Id", location_id.into());
    node.int("LocationId", location_id.into());
    let mut mode = Object::begin(node.key("ModeInfo"));
    mode.text("Mode", "Operable");
    mode.end();
    let mut state = Object::begin(node.key("StateInfo"));
    state.int("PrivilegedStorage", 0);
    state.key("State").extend_from_slice(b"[\"Online\"]");
    state.int("TotalStorage", 0);
    state.int("UpdateTimestamp", 0);
    state.int("UsedStorage", 0);
    state.end();
    node.int("TotalAccounts", 1);
    node.end();
}

/// Writes devices with the columns that were asked for, as far as there is anything to tell: I0 the
/// id, I1 the name, I8 the customer's name, I14 the storage used, I18 the computer's name, AA and a
/// number a custom column.
pub(super) fn statistics<'a>(
    out: &mut Vec<u8>,
    devices: impl Iterator<Item = (&'a Partner, &'a Device)>,
    columns: &[String],
) -> usize {
    list(out, devices, |object, (partner, device)| {
        object.int("AccountId", device.id.into());
        object.int("PartnerId", partner.id.into());
        object.null("Flags");
        let settings = object.key("Settings");
        let told = columns.iter().filter_map(|column| {
            let value = match column.as_str() {
                "I0" => device.id.to_string(),
                "I1" | "I18" => device.name.to_string(),
                "I8" => partner.name.to_string(),
                "I14" => "0".to_owned(),
                other => {
                    let number: i32 = other.strip_prefix("AA")?.parse().ok()?;
                    let mut columns = device.columns.iter();
                    let (_, value) = columns.find(|(column, _)| *column == number)?;
                    value.to_string()
                }
            };
            Some((column, value))
        });
        list(settings, told, |setting, (column, value)| {
            setting.text(column, &value);
        });
    })
}

/// Writes what a new device logs in with.
///
/// Evidence: the page's sample (documented).
pub(super) fn credentials(out: &mut Vec<u8>, device: &Device, seed: u64) {
    let mut object = Object::begin(out);
    object.int("Id", device.id.into());
    object.text("Name", &device.name);
    object.text("Password", &password_of(device, seed));
    object.text("Token", &uid(seed ^ TOKENS, device.id));
    object.end();
}
