//! Accounts of the demonstration: one for each role, a second set in another unit to see where one's scope ends, and
//! somebody more to type paper forms a second time; each with a password (and a second factor where the role asks for
//! one) drawn anew at every start. They stand in a database of simulated answers and nowhere else.

use serde_json::json;

use super::hashing::Hashing;
use super::{factor, grant_row};
use crate::clock;
use crate::domain::account::{Grant, Role};
use crate::domain::code::ALPHABET;
use crate::domain::keys::Keys;
use crate::domain::totp::{SEED_BYTES, Seed};
use crate::domain::{AccountId, UnitId};
use crate::error::{Error, Result};
use crate::flow::audit::{self, Act, By};
use crate::store::marks::{self, Mark};
use crate::store::{Db, accounts, sessions};

/// What a sample account is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// The one of its role; where roles are given over a unit, over the first.
    First,
    /// The same over the other unit.
    Other,
    /// Types the sheets of the first unit a second time.
    Second,
}

/// An account that anybody who tries the demonstration out may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Role.
    pub role: Role,
    /// What it is there for.
    pub set: Set,
    /// The unit its role is over; none for all.
    pub unit: Option<UnitId>,
    /// Login name.
    pub login: &'static str,
    /// Name, which says that nobody is behind it.
    pub name: &'static str,
    /// Password.
    pub password: String,
    /// What its authenticator computes codes from, where its role asks for a second factor.
    pub seed: Option<Seed>,
}

const SAMPLES: [(Role, Set, &str, &str); 10] = [
    (Role::Officer, Set::First, "canbo", "Cán bộ một cửa (mô phỏng)"),
    (Role::Typist, Set::First, "nhapphieu", "Người nhập phiếu 1 (mô phỏng)"),
    (Role::Typist, Set::Second, "nhapphieu2", "Người nhập phiếu 2 (mô phỏng)"),
    (Role::Manager, Set::First, "truongdonvi", "Trưởng đơn vị (mô phỏng)"),
    (Role::Leader, Set::First, "giamdoc", "Giám đốc Sở (mô phỏng)"),
    (Role::Admin, Set::First, "quantri", "Quản trị (mô phỏng)"),
    (Role::Inspector, Set::First, "giamsat", "Người giám sát (mô phỏng)"),
    (Role::Officer, Set::Other, "canbo2", "Cán bộ một cửa, đơn vị khác (mô phỏng)"),
    (Role::Typist, Set::Other, "nhapphieu3", "Người nhập phiếu, đơn vị khác (mô phỏng)"),
    (Role::Manager, Set::Other, "truongdonvi2", "Trưởng đơn vị khác (mô phỏng)"),
];

/// Makes them, or gives those of an earlier start new passwords. Officers, managers and typists are over one of the two
/// units, the first or the other; the rest over all.
///
/// # Errors
/// Conflict when the answers in the database are not made up.
pub async fn accounts(
    db: &Db,
    keys: &Keys,
    hashing: &Hashing,
    now_ms: i64,
    (first, other): (UnitId, UnitId),
) -> Result<Vec<Sample>> {
    if marks::get(db, Mark::Simulated).await? != 1 {
        return Err(Error::Conflict("only a database of simulated answers gets accounts that anybody may use".into()));
    }
    let mut samples = Vec::with_capacity(SAMPLES.len());
    for (role, set, login, name) in SAMPLES {
        let password = draw();
        let hash = hashing.hash(&password).await?;
        let mut tx = db.begin().await?;
        let id = match accounts::insert(&mut tx, login, name, now_ms).await? {
            Some(id) => id,
            None => accounts::by_login(db, login).await?.ok_or(Error::NotFound("account"))?.id,
        };
        let over_one = role.is_judged() || role == Role::Typist;
        let unit = over_one.then_some(if set == Set::Other { other } else { first });
        let grant = Grant { role, unit };
        accounts::replace_grants(&mut tx, id, &[grant_row(&grant)]).await?;
        accounts::set_disabled(&mut tx, id, None).await?;
        accounts::set_password(&mut tx, id, &hash).await?;
        factor::remove(&mut tx, id).await?;
        sessions::end_all(&mut tx, id, 0).await?;
        let by = By { account: Some(AccountId(id)), request: "demo" };
        let detail = json!({ "login": login, "simulated": true });
        audit::note(&mut tx, keys, now_ms, by, Act::PasswordChosen, format!("account {id}"), detail).await?;
        tx.commit().await?;
        let seed = role.needs_second_factor().then(|| Seed::from_random(clock::random::<SEED_BYTES>()));
        if let Some(seed) = &seed {
            factor::give(db, keys, now_ms, by, AccountId(id), seed).await?;
        }
        samples.push(Sample { role, set, unit, login, name, password, seed });
    }
    Ok(samples)
}

/// Four groups of five characters: 100 bits.
fn draw() -> String {
    let bytes: [u8; 20] = clock::random();
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte & 31)]).to_ascii_lowercase();
    let groups: Vec<String> = bytes.chunks(5).map(|group| group.iter().map(letter).collect()).collect();
    groups.join("-")
}
