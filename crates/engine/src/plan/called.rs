//! How messages call a customer of the tenant.

use super::tenant::Customer;

impl Customer {
    /// How people find it: name and id.
    pub fn shown(&self) -> String {
        if self.name.trim().is_empty() {
            return self.called();
        }
        format!("\"{}\" (id {})", self.name, self.id)
    }

    /// Its name alone, where that says who it is; a customer may have none.
    pub fn called(&self) -> String {
        match self.name.trim() {
            "" => format!("id {} (no name)", self.id),
            name => name.to_owned(),
        }
    }
}
