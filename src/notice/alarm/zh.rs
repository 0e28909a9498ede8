//! What an operator reads in Chinese: what is wrong, and the remedy.

use crate::health::Condition;

/// It in a few words, for the subject.
pub(super) fn title(condition: &Condition) -> String {
    match condition {
        Condition::NotRunning { .. } => "程序没有运行".to_owned(),
        Condition::StoreSilent { .. } => "数据库没有响应".to_owned(),
        Condition::Stalled { .. } => "程序有环节停滞".to_owned(),
        Condition::MailboxSilent { mailbox, .. } => format!("邮箱“{mailbox}”收取中断"),
        Condition::LoginRefused { place, .. } => format!("{}登录被拒绝", place_in(place)),
        Condition::MessagesFailed { .. } => "有来信读取失败".to_owned(),
        Condition::MessagesWait { .. } => "来信未能及时读取".to_owned(),
        Condition::MessagesLeft { mailbox, .. } => format!("邮箱“{mailbox}”有来信未能取回"),
        Condition::OutboxStuck { transport, .. } => format!("发信通道“{transport}”受阻"),
        Condition::DiskLow { .. } => "磁盘空间不足".to_owned(),
        Condition::BackupOld { .. } => "备份中断".to_owned(),
        Condition::ReadersBreak { .. } => "读取进程频繁中断".to_owned(),
    }
}

/// What is wrong, in a sentence without its full stop.
pub(super) fn what(condition: &Condition) -> String {
    match condition {
        Condition::NotRunning { .. } => "收发室程序没有运行".to_owned(),
        Condition::StoreSilent { why } => behind("数据库没有响应".to_owned(), why),
        Condition::Stalled { part } => format!("程序的“{part}”环节停滞不动"),
        Condition::MailboxSilent { mailbox, why } => behind(format!("邮箱“{mailbox}”长时间没有完成收信检查"), why),
        Condition::LoginRefused { place, account, why } => {
            behind(format!("{}拒绝账号 {account} 登录", place_in(place)), why)
        }
        Condition::MessagesFailed { count } => format!("有 {count} 封来信未能读取，来信原件已妥善保存"),
        Condition::MessagesWait { why } => behind("来信已收取保存，但长时间未能读取".to_owned(), why),
        Condition::MessagesLeft { mailbox, count, why } => {
            behind(format!("邮箱“{mailbox}”有 {count} 封来信，邮件服务器列出却不给出，程序未能取回"), why)
        }
        Condition::OutboxStuck { transport, count, why } => {
            behind(format!("发信通道“{transport}”有 {count} 封通知长时间未能发出"), why)
        }
        Condition::DiskLow { free, least } => {
            format!("数据目录所在磁盘仅剩 {} MiB，低于 {} MiB", free >> 20, least >> 20)
        }
        Condition::BackupOld { why } => behind("已有两天没有完成备份".to_owned(), why),
        Condition::ReadersBreak { count } => format!("读取来信的进程一小时内中断 {count} 次"),
    }
}

/// What to do.
pub(super) fn remedy(condition: &Condition) -> &'static str {
    match condition {
        Condition::NotRunning { .. } => {
            "请在服务器上启动程序：systemctl start postroom；如再次退出，请查看日志最后一行。"
        }
        Condition::StoreSilent { .. } => "请确认数据目录存在、磁盘有空间，且没有其他程序占用 postroom.db。",
        Condition::Stalled { .. } => "程序由 systemd 管理时会自动重启；否则请手动重启，并保留重启前的日志。",
        Condition::MailboxSilent { .. } => {
            "请在服务器上运行 postroom check --connect 查看原因，并检查网络。期间的来信仍在邮箱中，恢复后会自动收取。"
        }
        Condition::LoginRefused { .. } => {
            "请在邮箱网页设置中重新生成授权码，更新后重启程序。为避免账号被锁定，程序每 15 分钟只尝试一次。"
        }
        Condition::MessagesFailed { .. } => "请在日志中查找 failed 了解原因，处理后运行 postroom retry --all。",
        Condition::MessagesWait { .. } => {
            "请在日志中查找 not read 了解原因（病毒扫描程序或读取进程未能运行）。原因消除后，来信会自动读取，不会丢失。"
        }
        Condition::MessagesLeft { .. } => {
            "请在日志中查找 left at the server 了解是哪些来信，在网页邮箱中将其保存为文件，用 postroom ingest 补录，然后重启程序。"
        }
        Condition::OutboxStuck { .. } => {
            "请在服务器上运行 postroom check --connect 查看原因。恢复后通知会自动发出；本邮件可能因此迟到。"
        }
        Condition::DiskLow { .. } => "请清理或扩充磁盘。空间不足期间，来信留在邮箱中，不会丢失。",
        Condition::BackupOld { .. } => {
            "请在日志中查找 backup failed 了解原因并处理，或在配置 [backup] to 中改用其他目录；可运行 postroom backup 试做一次。"
        }
        Condition::ReadersBreak { .. } => {
            "请在日志中查看是哪些来信所致；如属正常来信，请调高配置 [reader] memory_mib。"
        }
    }
}

/// A place such as `mailbox main`.
fn place_in(place: &str) -> String {
    match place.split_once(' ') {
        Some(("mailbox", name)) => format!("邮箱“{name}”"),
        Some(("transport", name)) => format!("发信通道“{name}”"),
        _ => place.to_owned(),
    }
}

fn behind(what: String, why: &str) -> String {
    if why.is_empty() { what } else { format!("{what}（{why}）") }
}
