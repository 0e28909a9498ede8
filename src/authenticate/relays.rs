//! Servers that take mail in for the collection server, such as a gateway that filters: known by their addresses.

use std::net::IpAddr;
use std::str::FromStr;

/// Addresses and networks of relays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relays(Vec<Network>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    /// Bits that are the same in all of its addresses.
    bits: u32,
}

/// Something that is neither an address nor a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither an address nor a network; write it like 203.0.113.7 or 10.0.0.0/8")]
pub struct NoRelay;

impl Relays {
    /// Adds an address or a network.
    ///
    /// # Errors
    /// When it is neither.
    pub fn add(&mut self, written: &str) -> Result<(), NoRelay> {
        self.0.push(written.trim().parse()?);
        Ok(())
    }

    /// Whether an address is a relay's.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address.to_canonical()))
    }
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => (ours.to_bits() ^ theirs.to_bits()).leading_zeros() >= self.bits,
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (ours.to_bits() ^ theirs.to_bits()).leading_zeros() >= self.bits,
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NoRelay;

    fn from_str(written: &str) -> Result<Self, NoRelay> {
        let (address, bits) = written.split_once('/').map_or((written, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| NoRelay)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| NoRelay)?;
        // All of the Internet is nobody's relay.
        if bits == 0 || bits > most { Err(NoRelay) } else { Ok(Self { address, bits }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_known_by_its_address_or_its_network() {
        let mut relays = Relays::default();
        for written in ["203.0.113.7", "10.1.0.0/16", "2001:db8::/32"] {
            relays.add(written).unwrap();
        }
        let has = |address: &str| relays.has(address.parse().unwrap());
        for address in ["203.0.113.7", "::ffff:203.0.113.7", "10.1.255.1", "2001:db8:1::1"] {
            assert!(has(address), "{address}");
        }
        for address in ["203.0.113.8", "10.2.0.1", "2001:db9::1", "::1", "127.0.0.1"] {
            assert!(!has(address), "{address}");
        }
        assert!(!Relays::default().has("10.1.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for written in ["", "gate.collect.example", "10.0.0.0/33", "10.0.0.0/", "::/129", "0.0.0.0/0", "10.0.0"] {
            assert_eq!(Relays::default().add(written), Err(NoRelay), "{written}");
        }
    }
}
