//! Codes through the years: what a point asks, and what becomes of it when its unit ends.

use hailong::domain::keys::Keys;
use hailong::domain::{Channel, Day};
use hailong::flow::audit::By;
use hailong::flow::collect::catalogue::{Catalogue, code_mac};
use hailong::flow::collect::open::{self, Opened};
use hailong::flow::design::What;
use hailong::flow::issue::{self, HandedOver, NewPoint};
use insta::assert_snapshot;

use crate::accounts::texts;
use crate::import::{department, department_world, kept, sentences};
use crate::world::World;

/// 24/11/2026, after the reorganisation of 01/07/2025.
const NOW: i64 = 1_795_500_000_000;

async fn catalogue(world: &World) -> Catalogue {
    Catalogue::read(&world.db, Day::at(NOW)).await.unwrap()
}

/// The department with a form, and a counter of the given unit whose code was printed.
async fn with_printed_code(unit: &str) -> (World, Keys, hailong::domain::code::Code) {
    let world = department_world().await;
    kept(&world, What::Questionnaire, department("questionnaires/procedure.xlsx")).await;
    let keys = Keys::from_master(&[7; 32]);
    let point = NewPoint { unit, procedure: None, channel: Channel::Counter, form: "procedure", label: "Quầy 1" };
    let issued = issue::points(&world.db, &keys, &catalogue(&world).await, NOW, By::OPERATOR, &[point]).await.unwrap();
    (world, keys, issued[0].code.clone())
}

#[tokio::test]
async fn the_successor_of_a_unit_that_ended_takes_over_its_printed_codes_when_it_is_told_to() {
    let (world, keys, code) = with_printed_code("SGD-BD.VP").await;
    let opened = open::open(&world.db, &catalogue(&world).await, NOW, code_mac(&keys, &code)).await.unwrap();
    assert!(matches!(&opened, Opened::Closed(day) if day.to_string() == "30/06/2025"), "{opened:?}");

    let known = catalogue(&world).await;
    let done = issue::hand_over(&world.db, &keys, &known, NOW, By::OPERATOR, "SGD-BD.VP").await.unwrap();
    assert_eq!(done, HandedOver { to: "SGD-GL.VP".into(), points: 1 });
    let now = catalogue(&world).await;
    assert!(now.revision > known.revision, "every process must see it");
    let opened = open::open(&world.db, &now, NOW, code_mac(&keys, &code)).await.unwrap();
    let unit = if let Opened::Form(place) = opened { place.unit.code.clone() } else { String::new() };
    assert_eq!(unit, "SGD-GL.VP");

    issue::revoke_point(&world.db, &keys, NOW, By::OPERATOR, 1).await.unwrap();
    let opened = open::open(&world.db, &catalogue(&world).await, NOW, code_mac(&keys, &code)).await.unwrap();
    assert!(matches!(opened, Opened::Revoked), "{opened:?}");
    let noted = texts(&world.db, "SELECT act || ': ' || subject || ' ' || detail FROM audit ORDER BY n").await;
    assert_eq!(
        noted,
        [
            r#"point-issued: point 1 {"channel":"counter","form":"procedure","procedure":null,"unit":"SGD-BD.VP"}"#,
            r#"codes-handed-over: unit SGD-BD.VP {"points":1,"to":"SGD-GL.VP"}"#,
            "point-revoked: point 1 {}"
        ]
    );
}

#[tokio::test]
async fn codes_stay_with_a_unit_that_has_not_ended_or_that_nobody_follows() {
    let (world, keys, _) = with_printed_code("SGD-GL.VP").await;
    let known = catalogue(&world).await;
    let mut refused = Vec::new();
    for unit in ["SGD-GL.VP", "SGD-BD.TTR", "không-có"] {
        let error = issue::hand_over(&world.db, &keys, &known, NOW, By::OPERATOR, unit).await.unwrap_err();
        refused.push(sentences(error));
    }
    assert_snapshot!(refused.join("\n"), @r"
    Đơn vị «SGD-GL.VP» chưa hết hiệu lực nên mã vẫn thuộc đơn vị đó; chỉ bàn giao mã của đơn vị đã kết thúc.
    Đơn vị «SGD-BD.TTR» không có đơn vị kế thừa đang hoạt động; hãy nạp lại tệp đơn vị với cột successor rồi bàn giao.
    Không có đơn vị nào mang mã «không-có».
    ");
    assert_eq!(catalogue(&world).await.revision, known.revision);
}

#[tokio::test]
async fn a_point_of_a_school_asks_the_form_of_its_level() {
    let world = department_world().await;
    kept(&world, What::Schools, department("schools.csv")).await;
    let known = catalogue(&world).await;
    let usual = async |unit, procedure| issue::usual_form(&world.db, &known, unit, procedure).await.unwrap();
    assert_eq!(usual("GL.THPT.002", None).await, "education-learners");
    assert_eq!(usual("GL.THPT.002", Some("1.005092")).await, "procedure", "a code for one procedure asks about it");
    assert_eq!(usual("SGD-GL.VP", None).await, "procedure");
}
