//! A period as JSON has it: written with its days, read back by its name and cut-off.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{CutOff, Period};

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Period", 5)?;
        fields.serialize_field("name", &self.to_string())?;
        fields.serialize_field("kind", self.kind.name())?;
        fields.serialize_field("cut_off", self.cut_off.name())?;
        fields.serialize_field("first_day", &self.from.date().to_string())?;
        fields.serialize_field("last_day", &self.last().date().to_string())?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Period {
    /// Reads what was written, by its name and cut-off.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Written {
            name: String,
            cut_off: String,
        }
        let Written { name, cut_off } = Written::deserialize(deserializer)?;
        let cut_off = CutOff::by_name(&cut_off).ok_or_else(|| D::Error::custom("no such cut-off"))?;
        Self::parse(&name, cut_off).map_err(D::Error::custom)
    }
}
