"""The city's places, one line each: districts, subdistricts, communities and what their grids cover."""
# ruff: noqa: E501, RUF001

DISTRICTS = """
chengguanqu | 城关区 | 城关区发布 | 城关 | yunxi | 钟楼街 60 号 | 老城七个街道的事，先看这里。
xishanqu | 西山区 | 西山区发布 | 西山 | yunxi | 云台路 88 号 | 山上山下的修路、防汛、乡集，都有人说。
hekouxian | 河口县 | 河口发布 | 河口 | yunxi | 河口县府前街 1 号 | 河口县自己的发布厅，十二个乡镇部门都在。
"""

SUBDISTRICTS = """
dongyuan | 东园街道 | 东园街道 | 东园 | chengguanqu | 东园路 15 号 | 胡同多、老人多，事情小，件件有人跑。
xishi | 西市街道 | 西市街道 | 西市 | chengguanqu | 西市街 40 号 | 早市、夜市都在我们这儿，摊位的事直接问。
zhonglou | 钟楼街道 | 钟楼街道 | 钟楼 | chengguanqu | 钟楼街 8 号 | 老房子修缮、老街停车、老字号，慢慢说给您听。
qiaobei | 桥北街道 | 桥北街道 | 桥北 | chengguanqu | 桥北路 101 号 | 新楼盘多，物业和学位的事问得最多。
liuyin | 柳荫街道 | 柳荫街道 | 柳荫 | chengguanqu | 柳荫路 31 号 | 医院旁边的街道，停车和陪诊有办法。
shuyuan | 书院街道 | 书院街道 | 书院 | chengguanqu | 书院路 73 号 | 学校扎堆，接送、补课、晚自习的路灯都管。
nanpu | 南浦街道 | 南浦街道 | 南浦 | chengguanqu | 南浦路 130 号 | 江边住的人，汛期有我们挨家敲门。
yuntai | 云台街道 | 云台街道 | 云台 | xishanqu | 云台路 61 号 | 山脚下的街道，登山口的厕所和车位天天看。
shima | 石马街道 | 石马街道 | 石马 | xishanqu | 石马大道 5 号 | 厂区宿舍多，夜班公交和托管班是大家盼的。
songling | 松岭街道 | 松岭街道 | 松岭 | xishanqu | 松岭路 19 号 | 坡多路窄，滑坡、结冰、扫雪，第一个上路的是我们。
shuangjing | 双井镇 | 双井镇 | 双井 | xishanqu | 双井镇集市街 1 号 | 逢五逢十赶集，种菜的、收菜的都在这里喊一声。
linjiang | 临江街道 | 临江街道 | 临江 | hekouxian | 河口县临江路 9 号 | 码头、鱼市、早市，江边的热闹和麻烦都归我们。
dukou | 渡口街道 | 渡口街道 | 渡口 | hekouxian | 河口县渡口街 22 号 | 轮渡停不停、江堤能不能走，早上 6 点告诉您。
longxi | 龙溪镇 | 龙溪镇 | 龙溪 | hekouxian | 河口县龙溪镇溪口街 3 号 | 香鱼、杨梅、覆盆子，村里的好东西和难处都说。
baisha | 白沙镇 | 白沙镇 | 白沙 | hekouxian | 河口县白沙镇沙街 12 号 | 大棚和沙地西瓜，农忙时天天有农技员。
qingshi | 青石乡 | 青石乡 | 青石 | hekouxian | 河口县青石乡政府街 2 号 | 石匠之乡，修桥铺路的事做得多说得少。
meiling | 梅岭乡 | 梅岭乡 | 梅岭 | hekouxian | 河口县梅岭乡中街 6 号 | 山里人家，路通不通、电来没来，先在这里说。
"""

