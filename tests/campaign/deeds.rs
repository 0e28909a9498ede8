//! What people do when a notice reaches them, and when their time has come.

use jiff::{SignedDuration, Timestamp, ToSpan};

use super::behaviour::{First, Material, Mend, Responder, When};
use super::enterprise::{self, Answers, DIRECTION, REVENUE};
use super::files;
use super::ledger::Told;
use super::letters::{Client, Letter};
use super::post::Received;
use super::world::{DEADLINE, Nature, Who, World, mends, on};

/// Something that somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Answers for the first time.
    Answer,
    /// Sends the same again.
    AnswerAgain,
    /// Answers a correction.
    Mend,
    /// Says that the odd amount is true.
    Confirm,
    /// Sends written material.
    SendMaterial,
    /// Thanks.
    Thank,
    /// Takes its return back.
    Withdraw,
    /// Sends other figures.
    Differ,
    /// A machine answers.
    AnswerByItself,
    /// Rings up.
    RingUp,
}

const SUBJECT: &str = "人工智能产业调查表";
const COVER: &str = "您好！\n附件是我单位的调查表，请查收。\n谢谢！\n";

impl World {
    /// A notice is read by its recipient.
    pub(super) fn reads(&mut self, who: Who, notice: &Received) {
        match who {
            Who::Firm(number) => {
                if self.firms[number].behaviour.responder.is_some() {
                    self.plan(self.now + SignedDuration::from_mins(1), who, Deed::AnswerByItself);
                }
                self.firm_reads(number, who, notice);
            }
            Who::Colleague(number) => self.firm_reads(number, who, notice),
            Who::Park(_) if notice.kind == "correction" => self.plan_soon(600.0, who, Deed::Mend),
            Who::Park(_) | Who::Accountant(_) | Who::Stranger(_) => {}
        }
    }

    fn firm_reads(&mut self, number: usize, who: Who, notice: &Received) {
        let behaviour = self.firms[number].behaviour.clone();
        match notice.kind.as_str() {
            "invitation" if !self.firms[number].invited => {
                self.firms[number].invited = true;
                self.plan_answer(number, behaviour.when);
                if behaviour.forestalled {
                    self.plan_soon(900.0, Who::Stranger(number), Deed::Differ);
                }
            }
            "reminder" => self.is_reminded(number, who),
            "correction" if mends(&self.firms[number]) => self.plan_soon(300.0, who, Deed::Mend),
            "receipt" => {
                if behaviour.thanks {
                    self.firms[number].behaviour.thanks = false;
                    self.plan_soon(30.0, who, Deed::Thank);
                }
                if behaviour.first == First::Odd && notice.text.contains("数额异常") {
                    self.firms[number].behaviour.first = First::Sound;
                    self.plan_soon(120.0, who, Deed::Confirm);
                }
            }
            _ => {}
        }
    }

    /// When an invited enterprise will answer by itself.
    fn plan_answer(&mut self, number: usize, when: When) {
        let who = Who::Firm(number);
        let minutes = |chance: &mut super::chance::Chance, days: u64| {
            SignedDuration::from_mins(chance.below(days * 24 * 60) as i64)
        };
        let deed = if matches!(when, When::ByTelephone | When::Excused) { Deed::RingUp } else { Deed::Answer };
        let at = match when {
            When::AtOnce => self.now + SignedDuration::from_mins(20) + minutes(&mut self.chance, 2),
            When::ByTelephone | When::Excused => self.now + minutes(&mut self.chance, 8),
            When::NearTheDeadline => {
                on(DEADLINE.checked_sub(1.day()).unwrap(), 8, 30) + minutes(&mut self.chance, 1) * 4 / 3
            }
            When::Late => on(DEADLINE.tomorrow().unwrap(), 9, 0) + minutes(&mut self.chance, 5),
            When::AfterReminder(_) | When::Never | When::ByPark => return,
        };
        let at = self.awake(at);
        self.plan(at, who, deed);
    }

