"""Texts to start from, and phrases to put in; what stands in {braces} is to be filled."""

from __future__ import annotations

from weiting.demo.content.rows import rows
from weiting.demo.content.shapes import Template

ROWS = """
water-cut | 停水通知 | gongshui | tingshui | 明天{地点}停水 {小时} 小时 | 明天（{日期}）{起}—{止}，{地点}停水，{原因}。送水车 {时刻} 停在{位置}。没接到水，打 {电话}，20 分钟内到。
water-back | 提前来水 | gongshui | tingshui | {地点}提前来水了 | {时刻}来水，比说好的早 {分钟} 分钟。先放两分钟再用。水黄、水小，打 {电话}。
power-cut | 停电通知 | gongdian | tingdian | {地点}{日期}停电 | {日期}{起}—{止}，{地点}停电，{原因}，一共 {户数} 户。电梯提前半小时停。用呼吸机的，前一天有人送电瓶上门。
gas-cut | 停气通知 | ranqi | wenda | {地点}停气半天 | {日期}{起}—{止}停气。停之前关灶前阀。来气后先开窗，再点火，点不着打 {电话}。
rain-storm | 暴雨提醒 | yingji | yaowen | {时段}有暴雨，{地点}请先走 | {时段}{地点}雨量 {毫米} 毫米。住一楼和半地下室的，{时刻}前到{安置点}。走不动的打 {电话}，有车接。
flood | 洪峰过境 | shuiwen | shuiwei | 洪峰{时刻}过城，水位 {米} 米 | {时刻}水位 {米} 米，{高于或低于}警戒 {厘米} 厘米。{范围}的人请离开。下一次{时刻}报。
snow | 扫雪 | songling | zoujie | {地点}扫出一条路 | {时刻}扫出 {宽} 米宽，一个人能走。车先别上来。热水在{位置}。
missing | 走失寻人 | gongan | zhouquan | 找人：{年龄}岁，{衣着}，{地点}走失 | {时间}从{地点}往{方向}走。特征：{特征}。看见请陪着，打 {电话}或 110。找到了在这里说，照片就撤。
found-person | 人找到了 | gongan | zhouquan | 人找到了，在{地点} | {时刻}在{地点}找到，{怎么认出}。人平安。转过的请撤。
correct | 更正 | fabu | yaowen | 更正：{错的}应是{对的} | {时刻}发的那条里，“{错的}”写错了，应是“{对的}”。错在{原因}。对不起，耽误了谁，打 {电话}。
answer | 答复诉求 | rexian | mashang | 问：{问题}答：{结果} | {时间}您说的{问题}，{谁}去看了，{事实}。{做了什么}，用了{多久}。没办到的是{什么}，{日期}前再说。
late | 认超期 | rexian | mashang | 这件拖了 {天数} 天，认 | {问题}说好{日期}，没做到，差在{环节}。新的日子是{日期}，谁负责：{岗位}，电话 {电话}。
hours | 假日开门 | zhengwu | wenda | {假日}哪天开门 | {日期}休，{日期}起开。急事打 {电话}，有人接。网上照办。
recruit | 招聘会 | jiuye | zhaogong | 周三招聘会，{家数} 家 | {日期}9 点到 12 点，{地点}。工种和工资：{清单}。带身份证，不用简历。
clinic-stop | 专家停诊 | diyi | kanbing | {科室}{日期}停诊 | {科室}{日期}停诊一天，改到{日期}。挂上的退，不扣次数。
bus-change | 公交改线 | gongjiao | gongjiao | {线路}{日期}起改线 | {日期}起走{路}，少停{站}，多停{站}。首班{时刻}、末班{时刻}。原来坐{站}的，请到{站}，多走 {米} 米。
rumour | 辟谣 | wangxin | zhenjia | “{说法}”查了，{结论} | {说法}从{时间}传起。{来源}。真的是{事实}。转过的撤一下就行。
live | 现场直播 | fabu | yaowen | {活动}现在开始 | {时刻}{地点}，{人数}人。走散找{衣着}的人。下一条{分钟}分钟后。
follow-up | 说到做到 | fabu | mashang | {日期}说的{事}，今天办完 | 说好{日期}，办完{日期}，花{金额}。没办完的是{什么}。照片三张：办之前、办着、办完。
silence | 好久没说话 | fabu | wenda | 停了 {天数} 天，说说近况 | 停下来是因为{原因}。这些天办了 {件数} 件，接了 {电话数} 个电话。往后{频率}说一次，谁写：{岗位}。
phrase-phone | 留电话的一句 | fabu | wenda | 留电话 | 不清楚的，打 {电话}，{时段}有人接。
phrase-next | 下次几点 | fabu | yaowen | 下次更新 | 下一次 {时刻} 在这里说，有变提前说。
"""

TEMPLATES: tuple[Template, ...] = tuple(Template(*cells) for cells in rows(ROWS, 6))
