//! Commits are grouped: what would take a turn of the disk each must not when many wait.

use super::*;

/// With a commit each, 2,000 messages are 4,000 turns of the disk; grouped, a few hundred.
#[tokio::test]
async fn many_writers_share_their_commits() {
    const MESSAGES: u32 = 400;
    let house = House::new();
    let begin = house.store.data_version().await.unwrap();
    let beside = house.beside();
    assert_eq!(begin, house.store.data_version().await.unwrap());
    let before = beside.data_version().await.unwrap();
    let writes: Vec<_> = (1..=MESSAGES)
        .map(|uid| house.store.keep(vec![arrived(uid, i64::from(uid), format!("letter {uid}").as_bytes())], at(0)))
        .collect();
    for write in writes {
        write.await.unwrap();
    }
    assert_ne!(beside.data_version().await.unwrap(), before);
    assert_eq!(house.store.status().unwrap().messages, u64::from(MESSAGES));
}