    fn is_reminded(&mut self, number: usize, who: Who) {
        let firm = &mut self.firms[number];
        firm.reminders += 1;
        if firm.behaviour.when == When::AfterReminder(firm.reminders) && !firm.answered {
            return self.plan_soon(240.0, who, Deed::Answer);
        }
        if firm.answered
            && firm.behaviour.material == Material::WhenAsked
            && firm.enterprise.is_key
            && !firm.material_sent
        {
            firm.material_sent = true;
            self.plan_soon(900.0, who, Deed::SendMaterial);
        }
    }

    /// Somebody does what was planned.
    pub(super) fn does(&mut self, who: Who, deed: Deed) {
        match (who, deed) {
            (Who::Park(park), Deed::Answer) => self.park_answers(park),
            (Who::Park(park), Deed::Mend) => self.park_mends(park),
            (Who::Firm(number), Deed::Answer) => self.answers(number),
            (Who::Firm(number) | Who::Colleague(number), Deed::AnswerAgain) => self.answers_again(number, who),
            (Who::Firm(number) | Who::Colleague(number), Deed::Mend) => self.mends(number, who),
            (Who::Firm(number) | Who::Colleague(number), Deed::Confirm) => {
                let at = self.replies(number, who, "您好，情况属实，我司处于筹建阶段。", Vec::new());
                self.tell(number, at, Told::Mail);
            }
            (Who::Firm(number) | Who::Colleague(number), Deed::SendMaterial) => {
                let file = files::material(&self.firms[number].enterprise.name);
                let at = self.replies(number, who, "您好，补充文字材料见附件。", vec![file]);
                self.tell(number, at, Told::Material);
            }
            (Who::Firm(number) | Who::Colleague(number), Deed::Thank) => {
                self.writes(number, who, "收到，谢谢！", Vec::new(), (None, Nature::Courtesy));
            }
            (Who::Firm(number) | Who::Colleague(number), Deed::Withdraw) => {
                let words = self.chance.one(&["请撤回我司的报送。", "您好，数据有误，请撤回我司的报送。"]);
                let at = self.replies(number, who, words, Vec::new());
                self.tell(number, at, Told::Withdrawn);
            }
            (Who::Accountant(number) | Who::Stranger(number), Deed::Differ) => self.differs(number, who),
            (Who::Firm(number), Deed::AnswerByItself) => self.answers_by_itself(number),
            (Who::Firm(number), Deed::RingUp) => self.rings_up(number),
            _ => unreachable!("{who:?} does not {deed:?}"),
        }
    }

    /// The first answer of an enterprise, and what it does soon after by itself.
    fn answers(&mut self, number: usize) {
        let firm = &mut self.firms[number];
        firm.answered = true;
        let who = if firm.behaviour.by_colleague { Who::Colleague(number) } else { Who::Firm(number) };
        let behaviour = firm.behaviour.clone();
        self.sends_first(number, who, Nature::Matter);
        let soon = |minutes: i64| SignedDuration::from_mins(minutes);
        if behaviour.twice {
            self.plan(self.now + soon(2), who, Deed::AnswerAgain);
        }
        if behaviour.hasty {
            self.plan(self.now + soon(3), who, Deed::Mend);
        }
        let days = |chance: &mut super::chance::Chance| soon(24 * 60 + chance.below(2 * 24 * 60) as i64);
        for (wanted, who, deed) in [
            (behaviour.withdraws, who, Deed::Withdraw),
            (behaviour.accountant && !behaviour.withdraws, Who::Accountant(number), Deed::Differ),
            (behaviour.stranger, Who::Stranger(number), Deed::Differ),
        ] {
            if wanted {
                let at = self.now + days(&mut self.chance);
                let at = self.awake(at);
                self.plan(at, who, deed);
            }
        }
    }

