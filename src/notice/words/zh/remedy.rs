//! What a sender can do about a file that cannot be used, in Chinese.

use crate::notice::remedy::Cause;

/// The clause for files, to follow their names: 设有密码，无法打开，请去掉密码后重发.
pub(super) fn clause(cause: &Cause) -> String {
    let clause = match cause {
        Cause::Password => "设有密码，无法打开，请去掉密码后重发",
        Cause::Empty => "是空文件，里面没有内容，可能是上传时中断了，请重新添加附件后发来",
        Cause::EmptyArchive => "是空的压缩文件，里面没有文件，请把调查表直接作为附件发来",
        Cause::Damaged => "已损坏或内容不完整，无法打开，请确认在电脑上能够正常打开后重发",
        Cause::OutlookPackage => "是 Outlook 的 RTF 格式打包文件，无法打开，请把邮件格式改为 HTML 或纯文本后重发",
        Cause::Volumes => "是分卷压缩文件的一部分，无法解开，请不要分卷压缩，直接把文件作为附件重发",
        Cause::Layout(name) => {
            return format!("是 {name} 版式文件，无法读取表格，请发来制作它的 Word 或 Excel 原文件");
        }
        Cause::BinaryWorkbook => {
            "是 Excel 二进制工作簿（.xlsb），无法读取，请用 Excel 或 WPS 打开，另存为 .xlsx 后重发"
        }
        Cause::RareCompression => "的压缩方式比较少见，无法解开，请重新压缩为普通的 zip 文件，或直接把文件作为附件重发",
        Cause::Recording => "是音频或视频文件，无法登记，请把内容填入调查表（Word 或 Excel 文件）发来",
        Cause::Program => "是程序文件，出于安全考虑没有打开，请只发来 Word 或 Excel 文件",
        Cause::Picture => "是无法读取的图片格式，请发来可以编辑的 Word 或 Excel 文件",
        Cause::UnknownFormat => "格式无法读取，请改发 Word 或 Excel 文件",
        Cause::Archive(name) => {
            return format!("是 {name} 压缩文件，无法解开，请改用 zip 压缩，或直接把文件作为附件重发");
        }
        Cause::Format(name) => return format!("是 {name} 格式，无法读取表格，请改发 Word 或 Excel 文件"),
        Cause::TooDeep => "里的压缩文件套得太多，无法逐层解开，请直接把调查表作为附件重发，不必压缩",
        Cause::TooMany => "里的文件太多，无法逐个打开，请直接把调查表作为附件重发",
        Cause::TooLarge => "过大，无法处理，请把调查表单独作为附件重发，其他材料精简或分次发送",
        Cause::Other => "无法处理，请检查后重发",
    };
    clause.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::Problem;

    #[track_caller]
    fn check(problem: &Problem, expected: &str) {
        assert_eq!(clause(&Cause::of(problem)), expected);
    }

    fn unsupported(format: &str) -> Problem {
        Problem::Unsupported { format: format.into() }
    }

    fn unreadable(why: &str) -> Problem {
        Problem::Unreadable { why: why.into() }
    }

    fn too_large(limit: &str) -> Problem {
        Problem::TooLarge { limit: limit.into() }
    }

    #[test]
    fn an_empty_file_is_not_called_damaged() {
        check(&unreadable("empty file"), "是空文件，里面没有内容，可能是上传时中断了，请重新添加附件后发来");
        check(&unreadable("an archive without files"), "是空的压缩文件，里面没有文件，请把调查表直接作为附件发来");
        check(&unreadable("damaged PDF"), "已损坏或内容不完整，无法打开，请确认在电脑上能够正常打开后重发");
    }

    #[test]
    fn formats_that_offices_use_are_called_by_their_name_and_what_to_save_them_as() {
        check(&unsupported("OFD"), "是 OFD 版式文件，无法读取表格，请发来制作它的 Word 或 Excel 原文件");
        check(&unsupported("CEB"), "是 CEB 版式文件，无法读取表格，请发来制作它的 Word 或 Excel 原文件");
        check(
            &unsupported("XLSB"),
            "是 Excel 二进制工作簿（.xlsb），无法读取，请用 Excel 或 WPS 打开，另存为 .xlsx 后重发",
        );
        check(&unsupported("DjVu"), "是 DjVu 格式，无法读取表格，请改发 Word 或 Excel 文件");
    }

    #[test]
    fn a_name_of_the_programs_own_is_shown_to_nobody() {
        for format in ["unknown", "program", "audio/video", "this kind of picture", ""] {
            let said = clause(&Cause::of(&unsupported(format)));
            assert!(!said.contains(|c: char| c.is_ascii_lowercase() && !"ordxcel".contains(c)), "{said}");
        }
    }

    #[test]
    fn an_archive_that_cannot_be_opened_is_asked_for_in_another_kind() {
        check(&unsupported("tar.gz"), "是 tar.gz 压缩文件，无法解开，请改用 zip 压缩，或直接把文件作为附件重发");
        check(&unsupported("bzip2"), "是 bzip2 压缩文件，无法解开，请改用 zip 压缩，或直接把文件作为附件重发");
        check(&unsupported("RAR volumes"), "是分卷压缩文件的一部分，无法解开，请不要分卷压缩，直接把文件作为附件重发");
    }

    #[test]
    fn a_deep_archive_is_not_called_large() {
        check(&too_large("archive depth"), "里的压缩文件套得太多，无法逐层解开，请直接把调查表作为附件重发，不必压缩");
        check(&too_large("number of members"), "里的文件太多，无法逐个打开，请直接把调查表作为附件重发");
        check(&too_large("unpacked size"), "过大，无法处理，请把调查表单独作为附件重发，其他材料精简或分次发送");
    }
}
