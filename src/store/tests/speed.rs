//! Commits are grouped: what would take a turn of the disk each must not when many wait.

use std::path::Path;
use std::time::Instant;

use super::*;

/// Transactions in the write-ahead log: frames that carry the size of the file after a commit (SQLite's file format, 4.1).
fn commits(database: &Path) -> usize {
    let log = std::fs::read(database.with_extension("db-wal")).unwrap();
    let (header, frames) = log.split_at(32);
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let frame = 24 + usize::try_from(word(header, 8)).unwrap();
    let own = |frame: &&[u8]| frame[8..16] == header[16..24];
    frames.chunks_exact(frame).take_while(own).filter(|frame| word(frame, 4) != 0).count()
}

#[test]
fn jobs_that_wait_share_a_commit() {
    let house = House::new();
    let before = commits(house.store.path());
    let gate = house.close_gate();
    let keep = |uid: u32| house.store.keep(vec![arrived(uid, 0, format!("letter {uid}").as_bytes())], at(0));
    let writes: Vec<_> = (1..=256).map(keep).collect();
    drop(gate);
    for write in writes {
        assert!(write.wait().unwrap()[0].fresh);
    }
    let commits = commits(house.store.path()) - before;
    assert!((4..=6).contains(&commits), "256 messages took {commits} commits");
}

/// 2,000 messages of 200 KB, of which zstd saves little, as in `mix` of the measurements: kept in groups of 16, read and judged.
#[test]
#[ignore = "a measurement, not a test: cargo test --release -- --ignored --nocapture store::tests::speed"]
#[expect(clippy::print_stderr, reason = "a measurement is for the eye")]
fn how_long_two_thousand_messages_take() {
    let house = House::new();
    let bytes = noise(200_000);
    let letter = |uid: u32| [format!("letter {uid}").as_bytes(), bytes.as_slice()].concat();
    let begun = Instant::now();
    let groups: Vec<Vec<Arrived>> = (1..=2_000_u32)
        .collect::<Vec<_>>()
        .chunks(16)
        .map(|uids| uids.iter().map(|uid| arrived(*uid, i64::from(*uid), &letter(*uid))).collect())
        .collect();
    let packed = begun.elapsed();
    let writes: Vec<_> = groups.into_iter().map(|group| house.store.keep(group, at(0))).collect();
    let ids: Vec<i64> = writes.into_iter().flat_map(|write| write.wait().unwrap()).map(|kept| kept.id).collect();
    let kept = begun.elapsed() - packed;
    let commit = |id: &i64| {
        let one = a_return(&format!("公司{id}"), Some("机器人"), Some(*id));
        house.store.commit_verdict(
            *id,
            reading(&format!("a{id}@firm.example"), vec![one]),
            at(5),
            judge(NoticeState::Queued),
        )
    };
    let writes: Vec<_> = ids.iter().map(commit).collect();
    for write in writes {
        write.wait().unwrap();
    }
    let committed = begun.elapsed() - packed - kept;
    eprintln!("packed {packed:?}, kept {kept:?}, read and committed {committed:?}");
}

/// Text as enterprises write it, more or less: words in any order. So few words make each of them frequent.
fn prose(seed: u64, characters: usize) -> String {
    const WORDS: &str = "公司 研发 人工智能 机器人 平台 技术 产品 专利 标准 市场 应用 系统 数据 智能 制造 工业 视觉 检测 算法 深度学习 语音 识别 芯片 传感器 \
        控制 自动化 生产线 客户 服务 国内 领先 行业 企业 项目 建设 中心 实验室 高校 合作 团队 博士 工程师 营业收入 万元 年度 增长 目标 未来 发展 规划 无人机 \
        云计算 物联网 大数据 5G AI 的 和 与 在 为 了 是";
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::new();
    while text.chars().count() < characters {
        for _ in 0..40 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(words[usize::try_from(state >> 40).unwrap() % words.len()]);
        }
        text.push_str("。\n");
    }
    text
}

/// 2,000 narratives of 2,000 characters beside 2,000 returns: how long they take to commit, and words to be found in them.
#[test]
#[ignore = "a measurement, not a test: cargo test --release -- --ignored --nocapture store::tests::speed"]
#[expect(clippy::print_stderr, reason = "a measurement is for the eye")]
fn how_long_a_search_over_two_thousand_documents_takes() {
    for characters in [0, 2_000] {
        let house = House::new();
        let ids: Vec<i64> = (1..=2_000).map(|uid| house.keep(uid, i64::from(uid))).collect();
        let commit = |id: &i64| {
            let seed = u64::try_from(*id).unwrap();
            let mut one = reading(
                &format!("a{id}@firm.example"),
                vec![a_return(&format!("公司{id}"), Some(&prose(seed, 200)), Some(*id))],
            );
            one.narratives.clear();
            if characters > 0 {
                let text = prose(seed + 10_000, characters) + if id % 500 == 0 { "量子计算" } else { "" };
                one.narratives.push(Narrative { attachment: "材料.docx".into(), text, ..Narrative::default() });
            }
            (*id, one)
        };
        let readings: Vec<(i64, Reading)> = ids.iter().map(commit).collect();
        let begun = Instant::now();
        let judged = |(id, one)| house.store.commit_verdict(id, one, at(5_000), judge(NoticeState::Queued));
        for write in readings.into_iter().map(judged).collect::<Vec<_>>() {
            write.wait().unwrap();
        }
        let size = std::fs::metadata(house.store.path()).unwrap().len() / 1_000;
        eprintln!(
            "{characters} characters: committed in {:?}, writer {:?}, {size} KB",
            begun.elapsed(),
            house.store.writer_time().wait().unwrap()
        );
        for typed in
            ["量子计算", "量", "公司", "的", "人工智能", "机器人 芯片 博士", "“深度学习算法”", "5G", "没有这个词"]
        {
            let query = crate::fulltext::Query::parse(typed).unwrap();
            let begun = Instant::now();
            let found = house.store.search(&query, None, 20).unwrap();
            eprintln!("  {typed}: {} texts, {} shown, in {:?}", found.total, found.hits.len(), begun.elapsed());
        }
    }
}