    fn sends_first(&mut self, number: usize, who: Who, nature: Nature) {
        let firm = &self.firms[number];
        let (answers, open) = firm.first_answers();
        let rows = std::slice::from_ref(&answers);
        let name = firm.enterprise.name.clone();
        let mut files = match firm.behaviour.first {
            First::Blank => vec![files::blank()],
            First::Scan => vec![files::photo()],
            First::Locked => vec![files::locked(rows)],
            First::Linked | First::Forgotten => Vec::new(),
            First::Sound | First::UnitMissing | First::ItemMissing | First::Odd => {
                vec![files::table(firm.program, rows)]
            }
        };
        let is_table = self.sends_table(number);
        let with_material = firm.enterprise.is_key && firm.behaviour.material == Material::WithTable && is_table;
        if with_material {
            files.push(files::material(&name));
        }
        let told = if is_table { Told::Table { answers, open } } else { Told::Mail };
        let link = (firm.behaviour.first == First::Linked).then(|| linked(&name));
        self.firms[number].material_sent |= with_material;
        let at = self.writes(number, who, COVER, files, (link, nature));
        self.tell(number, at, told);
        if with_material {
            self.tell(number, at, Told::Material);
        }
    }

    /// The same table in a mail of its own.
    fn answers_again(&mut self, number: usize, who: Who) {
        let nature = if self.sends_table(number) { Nature::Matter } else { Nature::Courtesy };
        self.sends_first(number, who, nature);
    }

    /// Whether the first mail of an enterprise holds a table that can be read.
    fn sends_table(&self, number: usize) -> bool {
        let first = self.firms[number].behaviour.first;
        matches!(first, First::Sound | First::UnitMissing | First::ItemMissing | First::Odd)
    }

    /// The mended table, or a line in the reply.
    fn mends(&mut self, number: usize, who: Who) {
        let firm = &mut self.firms[number];
        if firm.mended {
            return;
        }
        firm.mended = true;
        let truth = firm.enterprise.truth.clone();
        let open = firm.first_answers().1.filter(|_| firm.behaviour.mend == Mend::PlainReply);
        // In a hurry nobody waits for a correction that a plain reply could answer.
        let Some(item) = open.filter(|_| !firm.behaviour.hasty) else {
            let file = files::table(firm.program, std::slice::from_ref(&truth));
            let at = self.replies(number, who, "您好，已更正，请查收附件。", vec![file]);
            return self.tell(number, at, Told::Table { answers: truth, open: None });
        };
        let text = truth[item].clone().unwrap();
        let line = match (item, self.chance.below(3)) {
            (REVENUE, 0) => format!("营业收入：{text}"),
            (REVENUE, 1) => format!("您好，营业收入应为{text}，谢谢。"),
            (REVENUE, _) => format!("您好：\n2017年营业收入(预估)：{text}\n谢谢！"),
            (DIRECTION, _) => format!("下一阶段主要的技术攻关方向：{text}"),
            _ => unreachable!("no other item is ever open"),
        };
        let at = self.replies(number, who, &line, Vec::new());
        self.tell(number, at, Told::Mended { item, text });
    }

    fn differs(&mut self, number: usize, who: Who) {
        let amount = enterprise::amount(&mut self.chance);
        let mut answers: Answers = self.firms[number].enterprise.truth.clone();
        answers[REVENUE] = Some(amount);
        let (from, program) = (self.address(who), self.firms[number].program);
        let mut letter = Letter::new(Client::Outlook, &from, SUBJECT, COVER);
        letter.files = vec![files::table(program, std::slice::from_ref(&answers))];
        let at = self.send(&letter, Nature::Matter);
        if !self.firms[number].answered {
            // The roster names another address: it waits for the operator, who finds it to be wrong.
            self.tell(number, at, Told::Mail);
        } else if matches!(who, Who::Accountant(_)) {
            // It counts from the operator's word on; what is told then waits here.
            self.differing.insert(number, answers);
        }
    }

