//! Visas: handed out with every good answer, good for a time, verifiable without being kept.
//!
//! Five parts joined by `-`: partner, user, 1, Unix time of issue, 64 hexadecimal digits. The first
//! 16 of these are the milliseconds and a serial number, the others a keyed hash over everything.
//! Must not know: what a visa opens.

use std::collections::HashSet;
use std::io::Write;

use sha2::{Digest, Sha256};

use super::config::VisaChain;
use super::user::User;

const KEY_LEN: usize = 24;
const MAC_LEN: usize = 24;
/// Bits of the nonce that hold the serial number; the milliseconds are above them.
const SERIAL_BITS: u32 = 54;

/// What a visa says, once it was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) user_id: i32,
    /// Orders visas by their issue.
    pub(super) issued: Issue,
}

/// When a visa was issued: milliseconds, then the serial number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Issue(u64, u64);

/// Issues and verifies visas.
#[derive(Debug)]
pub(super) struct Visas {
    key: [u8; KEY_LEN],
    ttl_ms: u64,
    serial: u64,
    /// This one and all older ones are dead.
    dead: Option<Issue>,
    /// Those that were not used yet, where each can be used once.
    unused: Option<HashSet<Issue>>,
}

/// So many unused visas are kept before those that are too old are looked for.
const MANY_UNUSED: usize = 1024;

impl Visas {
    pub(super) fn new(seed: u64, ttl: std::time::Duration, chain: VisaChain) -> Self {
        let mut key = [0; KEY_LEN];
        let digest = Sha256::digest([b"visa key".as_slice(), &seed.to_le_bytes()].concat());
        key.copy_from_slice(&digest[..KEY_LEN]);
        Self {
            key,
            ttl_ms: u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX),
            serial: 0,
            dead: None,
            unused: (chain == VisaChain::Strict).then(HashSet::new),
        }
    }

    /// Writes a new visa for `user`; where each can be used once, the one it follows dies.
    pub(super) fn issue(
        &mut self,
        user: &User,
        follows: Option<Issue>,
        now_ms: u64,
        out: &mut Vec<u8>,
    ) {
        self.serial += 1;
        if let Some(unused) = &mut self.unused {
            if let Some(used) = follows {
                unused.remove(&used);
            }
            if unused.len() >= MANY_UNUSED {
                unused.retain(|one| now_ms.saturating_sub(one.0) < self.ttl_ms);
            }
            unused.insert(Issue(now_ms, self.serial));
        }
        let nonce = ((now_ms % 1000) << SERIAL_BITS) | self.serial;
        let seconds = now_ms / 1000;
        let _ = write!(out, "{}-{}-1-{seconds}-", user.partner_id, user.id);
        push_hex(out, &nonce.to_be_bytes());
        let mac = self.mac(user.partner_id, user.id, seconds, nonce);
        push_hex(out, &mac);
    }

    /// What a visa says, unless it is forged, malformed, too old or dead.
    pub(super) fn verify(&self, visa: &str, now_ms: u64) -> Option<Claim> {
        let mut parts = visa.split('-');
        let partner_id = parts.next()?.parse().ok()?;
        let user_id = parts.next()?.parse().ok()?;
        if parts.next()? != "1" {
            return None;
        }
        let seconds: u64 = parts.next()?.parse().ok()?;
        let digits = parts.next()?.as_bytes();
        if parts.next().is_some() || digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 8 + MAC_LEN];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_value(pair[0])? << 4 | hex_value(pair[1])?;
        }
        let (nonce, mac) = bytes.split_first_chunk::<8>()?;
        let nonce = u64::from_be_bytes(*nonce);
        if mac != self.mac(partner_id, user_id, seconds, nonce) {
            return None;
        }
        let issued_ms = seconds.checked_mul(1000)? + (nonce >> SERIAL_BITS);
        let issued = Issue(issued_ms, nonce & ((1 << SERIAL_BITS) - 1));
        let expired = now_ms.saturating_sub(issued_ms) >= self.ttl_ms;
        let dead = self.dead.is_some_and(|dead| issued <= dead);
        let used = self.unused.as_ref();
        let used = used.is_some_and(|unused| !unused.contains(&issued));
        (!expired && !dead && !used).then_some(Claim { user_id, issued })
    }

    /// Lets a visa and all older ones die.
    pub(super) fn kill(&mut self, issued: Issue) {
        self.dead = self.dead.max(Some(issued));
    }

    fn mac(&self, partner_id: i32, user_id: i32, seconds: u64, nonce: u64) -> [u8; MAC_LEN] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(partner_id.to_le_bytes());
        hash.update(user_id.to_le_bytes());
        hash.update(seconds.to_le_bytes());
        hash.update(nonce.to_le_bytes());
        let mut mac = [0; MAC_LEN];
        mac.copy_from_slice(&hash.finalize()[..MAC_LEN]);
        mac
    }
}

fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tenant;

    const NOW: u64 = 1_700_000_000_789;

    fn visas() -> Visas {
        Visas::new(1, Duration::from_secs(900), VisaChain::Overlapping)
    }

    fn issue(visas: &mut Visas, now: u64) -> String {
        let mut out = Vec::new();
        visas.issue(&tenant::users()[0], None, now, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_visa_has_five_parts_and_is_new_each_time() {
        let mut visas = visas();
        let one = issue(&mut visas, NOW);
        let two = issue(&mut visas, NOW);
        assert_ne!(one, two);
        let parts: Vec<_> = one.split('-').collect();
        assert_eq!(parts[..4], ["1000", "7001", "1", "1700000000"]);
        assert_eq!(parts[4].len(), 64);
    }

    #[test]
    fn a_visa_is_good_for_its_time_to_the_millisecond() {
        let mut visas = visas();
        let visa = issue(&mut visas, NOW);
        issue(&mut visas, NOW + 1);
        assert_eq!(visas.verify(&visa, NOW + 899_999).unwrap().user_id, 7001);
        assert_eq!(visas.verify(&visa, NOW + 900_000), None);
    }

    #[test]
    fn a_restart_with_the_same_seed_knows_its_visas() {
        let visa = issue(&mut visas(), NOW);
        assert!(visas().verify(&visa, NOW).is_some());
        assert!(
            Visas::new(2, Duration::from_secs(900), VisaChain::Overlapping)
                .verify(&visa, NOW)
                .is_none()
        );
    }

    #[test]
    fn forged_and_broken_visas_are_refused() {
        let mut visas = visas();
        let visa = issue(&mut visas, NOW);
        let later = visa.replace("-1700000000-", "-1700009999-");
        let digit = if visa.ends_with('0') { '1' } else { '0' };
        let bent = format!("{}{digit}", &visa[..visa.len() - 1]);
        let user = visa.replace("-7001-", "-7004-");
        for bad in [
            later,
            bent,
            user,
            visa.to_lowercase() + "x",
            String::new(),
            "visa".into(),
        ] {
            assert_eq!(visas.verify(&bad, NOW), None, "{bad}");
        }
        assert_eq!(visas.verify(&format!("{visa}-1"), NOW), None);
    }

    #[test]
    fn a_killed_visa_takes_the_older_ones_along() {
        let mut visas = visas();
        let [old, killed, new] = [(); 3].map(|()| issue(&mut visas, NOW));
        let claim = visas.verify(&killed, NOW).unwrap();
        visas.kill(claim.issued);
        assert!(visas.verify(&old, NOW).is_none());
        assert!(visas.verify(&killed, NOW).is_none());
        assert!(visas.verify(&new, NOW).is_some());
    }
}
