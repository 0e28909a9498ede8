//! Mail providers: their servers, and how an operator obtains a password that a program may use. Data only.
//!
//! The hints are shown by `init` and `check`; the facts come from the providers' help pages and from reports of other clients.

use crate::tls::Tls;

/// Where a provider's mail is fetched and sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// The name `init` takes.
    pub id: &'static str,
    /// Its name in Chinese.
    pub title: &'static str,
    /// IMAP server.
    pub imap: Server,
    /// SMTP server.
    pub smtp: Server,
    /// Seconds between two looks at all folders; servers that throttle get a longer pause.
    pub poll_seconds: u64,
    /// How to obtain the password, in Chinese.
    pub hint: &'static str,
}

/// A server of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// Host name.
    pub host: &'static str,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub tls: Tls,
}

const fn implicit(host: &'static str, port: u16) -> Server {
    Server { host, port, tls: Tls::Implicit }
}

/// All providers known by name.
pub const PROVIDERS: [Provider; 7] = [
    Provider {
        id: "qq",
        title: "QQ邮箱",
        imap: implicit("imap.qq.com", 993),
        smtp: implicit("smtp.qq.com", 465),
        poll_seconds: 60,
        hint: "请在网页版QQ邮箱的“设置 → 账号”中开启 IMAP/SMTP 服务，并生成 16 位授权码，用授权码作为密码。\
               修改QQ密码后授权码会失效，需要重新生成。请把“收取选项”设为收取全部邮件，否则较早的邮件不可见。",
    },
    Provider {
        id: "exmail",
        title: "腾讯企业邮箱",
        imap: implicit("imap.exmail.qq.com", 993),
        smtp: implicit("smtp.exmail.qq.com", 465),
        poll_seconds: 60,
        hint: "请在网页版“设置 → 收发信设置”中开启 IMAP/SMTP 服务。如已开启安全登录，\
               请在“设置 → 账户”中生成客户端专用密码，并用它作为密码。",
    },
    Provider {
        id: "163",
        title: "网易163邮箱",
        imap: implicit("imap.163.com", 993),
        smtp: implicit("smtp.163.com", 465),
        poll_seconds: 120,
        hint: "请在网页版“设置 → POP3/SMTP/IMAP”中开启 IMAP/SMTP 服务，并新增授权码，用授权码作为密码。\
               免费账号可持有的授权码数量有限，请妥善保存。",
    },
    Provider {
        id: "126",
        title: "网易126邮箱",
        imap: implicit("imap.126.com", 993),
        smtp: implicit("smtp.126.com", 465),
        poll_seconds: 120,
        hint: "请在网页版“设置 → POP3/SMTP/IMAP”中开启 IMAP/SMTP 服务，并新增授权码，用授权码作为密码。\
               请同时把收取范围设为全部邮件，而不是最近 30 天。",
    },
    Provider {
        id: "aliyun",
        title: "阿里企业邮箱",
        imap: implicit("imap.qiye.aliyun.com", 993),
        smtp: implicit("smtp.qiye.aliyun.com", 465),
        poll_seconds: 60,
        hint: "新购的企业邮箱默认禁止第三方客户端登录，请由管理员在管理后台开启，\
               再在网页版邮箱的账户安全设置中生成三方客户端安全密码，并用它作为密码。",
    },
    Provider {
        id: "gmail",
        title: "Gmail",
        imap: implicit("imap.gmail.com", 993),
        smtp: implicit("smtp.gmail.com", 465),
        poll_seconds: 60,
        hint: "请先为账号开启两步验证，再生成应用专用密码，并用它作为密码。",
    },
    Provider {
        id: "custom",
        title: "其他邮箱",
        imap: implicit("imap.example", 993),
        smtp: implicit("smtp.example", 465),
        poll_seconds: 60,
        hint: "请向邮箱管理员询问 IMAP 和 SMTP 的服务器名称与端口，以及是否需要客户端专用密码。\
               单位自建的邮件系统如使用自签名证书，请取得签发机构的证书（PEM 格式），填入 ca_file。",
    },
];

/// The provider of a name.
#[must_use]
pub fn provider(id: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_found_by_name_and_protected() {
        for each in &PROVIDERS {
            assert_eq!(provider(each.id), Some(each));
            assert_eq!((each.imap.tls, each.smtp.tls), (Tls::Implicit, Tls::Implicit));
            assert!(!each.hint.is_empty() && each.poll_seconds >= 60);
        }
        assert_eq!(provider("unknown"), None);
    }
}
