//! `hailong issue`: a point or an invitation, and its codes.

use super::opened;
use crate::clock::Clock;
use crate::config::Place;
use crate::domain::{Channel, Day};
use crate::error::Result;
use crate::flow::audit::By;
use crate::flow::collect::catalogue::Catalogue;
use crate::flow::issue::{self, Issued, NewInvitation, NewPoint};
use crate::words;

/// What to make.
#[derive(Debug, clap::Subcommand)]
pub enum Issue {
    /// A standing place to answer from.
    Point {
        /// What it stands for.
        #[command(flatten)]
        about: About,
        /// What people call the place, such as "Quầy 1".
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Put a point out of use: its printed codes lead to a page that says so.
    Revoke {
        /// Number of the point.
        #[arg(long)]
        point: i64,
    },
    /// Let the successor of a unit that has ended take over its printed codes.
    HandOver {
        /// Code of the unit that has ended.
        #[arg(long)]
        unit: String,
    },
    /// A one-time code for one case.
    Invitation {
        /// What it stands for.
        #[command(flatten)]
        about: About,
        /// Code of the case; kept only as a keyed hash.
        #[arg(long)]
        case: String,
        /// What happened to the case.
        #[arg(long, default_value = "finished", value_parser = ["received", "finished", "returned", "refused", "late"])]
        event: String,
    },
}

/// What a code stands for.
#[derive(Debug, clap::Args)]
pub struct About {
    /// Code of the unit.
    #[arg(long)]
    unit: String,
    /// Code of the procedure; without it the citizen chooses.
    #[arg(long)]
    procedure: Option<String>,
    /// Name of the form; without it a school asks the form of its level, any other place the form `procedure`.
    #[arg(long)]
    form: Option<String>,
    /// Channel.
    #[arg(long, default_value = "counter", value_parser = channel)]
    channel: Channel,
    /// Address people use, for the link.
    #[arg(long, env = "HAILONG_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    public_url: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn channel(name: &str) -> Result<Channel, String> {
    let names = Channel::ALL.map(Channel::name).join(", ");
    Channel::by_name(name).ok_or(format!("expected one of {names}"))
}

/// Runs it.
///
/// # Errors
/// Invalid when the unit, procedure or form is not there.
pub async fn run(place: &Place, issue: &Issue) -> Result<()> {
    let ((db, keys), now_ms) = (opened(place).await?, Clock::System.now_ms());
    let catalogue = Catalogue::read(&db, Day::at(now_ms)).await?;
    let (about, issued) = match issue {
        Issue::Revoke { point } => {
            issue::revoke_point(&db, &keys, now_ms, By::OPERATOR, *point).await?;
            println!("{}", words::FIRST.text_with("issue-revoked", &[("point", &point.to_string())]));
            db.close().await;
            return Ok(());
        }
        Issue::HandOver { unit } => {
            let done = issue::hand_over(&db, &keys, &catalogue, now_ms, By::OPERATOR, unit).await?;
            let count = done.points.to_string();
            let args = [("n", count.as_str()), ("from", unit.as_str()), ("to", done.to.as_str())];
            println!("{}", words::FIRST.text_with("issue-handed-over", &args));
            db.close().await;
            return Ok(());
        }
        Issue::Point { about, label } => {
            let About { unit, procedure, form, channel, .. } = about;
            let procedure = procedure.as_deref();
            let form = match form {
                Some(form) => form,
                None => issue::usual_form(&db, &catalogue, unit, procedure).await?,
            };
            let point = NewPoint { unit, procedure, channel: *channel, form, label };
            (about, issue::points(&db, &keys, &catalogue, now_ms, By::OPERATOR, &[point]).await?)
        }
        Issue::Invitation { about, case, event } => {
            let About { unit, procedure, form, channel, .. } = about;
            let form = form.as_deref().unwrap_or(issue::PROCEDURE_FORM);
            let invitation =
                NewInvitation { unit, procedure: procedure.as_deref(), channel: *channel, form, case, event };
            (about, issue::invitations(&db, &keys, &catalogue, now_ms, &[invitation]).await?)
        }
    };
    issued.iter().for_each(|issued| print(about, issued));
    db.close().await;
    Ok(())
}

fn print(about: &About, issued: &Issued) {
    let url = link(&about.public_url, issued);
    if about.json {
        let id = issued.id;
        println!("{}", serde_json::json!({ "id": id, "url": url, "typed_code": issued.typed.to_string() }));
    } else {
        println!("{url}\n{}", issued.typed);
    }
}

/// The link of a code.
#[must_use]
pub fn link(base: &str, issued: &Issued) -> String {
    format!("{}/q/{}", base.trim_end_matches('/'), issued.code.as_str())
}
