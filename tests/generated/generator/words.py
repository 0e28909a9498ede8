"""Invented enterprises and what they answer. None of it is anybody's."""

CITIES = ["澄溪市", "楠浦市", "澄溪", "楠浦", "广东", "粤岭", "青榕区", "澄溪市青榕区", ""]
FIRST = "启瀚霁澈昱宸朗煦珩屿岚沐栩翊湛峤彧霖砚渊曜箫榆樾淇沅"
SECOND = "算识觉析脉知图芯维源微界联动感辰象镜络衡拓舟帆石桥峰"
TRADES = ["智能科技", "信息技术", "机器人", "视觉技术", "数据服务", "自动化设备", "智能装备", "物联网科技", "电子", "软件", "医疗器械", "无人系统"]
FORMS = ["有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司", "（澄溪）有限公司", "集团有限公司"]
PLATFORMS = ["人工智能公共技术服务平台", "智能制造创新中心", "机器视觉工程技术研究中心", "数据算力服务平台", "产业技术研究院"]
SURNAMES = "梁冯邓苏潘卢谭邱莫温"
GIVEN = ["志衡", "雨桐", "家辉", "思颖", "文博", "嘉琪", "伟豪", "晓彤", "俊杰", "美玲"]

FIELDS = ["机器视觉", "语音交互", "工业机器人", "智能传感", "智慧医疗", "无人驾驶", "自然语言处理", "智能家居", "生物特征识别", "工业互联网", "无人机", "边缘计算"]
PLACES = ["国内", "省内", "华南地区", "珠三角", "全市", "本区"]
METHODS = ["深度神经网络压缩", "多传感器融合定位", "小样本目标检测", "声源定位与降噪", "三维点云分割", "知识图谱推理", "高精度伺服控制", "实时缺陷识别", "多模态特征对齐", "低功耗推理加速", "强化学习排产", "联邦学习"]
LABS = ["市级工程技术研究中心", "企业重点实验室", "算法训练平台", "开放测试平台", "数据标注平台", "产学研联合实验室"]
GOODS = ["视觉检测一体机", "服务机器人", "语音模组", "智能网关", "巡检无人机", "辅助诊断软件", "智能门锁", "仓储搬运机器人", "边缘计算盒子", "工艺优化系统"]
STANDARDS = ["团体标准", "地方标准", "行业标准", "国家标准"]
HURDLES = ["复杂光照下的稳定识别", "大规模异构数据治理", "端侧模型轻量化", "人机协作安全", "跨场景迁移能力", "国产芯片适配", "多机协同调度", "长尾样本自动标注", "高可靠实时控制"]

POSITION = [
    "{place}{field}细分领域前{n}名",
    "{place}较早开展{field}研发的企业，市场占有率约{p}%",
    "专注{field}{n}年，{place}同行中排名靠前。",
    "{field}解决方案供应商，服务客户{c}余家，{place}领先",
    "{place}{field}行业骨干企业；连续{n}年保持{p}%以上增长",
    "初创企业，处于{field}产业链中游",
    "{field}领域“专精特新”企业，产品出口{n}个国家和地区，在{place}具有一定影响力",
]
TECHNOLOGY = [
    "{method}、{method2}",
    "自主研发{method}算法，精度达到{p}.{n}%；建有{lab}",
    "1. {method}；\n2. {method2}；\n3. 建设{lab}1个",
    "掌握{method}与{method2}，依托{lab}开展研发。",
    "{method}技术（已通过第三方测试，误差≤0.{n}mm）",
    "以{method}为核心，搭建{lab}，配备GPU服务器{n}台",
    "{lab}；{method}\n{method2}",
]
PRODUCTS = [
    "{good}、{good2}；发明专利{n}项，实用新型{c}项",
    "{good}V{n}.0，软件著作权{c}件",
    "主导产品为{good}，获授权专利{c}件，参与制定{std}{n}项。",
    "（1）{good}\n（2）{good2}\n（3）参与{std}{n}项",
    "{good}（型号YT-{c}），通过CCC认证，专利{n}件",
    "{good}及{good2}两大系列，PCT专利{n}件，{std}1项（在编）",
    "已申请专利{c}件，其中发明{n}件",
]
DIRECTION = [
    "{hurdle}",
    "{hurdle}，{hurdle2}",
    "围绕{field}开展{hurdle}研究；争取2018年完成样机",
    "重点突破{hurdle}；同步推进{hurdle2}。",
    "1）{hurdle}\n2）{hurdle2}",
    "面向{field}的{method}，计划投入研发人员{c}人",
    "{method}的工程化应用",
]
NONE = ["无", "暂无", "/", "没有", "—", "N/A"]

