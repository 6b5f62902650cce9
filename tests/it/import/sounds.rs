//! Questions read aloud: the files that come with a form.

use hailong::domain::sound::{MOST_BYTES, Sounds};
use hailong::flow::design::{self, Mode, What};
use hailong::store::{questionnaires, sounds};
use insta::assert_snapshot;

use super::sentences;
use crate::world::World;

fn form() -> Vec<u8> {
    std::fs::read("tests/data/forms/moi-kieu.xlsx").unwrap()
}

fn opus() -> Vec<u8> {
    std::fs::read("tests/data/forms/moi-kieu-media/hai-long.opus").unwrap()
}

async fn take(world: &World, sounds: Sounds) -> Result<design::Report, String> {
    let taken = design::import_with(&world.db, What::Questionnaire, "phiếu.xlsx", &form(), &sounds, Mode::Keep).await;
    taken.map_err(sentences)
}

#[tokio::test]
async fn a_sound_is_kept_with_the_version_that_names_it() {
    let world = World::new().await;
    let with = Sounds::from([("hai-long.opus".into(), opus()), ("không dùng.opus".into(), b"OggS".to_vec())]);
    assert_eq!(take(&world, with.clone()).await.unwrap().added, 1);
    let stored = questionnaires::latest(&world.db, "moi-kieu").await.unwrap().unwrap();
    let name = &stored.question("overall").unwrap().sound["vi"];
    assert_eq!(sounds::by_name(&world.db, name).await.unwrap(), Some(opus()));
    assert_eq!(take(&world, with).await.unwrap().unchanged, 1, "the same form with the same sounds");

    // Another sound is another form: a version never changes.
    let mut other = opus();
    other.push(0);
    let refused = take(&world, Sounds::from([("hai-long.opus".into(), other)])).await.unwrap_err();
    assert_snapshot!(refused, @"Phiếu «moi-kieu» phiên bản 1 đã có với nội dung khác và không được sửa; hãy ghi phiên bản 2 ở trang tính settings, cột version.");
}

#[tokio::test]
async fn a_sound_that_is_not_there_or_is_none_is_refused_with_its_place() {
    let world = World::new().await;
    let with = |body: Vec<u8>| take(&world, Sounds::from([("hai-long.opus".into(), body)]));
    assert_snapshot!(take(&world, Sounds::new()).await.unwrap_err(), @r"
    Trang tính «survey», dòng 2, cột «media::audio::Tiếng Việt (vi)» (L): không có tệp «hai-long.opus» trong thư mục âm thanh đi kèm phiếu; hiện có: –.
    Trang tính «survey», dòng 4, cột «media::audio::Tiếng Việt (vi)» (L): không có tệp «hai-long.opus» trong thư mục âm thanh đi kèm phiếu; hiện có: –.
    ");
    assert_snapshot!(with(b"ID3 an MP3 file".to_vec()).await.unwrap_err(), @r"
    Trang tính «survey», dòng 2, cột «media::audio::Tiếng Việt (vi)» (L): tệp «hai-long.opus» không phải âm thanh Opus; hãy xuất lại thành tệp .opus.
    Trang tính «survey», dòng 4, cột «media::audio::Tiếng Việt (vi)» (L): tệp «hai-long.opus» không phải âm thanh Opus; hãy xuất lại thành tệp .opus.
    ");
    let mut long = opus();
    long.resize(MOST_BYTES + 1, 0);
    assert_snapshot!(with(long).await.unwrap_err(), @r"
    Trang tính «survey», dòng 2, cột «media::audio::Tiếng Việt (vi)» (L): tệp «hai-long.opus» lớn hơn 40 KiB; hãy đọc ngắn hơn hoặc nén nhỏ hơn.
    Trang tính «survey», dòng 4, cột «media::audio::Tiếng Việt (vi)» (L): tệp «hai-long.opus» lớn hơn 40 KiB; hãy đọc ngắn hơn hoặc nén nhỏ hơn.
    ");
    assert!(questionnaires::latest(&world.db, "moi-kieu").await.unwrap().is_none(), "all or nothing");
}