    /// A mail of an enterprise that answers the last notice, if its author has had one.
    fn writes(
        &mut self,
        number: usize,
        who: Who,
        text: &str,
        files: Vec<files::File>,
        (html, nature): (Option<String>, Nature),
    ) -> Timestamp {
        let last = self.last.get(&who).cloned();
        let (from, firm) = (self.address(who), &self.firms[number]);
        let subject = format!("{SUBJECT}-{}", firm.enterprise.name);
        let mut letter = Letter::new(firm.client, &from, &subject, text);
        letter.threaded = !firm.behaviour.threadless;
        (letter.files, letter.html, letter.answers) = (files, html, last.as_ref());
        self.send(&letter, nature)
    }

    fn replies(&mut self, number: usize, who: Who, text: &str, files: Vec<files::File>) -> Timestamp {
        self.writes(number, who, text, files, (None, Nature::Matter))
    }

    fn answers_by_itself(&mut self, number: usize) {
        let who = Who::Firm(number);
        let (from, last) = (self.address(who), self.last[&who].clone());
        let subject = format!("自动回复：{}", last.subject);
        let text = "您好，您的邮件已收到。我正在休假，将于假期结束后回复您。";
        let mut letter = Letter::new(self.firms[number].client, &from, &subject, text);
        if self.firms[number].behaviour.responder == Some(Responder::Marked) {
            letter.further = "Auto-Submitted: auto-replied\r\n";
        }
        self.send(&letter, Nature::Automatic);
    }

    fn park_answers(&mut self, park: usize) {
        let firms = self.parks[park].firms.clone();
        let rows: Vec<Answers> = firms.iter().map(|&firm| self.park_row(park, firm)).collect();
        let at = self.park_sends(park, &rows, "您好，园区内企业的调查表汇总如下，请查收。");
        for (firm, answers) in firms.into_iter().zip(rows) {
            let open = self.parks[park].faulty.contains(&firm).then_some(REVENUE);
            self.tell(firm, at, Told::Table { answers, open });
        }
    }

    fn park_row(&self, park: usize, firm: usize) -> Answers {
        let mut answers = self.firms[firm].enterprise.truth.clone();
        if self.parks[park].faulty.contains(&firm) {
            answers[REVENUE] = Some("2600".into());
        }
        answers
    }

    fn park_mends(&mut self, park: usize) {
        let faulty = std::mem::take(&mut self.parks[park].faulty);
        if faulty.is_empty() {
            return;
        }
        let rows: Vec<Answers> = faulty.iter().map(|&firm| self.firms[firm].enterprise.truth.clone()).collect();
        let at = self.park_sends(park, &rows, "您好，三家企业的营业收入已补上单位，请查收。");
        for (firm, answers) in faulty.into_iter().zip(rows) {
            self.tell(firm, at, Told::Table { answers, open: None });
        }
    }

    fn park_sends(&mut self, park: usize, rows: &[Answers], text: &str) -> Timestamp {
        let who = Who::Park(park);
        let (from, last) = (self.address(who), self.last.get(&who).cloned());
        let mut letter = Letter::new(Client::Foxmail, &from, "园区企业调查表汇总", text);
        letter.files = vec![files::table(files::Office::Excel, rows)];
        letter.answers = last.as_ref();
        self.send(&letter, Nature::Matter)
    }
}

/// What QQ writes where the file is too large for a mail.
fn linked(name: &str) -> String {
    format!(
        "<html><body><div>您好，调查表见附件。</div><div id=\"QQMailBigAttach\"><b>从QQ邮箱发来的超大附件</b><div class=\"bigatt_bt\">\
         <a href=\"https://wx.mail.qq.com/ftn/download?func=3&amp;key=0123&amp;code=4567\">{name}调查表.rar</a>\
         <span>(128.03M, 2018年05月01日 21:59 到期)</span></div></div></body></html>"
    )
}
