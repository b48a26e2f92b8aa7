"""What is not yet public: drafts, texts under review, returned, scheduled and held ones, and one sent out first.

For these, `published_at` is the day a draft was written for, or the hour for which an approved one is scheduled.
States: draft, in_review (with the step it waits at), returned, approved, held, and emergency for a text that was
sent out first and waits for its review afterwards.
"""

from __future__ import annotations

from dataclasses import replace

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.posts.reading import moment, read
from weiting.demo.content.shapes import PostSeed

TEXT = """
@ 2026-11-23 08:00 | gongshui | tingshui | sil | 停水通知：桥头街 3 号楼{d+1}停水
明天（{d+1}）8:00—16:00，桥头街 3 号楼停水，清洗水箱。送水车停在桥头。没接到水，打 {tel}，20 分钟内到。
~ state draft
@ 2026-11-23 09:00 | gongshui | tingshui | sel | 水表远传以后，怎么在手机上看每天用了多少
打开云溪水务，点“我的表”，每天一格。哪天格子忽然变高，就是漏了。家里没人的那天还在走，马上打 {tel}。
~ state draft
@ 2026-11-23 10:00 | gongan | zhouquan | sim | 电瓶车又被盗了，三把锁怎么锁
写到一半：后轮一把 U 形锁，车架一把链子锁，电池拔下来。上个月被偷的 14 辆里，12 辆只锁了一把。
~ state draft
@ 2026-11-24 09:00 | jiaoyu | shangxue | sil | 下学期哪天开学、哪天放假，校历先看一眼
校历草稿：小学、初中、高三分三行写，高三晚一周放。等教务科核对日子，核完再送审。
~ state draft
@ 2026-11-24 10:00 | longxi | xiangxia | nil | 香鱼节一共卖出多少条鱼，账正在算
38 个摊，{d+4}收摊后一家一家对。养鱼户分到的钱、镇里花掉的钱，{d+5}上午写在这里，两张表。
~ state draft
@ 2026-11-25 09:00 | tushu | jinwan | nil | 图书馆接下来的讲座，先排出四场
{d+10}讲老桥，{d+17}讲怎么看病历，{d+24}讲夜里的星，{d+31}请修表的师傅带着表来。缺一位讲方言的。
~ state draft
@ 2026-11-23 08:30 | zhujian | mashang | srm | 大雨夜三中路水退得多快，明早报数
雨量 64 毫米，最深 4 厘米，9 分钟退完。守在路口的 6 个人，1 小时量一次，量到雨停。
~ state in_review | 1
~ waits 2026-11-21 20:10 | 4
@ 2026-11-23 09:30 | yibao | yitu | sel | 异地住院直接报，哪 14 家医院也能用了
{d+2}起，省里 14 家医院能直接报，省得先垫 3 万、5 万。名单按科室排，骨科 4 家、肿瘤科 3 家。
~ state in_review | 1
~ waits 2026-11-21 15:00 | 8
@ 2026-11-23 10:00 | jiaotong | gongjiao | arm | 4 路改不改回来，{d+4}当面商量，先把三个办法摆出来
一是改回原线，多绕 7 分钟；二是高峰走新线、平峰走老线；三是小巴常开。每个办法多花多少钱、谁方便谁不方便，都算了。
~ state in_review | 2
~ waits 2026-11-21 11:30 | 24
@ 2026-11-23 10:30 | chengguan | mashang | srl | 早市搬家前，先在老粮站画好 136 个摊位
一个摊 2.4 米宽，过道 3 米，消防车能进。摊号贴在地上，下雨也看得清。抽签的名单在门口。
~ state in_review | 2
~ waits 2026-11-21 14:20 | 8
@ 2026-11-23 11:00 | gongjijin | yitu | aem | 灵活就业也能存公积金：每月存多少、几时能贷
每月 300 到 2,600 元自己定，随时改。存满半年能贷，最多 40 万。断三个月以内不算断，断了也能取出来。
~ state in_review | 3
~ waits 2026-11-20 16:40 | 24
@ 2026-11-23 14:00 | weijian | kanbing | sem | 流感疫苗还剩多少支，哪 12 个点周末打
全市剩 9,400 支，12 个点周六上午打。65 岁以上不要钱，带身份证，打完坐 30 分钟再走。
~ state in_review | 3
~ waits 2026-11-21 09:00 | 8
@ 2026-11-24 09:00 | renshe | yitu | aem | 退休年龄怎么算，一张表对着生日看
把出生年月和岗位填进去，几月退、能不能早、最多早几个月，一行字出来。算得不对，带档案来，当面重算。
~ state in_review | 2
~ waits 2026-11-21 10:00 | 24
@ 2026-11-24 10:00 | shuiwu | wenda | sel | 个税汇算先预约，几点去不排队
一天放 3,000 个号，上午十点后人最少。退税的不急，补税的也不急，截止那天前都行。
~ state in_review | 1
~ waits 2026-11-21 16:00 | 8
@ 2026-11-23 15:00 | shengtai | kongqi | arm | 石马塑料味的最后一次夜测，结果在这里
半夜 1:20、2:40、4:00 测三次，臭气浓度 8、9、8，都没超。活性炭换了，票据贴在厂门口。
~ state in_review | 4
~ waits 2026-11-21 18:00 | 4
@ 2026-11-23 15:30 | shichang | mashang | srl | 香鱼节退了 11 笔差价，一笔一笔写出来
38 个摊，11 笔，一共 126 元。多收的多半是秤没归零，换了 4 台。没有一笔是吵出来的。
~ state in_review | 1
~ waits 2026-11-21 17:40 | 8
@ 2026-11-23 16:00 | gongdian | tingdian | sil | 西山的电什么时候全来，一户一户对
大雨那夜跳了 3 条线，停 612 户。早上 6 点前来 540 户，剩下 72 户在梅岭坡上，路通了才能上去。
~ state returned | 1
~ returned “路通了才能上去”没写几点再报一次，住户等不起。
~ note maojian | 剩下 72 户在梅岭坡上 | 这 72 户里有 2 户用氧气机，写清楚谁送了电瓶。
~ note yulan | 路通了才能上去 | 改成“路 9 点抢通，11 点前送电”，抢不通就写下一次几点报。
@ 2026-11-23 17:00 | minzheng | yaowen | aim | 换季了，老年食堂的菜单换了 9 样
换热汤、换软饭，红烧肉切小一号。价钱不动，80 岁以上少 2 元。
~ state returned | 2
~ returned 标题说换 9 样，正文只写了 3 样，补齐再送。
~ note bairui | 红烧肉切小一号 | 糖尿病的老人吃什么，单写一行。
@ 2026-11-24 14:00 | fagai | yitu | aeh | 明年水价怎么算，先看您家在哪一档
第一档 180 立方以内不变，第二档每立方多 4 角。一家四口以上可以申请多 50 立方。听证会的记录附在后面。
~ state returned | 3
~ returned 法制审核：听证会编号和日期没写，不能先出数。
~ note jiangyi | 每立方多 4 角 | 要写依据的文件号，写“拟”还是“定”，两个字差很多。
~ note fangqiming | 听证会的记录附在后面 | 附件里有代表的手机号，先遮。
@ 2026-11-24 15:00 | wenlv | chibian | nil | 六家店的汤圆，一碗一碗比过去
六家都去吃了，最便宜 6 元 8 个，最大一个 42 克。有一家写了“祖传”，问老板，说是去年学的。
~ state returned | 1
~ returned 那家店没同意写名字，换成不写名，或者先问。
~ note tushan | 说是去年学的 | 好笑，可人家还做生意，删掉或征得同意。
@ 2026-11-25 10:00 | dongyuan | zoujie | sil | 槐树巷楼道灯下周装 24 盏，名单里有您家吗
一单元 6 盏、二单元 6 盏、三单元 6 盏、粮站宿舍 6 盏。跺脚就亮，亮 40 秒。
~ state returned | 1
~ returned 日期写“下周”，改成哪一天。
~ note shuman | 下周装 | 电工说的是{+1}上午，写上。
@ 2026-11-22 09:00 | zhujian | yaowen | arm | 三中路一夜下了 64 毫米，9 分钟退完
最深 4 厘米，没有一户进水。去年同样大的雨淹了 2 小时。六个人守了一夜，量的数附在后面。
~ key sanzhong-after
~ of sanzhong-done
~ t t-sanzhonglu
~ state approved
@ 2026-11-22 16:00 | jiaoyu | shangxue | sim | {s+1}照常上学，松岭学校晚一小时到
46 所学校查过，43 所没进水。松岭学校 9 点到校，校车 8:20 发。路上滑，家长别骑太快。
~ key school-after
~ of school-rain
~ only term
~ state approved
@ 2026-11-23 07:30 | jiage | caijia | sil | 雨后的菜价：叶菜贵一角，肉没动
批发市场多备的 40 吨到了 36 吨。小青菜 3.3 元，萝卜 1.2 元，鸡蛋 4.8 元，后腿肉 12.5 元。
~ state approved
@ 2026-11-25 06:30 | linjiang | zoujie | srm | 早市今天第一天在老粮站，5 点开门
136 个摊都在，号贴在地上。头三天多派 8 个人带路，推婴儿车的走东门。
~ state approved
@ 2026-11-26 10:00 | fabu | yaowen | aim | 十件实事对一次账：九件办成，车位差 410 个
电梯 62 部全装上了，路灯 1,100 盏亮了。车位还差 410 个，{d+29}再报，那是最后一次。
~ state approved
@ 2026-11-27 14:00 | jiaotong | gongjiao | arm | 今天下午三点，柳荫社区当面说 4 路
带着您的意见来，也带着老人来。会开多久不限，记录当天贴出来。不来的，打电话说，有人记。
~ state approved
@ 2026-11-29 10:00 | longxi | yaowen | nil | 香鱼节今天收摊，账写在这里
卖出 3.1 万条，养鱼户分到 28 万元，镇里花了 9.4 万元。灯还亮一晚，走之前看一眼溪。
~ state approved
@ 2026-11-30 09:00 | gongjijin | wenda | sel | 公积金冲还贷，{d+20}前要办好什么
把还贷的卡号核一遍，手机上两分钟。那天以后系统结息，三天不能改。
~ state approved
@ 2026-11-23 12:00 | wangxin | zhenjia | nrm | 群里传“水库裂了”的第二张图，先等水利核完
图拍的是溢洪道的水渍，看着像裂缝。水利局的人上午去坝上量，量完一起发，省得说两遍。
~ state held | 2
~ held 等水利局坝上实测，有数就发，到中午没数也说一声“还在量”。
@ 2026-11-23 18:00 | hekouxian | yaowen | aih | 河口码头街进水 12 户的处理，等保险公司现场
保险公司{d-1}下午到，进水 12 户逐户量。量完再写数，先不写钱。
~ state held | 3
~ held 赔多少还没定，写了又改伤人，量完再发。
@ 2026-11-20 09:00 | minzong | yaowen | aim | 云台寺庙会改期，通知审了四天
庙会从{d+8}改到{d+15}，是因为这几天雨大、路滑。摊位费全退，车位一样的留。
~ state in_review | 3
~ waits 2026-11-17 10:00 | 24
@ 2026-11-19 15:00 | waishi | yaowen | aim | 出国认证换了窗口，该写清楚从哪天起
{d+12}起在书院路 66 号二楼 14 号窗口，上下楼都有电梯，表格能在手机上先填。
~ state in_review | 2
~ waits 2026-11-18 09:00 | 8
@ 2026-11-21 22:46 | yingji | yaowen | aih | 紧急：松岭坡 K15 有小塌方，路已断，请别上山
{m-29} K15 塌了约 30 立方土石，没有车、没有人。松岭方向请走环城北路。抢通前每小时报一次，下一次 {m+40}。
~ state emergency | 0
~ waits 2026-11-21 22:46 | 12
~ next 40
@ 2026-11-23 11:00 | gongshui | wenda | sil | 送水车上捡到一张身份证，请失主来拿
{d-2}傍晚送水车停在桥头，有人落下一张身份证，姓鲁，身份证号码 990101199003070090。请失主尽快与有关部门联系，进一步核实后领取。
~ key lost-card
~ state draft
@ 2026-11-23 11:30 | gongshui | wenda | sil | 桥头街换了抄表员，表抄错了直接找他
从{d+1}起，桥头街由马师傅抄表。抄错了，拍一张表的照片发给他，邮箱 ma0000@example.com，当天来重抄。
~ state in_review | 1
~ waits 2026-11-21 16:30 | 8
~ decided 马师傅本人同意公开，这个邮箱就是用来收表的照片的
@ 2026-11-23 10:30 | gongshui | wenda | sil | 柳荫社区的水箱洗好了，水样三项都合格
{d-2}洗完 2 只水箱，{d-1}取水样：浑浊度 0.3，余氯 0.4 毫克/升，菌落没检出。想看化验单，到供水大厅 3 号窗口，或打 {tel}。
~ state in_review | 2
~ waits 2026-11-21 15:10 | 8
"""


def desk(when: Calendar) -> tuple[PostSeed, ...]:
    """Return what lies on the desks now; what was planned for an hour that is past has come out."""
    return tuple(post for post in read(TEXT, "desk", when) if not _is_out(post, when))


def come_out(when: Calendar) -> tuple[PostSeed, ...]:
    """Return what was planned on the desks and has come out by now."""
    found = [post for post in read(TEXT, "desk", when) if _is_out(post, when)]
    return tuple(replace(post, state="published") for post in found)


def _is_out(post: PostSeed, when: Calendar) -> bool:
    return post.state == "approved" and moment(post.published_at) <= when.now