GREETINGS = ["您好：", "您好！", "罗工，您好！", "各位领导好，", "尊敬的领导：", "老师好："]
MESSAGES = [
    "附件是我司填写的调查表，请查收，谢谢！", "调查表已填好，详见附件。", "现将我单位调查情况报送贵局，请审阅。", "材料已盖章扫描，电子版随信附上。",
    "收到通知，已按要求填报，如有问题请与我联系。", "请查收附件，收到请回复。", "根据通知要求，现报送有关情况。", "",
]
BODY_LEADS = ["我司情况如下：", "现将情况回复如下，请查收。", "根据来函要求，填报如下：", "调查内容见下："]
FORWARDS = ["转发企业填报的材料，请查收。", "FYI", "见下面企业的邮件。", "请处理，谢谢。"]
CLOSINGS = ["顺祝工作顺利！", "此致敬礼", "谢谢！", "祝好！", ""]

DISCLAIMER = "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。如果您错收了本邮件，请立即电话或邮件通知发件人并删除本邮件。"

PROSE = [
    "公司成立以来始终坚持自主创新，逐步形成覆盖研发、生产、销售与服务的完整体系，研发团队由来自多所高校和科研院所的专业人员组成。",
    "近年来公司持续加大研发投入，与高校共建联合实验室，围绕行业痛点开展攻关，多个项目获得市级科技计划支持，成果已在多家工厂落地应用。",
    "在市场方面，公司以珠三角制造业集群为依托，逐步向华东和西南地区拓展，客户涵盖家电、陶瓷、家具、纺织和装备制造等多个行业。",
    "在人才方面，公司建立了完善的培养和激励机制，设立博士后创新实践基地，定期组织技术交流，核心人员保持稳定。",
    "面向未来，公司将继续聚焦主业，深化与上下游企业的合作，推动新技术与传统产业融合，为本地产业转型升级贡献力量。",
    "公司重视质量管理，已建立覆盖全流程的管理制度，产品交付前均经过严格测试，售后团队提供全天候响应服务。",
]


def enterprise(rng):
    """The name of an enterprise or, now and then, of a platform."""
    brand = rng.choice(FIRST) + rng.choice(SECOND) + (rng.choice(SECOND) if rng.random() < 0.2 else "")
    city = rng.choice(CITIES)
    if rng.random() < 0.08:
        return f"{city}{brand}{rng.choice(PLATFORMS)}"
    form = rng.choice(FORMS)
    return f"{city}{brand}{rng.choice(TRADES)}{form}"


def person(rng):
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def phone(rng):
    """A number that is nobody's: the subscriber part begins with four zeros."""
    return f"0757-0000{rng.randrange(10000):04d}" if rng.random() < 0.5 else f"1390000{rng.randrange(10000):04d}"


def fill(rng, pattern):
    """A sentence with its gaps filled in."""
    field, field2 = rng.sample(FIELDS, 2)
    method, method2 = rng.sample(METHODS, 2)
    good, good2 = rng.sample(GOODS, 2)
    hurdle, hurdle2 = rng.sample(HURDLES, 2)
    return pattern.format(
        field=field, field2=field2, method=method, method2=method2, good=good, good2=good2, hurdle=hurdle, hurdle2=hurdle2,
        place=rng.choice(PLACES), lab=rng.choice(LABS), std=rng.choice(STANDARDS), n=rng.randint(2, 9), c=rng.randint(11, 60), p=rng.randint(12, 97),
    )


SENTENCES = {"position": POSITION, "technology": TECHNOLOGY, "products": PRODUCTS, "direction": DIRECTION}


def answer(rng, key, one_line=False):
    """What an enterprise writes for a text item."""
    if key != "position" and rng.random() < 0.05:
        return rng.choice(NONE)
    pool = [s for s in SENTENCES[key] if not (one_line and "\n" in s)]
    return fill(rng, rng.choice(pool))


def narrative(rng, name):
    """Paragraphs of a written document, well over 300 characters."""
    first = f"{name}是一家从事{rng.choice(FIELDS)}的企业。"
    return [rng.choice(["企业情况介绍", "典型项目材料", "公司简介"]), first, *rng.sample(PROSE, 6)]