# key, name, account, seal, parent, address, about, number of grids, what the grids cover
COMMUNITIES = """
dongyuan-dongyuan | 东园社区 | 东园社区 | 东园 | dongyuan | 东园路 21 号 | 九栋老楼、三条胡同，1,204 户的事都在一个本子上。 | 4 | 东园小区 1—5 号楼、东园小区 6—9 号楼、剪子胡同、豆腐巷
dongyuan-huaishu | 槐树巷社区 | 槐树巷社区 | 槐树 | dongyuan | 槐树巷 4 号 | 巷口老槐树下每周四晚上开院子会。 | 3 | 槐树巷南段、槐树巷北段、粮站宿舍
xishi-shuimen | 水门社区 | 水门社区 | 水门 | xishi | 水门街 12 号 | 挨着早市，吵不吵、脏不脏，群里随手说。 | 4 | 水门街东侧、水门街西侧、早市周边、鞋厂宿舍
zhonglou-wenmiao | 文庙社区 | 文庙社区 | 文庙 | zhonglou | 文庙街 17 号 | 老房子修一处登一处，谁家漏雨我们知道。 | 3 | 文庙街、灯市口、钟楼后巷
qiaobei-xincheng | 新城社区 | 新城社区 | 新城 | qiaobei | 新城一路 2 号 | 五个小区四家物业，矛盾摊开来谈。 | 5 | 锦苑小区、和苑小区、云桥花园、桥北公寓、新城一路商铺
qiaobei-kaixuan | 桥头社区 | 桥头社区 | 桥头 | qiaobei | 桥头街 33 号 | 每天傍晚桥头有一张桌子，坐着听您说。 | 3 | 桥头街、机床厂宿舍、滨河南里
liuyin-bahao | 柳荫社区 | 柳荫社区 | 柳荫 | liuyin | 柳荫二巷 8 号 | 陪诊员名单贴在门口，看病有人陪。 | 3 | 柳荫一巷、柳荫二巷、医院家属院
shuyuan-sanzhong | 三中路社区 | 三中路社区 | 三中 | shuyuan | 三中路 50 号 | 校门口的积水、噪音、乱停，一件件记着。 | 4 | 三中路北侧、三中路南侧、教工小区、书香里
nanpu-jiangbin | 江滨社区 | 江滨社区 | 江滨 | nanpu | 江滨路 8 号 | 一楼的 86 户，雨前我们都会上门。 | 3 | 江滨路、船厂新村、老码头
yuntai-shanmen | 山门社区 | 山门社区 | 山门 | yuntai | 山门路 1 号 | 上山的人多，垃圾袋和开水免费。 | 3 | 山门路、茶场、石阶巷
shima-fangzhi | 纺织社区 | 纺织社区 | 纺织 | shima | 石马大道 66 号 | 双职工多，四点半课堂开到七点。 | 4 | 纺织一村、纺织二村、夜班宿舍、厂东路
songling-songlin | 松林社区 | 松林社区 | 松林 | songling | 松岭路 55 号 | 下雪天六点扫坡，老人出门有人搀。 | 3 | 坡上、坡下、林场宿舍
shuangjing-jishi | 集市社区 | 集市社区 | 集市 | shuangjing | 双井镇集市街 30 号 | 赶集日的车往哪儿停，问我们。 | 3 | 集市街、井台巷、粮库
linjiang-matou | 码头社区 | 码头社区 | 码头 | linjiang | 河口县码头街 5 号 | 鱼市三点开张，吵到您了请说。 | 4 | 码头街、鱼市巷、早市街、望江里
longxi-shangxi | 上溪村 | 龙溪上溪村 | 上溪 | longxi | 河口县龙溪镇上溪村 | 溪水从村头过，香鱼在这儿养，人在这儿住。 | 3 | 村头、村中、养鱼场
longxi-meiwu | 梅坞村 | 龙溪梅坞村 | 梅坞 | longxi | 河口县龙溪镇梅坞村 | 满山杨梅和覆盆子，收成和销路都在这儿说。 | 3 | 上坞、下坞、果园
baisha-shaping | 沙坪村 | 白沙沙坪村 | 沙坪 | baisha | 河口县白沙镇沙坪村 | 一百二十个大棚，缺工缺水喊一声。 | 3 | 东棚区、西棚区、老村
"""
